//! What people do with rooms besides writing in them: make them, come and go, keep order.
//!
//! Each verb is one transaction: it reads how things stand, has [`access`](crate::access) decide, writes, and
//! tells the `ChatServer` before the next one can. The wire and the HTTP API both call these.

mod case;
mod joining;
mod making;
mod moderating;
mod reading;
mod writing;

use actix::{Addr, MailboxError};

use crate::access::Denied;
use crate::chat::messages::{Inside, LetIn, RoomChanged, WriteError};
use crate::chat::{ChatServer, Clock};
use crate::config::Limits;
use crate::domain::{SessionId, User};
use crate::store::{Store, StoreError, Turn};

use case::Case;
pub use making::{Draft, Update};
pub use moderating::NewBan;
pub use reading::{Member, MemberPage, RoomPage};

/// Who asks.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The name counts for guests only; accounts have theirs in the database.
    pub user: User,
    /// Gets the answer, and so is not told as others are.
    pub session: Option<SessionId>,
}

/// The rooms of the server; clones are the same.
#[derive(Clone)]
pub struct Registry {
    store: Store,
    server: Addr<ChatServer>,
    clock: Clock,
    /// The most rooms that there are.
    rooms: usize,
    /// The most rooms that one person is a member of.
    rooms_of_user: usize,
}

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("there is no such person here")]
    NoPerson,
    #[error("there is no such message in the room")]
    NoMessage,
    #[error("{0} rooms are allowed at most")]
    TooManyRooms(usize),
    #[error("a direct room is of {0} accounts at most, and of two at least")]
    People(usize),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the chat server does not answer: {0}")]
    Server(#[from] MailboxError),
}

impl From<sqlx::Error> for RoomError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Registry {
    pub fn new(store: Store, server: Addr<ChatServer>, clock: Clock, limits: &Limits) -> Self {
        Self { store, server, clock, rooms: limits.rooms, rooms_of_user: limits.rooms_per_session }
    }

    async fn case(&self, actor: &Actor) -> Result<Case, RoomError> {
        Case::open(&self.store, actor).await
    }

    /// Tells of what was written, in its turn, and waits until it holds.
    async fn tell(&self, turn: Turn, changes: Vec<RoomChanged>) -> Result<(), RoomError> {
        self.send_all(turn, changes).await?;
        Ok(())
    }

    async fn let_in(
        &self,
        turn: Turn,
        people: Vec<LetIn>,
    ) -> Result<Vec<Option<Inside>>, RoomError> {
        self.send_all(turn, people).await
    }

    async fn send_all<M>(&self, turn: Turn, messages: Vec<M>) -> Result<Vec<M::Result>, RoomError>
    where
        M: actix::Message<Result: Send> + Send + 'static,
        ChatServer: actix::Handler<M>,
    {
        // Into the mailbox at once, as what is written next must come behind it.
        let sent: Vec<_> = messages.into_iter().map(|message| self.server.send(message)).collect();
        drop(turn);
        let mut answers = Vec::with_capacity(sent.len());
        for sent in sent {
            answers.push(sent.await?);
        }
        Ok(answers)
    }
}

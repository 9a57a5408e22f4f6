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

use std::sync::Arc;

use actix::{Addr, MailboxError};

use crate::access::Denied;
use crate::chat::messages::{Inside, LetIn, Pass, RoomChanged, WriteError};
use crate::chat::{ChatServer, Clock, Mark};
use crate::config::Limits;
use crate::domain::{SessionId, User};
use crate::store::{Store, StoreError, Turn};

use case::Case;
pub use making::{Draft, Update};
pub use moderating::NewBan;
pub use reading::{Member, MemberPage, RoomPage};

/// Who asks.
#[derive(Clone)]
pub struct Actor {
    /// The name counts for guests only; accounts have theirs in the database.
    pub user: User,
    pub session: Option<Asker>,
}

/// The session that asks. It gets the answer, and so is not told as others are.
#[derive(Clone)]
pub struct Asker {
    pub session: SessionId,
    /// Where among its events the answer belongs: behind those of before what it asked was done.
    pub mark: Arc<dyn Mark>,
}

impl Actor {
    fn session(&self) -> Option<SessionId> {
        self.session.as_ref().map(|asker| asker.session)
    }
}

/// The rooms of the server; clones are the same.
#[derive(Clone)]
pub struct Registry {
    store: Store,
    server: Addr<ChatServer>,
    clock: Clock,
    /// Held by whoever erases deleted rooms.
    erasing: Arc<tokio::sync::Mutex<()>>,
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
        Self {
            store,
            server,
            clock,
            erasing: Arc::default(),
            rooms: limits.rooms,
            rooms_of_user: limits.rooms_per_session,
        }
    }

    async fn case(&self, actor: &Actor) -> Result<Case, RoomError> {
        Case::open(&self.store, actor).await
    }

    /// Tells of what was written, in its turn, and waits until it holds.
    async fn tell(
        &self,
        actor: &Actor,
        turn: Turn,
        changes: Vec<RoomChanged>,
    ) -> Result<(), RoomError> {
        self.send_all(actor, turn, changes).await?;
        Ok(())
    }

    async fn let_in(
        &self,
        actor: &Actor,
        turn: Turn,
        people: Vec<LetIn>,
    ) -> Result<Vec<Option<Inside>>, RoomError> {
        self.send_all(actor, turn, people).await
    }

    async fn send_all<M>(
        &self,
        actor: &Actor,
        turn: Turn,
        messages: Vec<M>,
    ) -> Result<Vec<M::Result>, RoomError>
    where
        M: actix::Message<Result: Send> + Send + 'static,
        ChatServer: actix::Handler<M>,
    {
        // Into the mailbox at once, as what is written next must come behind it; a new address of the actor
        // always finds a place in it.
        let sent: Vec<_> =
            messages.into_iter().map(|message| self.server.clone().send(message)).collect();
        let passed = self.pass_mark(actor);
        drop(turn);
        let mut answers = Vec::with_capacity(sent.len());
        for sent in sent {
            answers.push(sent.await?);
        }
        passed.await?;
        Ok(answers)
    }

    /// Behind what was sent before, and before what is sent next.
    fn pass_mark(&self, actor: &Actor) -> impl Future<Output = Result<(), MailboxError>> + use<> {
        let pass = |Asker { session, mark }| self.server.clone().send(Pass { session, mark });
        let passed = actor.session.clone().map(pass);
        async move {
            match passed {
                Some(passed) => passed.await,
                None => Ok(()),
            }
        }
    }
}

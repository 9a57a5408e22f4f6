//! A client's commands, as messages to the `ChatServer` and questions to the store.
//!
//! A command goes into the `ChatServer`'s mailbox before the next one is read, so that they stay in
//! order; its answer is waited for beside.

use std::rc::Rc;

use actix::MailboxError;
use uuid::Uuid;

use super::gate::Permit;
use super::{Link, Services, sentence};
use crate::chat::messages::{Find, Join, Joined, Leave, Post, PostError, Type};
use crate::chat::{JoinError, NotInRoom, Roster, Settle};
use crate::domain::{Body, BodyError, MessageId, RoomName, SessionId, now};
use crate::store::{AppendError, Page, Receipt, StoreError};
use crate::wire::{self, Command, ErrorCode, Failure, Position};

/// Messages in the answer to `join`, and of `history` unless it says another number.
const PAGE: u32 = 50;

/// The most messages that `history` gives.
const LARGEST_PAGE: u32 = 200;

/// The rooms of a connection that can be recovered, in the store. One change at a time: a room that is left
/// and joined again must not be forgotten last.
pub struct Remembered {
    connection: Uuid,
    changing: tokio::sync::Mutex<()>,
}

impl Remembered {
    pub fn new(connection: Uuid) -> Self {
        Self { connection, changing: tokio::sync::Mutex::default() }
    }
}

/// Who sent a command, and the way back.
pub struct Caller {
    pub session: SessionId,
    pub recoverable: Option<Rc<Remembered>>,
    pub link: Link,
    pub ack: Option<u64>,
    pub services: Rc<Services>,
    /// Counts the command as under way.
    pub _permit: Permit,
}

impl Caller {
    pub fn run(self, command: Command) {
        match command {
            Command::Send(send) => self.send(send),
            Command::Join(join) => self.join(join.room),
            Command::Leave(leave) => self.leave(leave.room),
            Command::History(history) => self.history(history),
            Command::Typing(typing) => self.typing(typing),
        }
    }

    fn send(self, send: wire::Send) {
        let body = match Body::parse(&send.body, self.services.config.limits.message_bytes) {
            Ok(body) => body,
            Err(error) => return self.answer::<()>(Err(error.into())),
        };
        let (session, room) = (self.session, send.room);
        let id = send.id.map_or_else(MessageId::fresh, MessageId);
        let post = self.services.server.send(Post { session, room: room.clone(), id, body });
        actix::spawn(async move {
            let result = match post.await {
                Ok(Err(PostError::NotInRoom(NotInRoom))) => Err(self.outside(&room).await),
                Ok(Err(PostError::Append(error))) => Err(error.into()),
                Ok(Err(PostError::Stopping)) => {
                    Err(Failure::new(ErrorCode::Restart, "The server restarts; try again."))
                }
                Ok(Ok(Receipt { id, seq, sent_at })) => {
                    Ok(wire::Receipt { id: id.0, seq, sent_at })
                }
                Err(error) => Err(error.into()),
            };
            self.answer(result);
        });
    }

    fn join(self, room: RoomName) {
        // What happens in the room from now on comes after the answer.
        let mut hold = Some(self.link.hold());
        let join = self.services.server.send(Join { session: self.session, room });
        actix::spawn(async move {
            let found = async {
                let joined = join.await??;
                if joined.roster.again {
                    // What is in the answer must not come after it.
                    self.services.relay.send(Settle).await?;
                    drop(hold.take());
                    hold = Some(self.link.hold());
                } else {
                    self.remember(&joined).await?;
                }
                let newest = Page::UpTo(joined.roster.room.seq);
                let history =
                    self.services.store.history(&joined.roster.room, newest, PAGE).await?;
                Ok::<_, Failure>((joined, history))
            };
            match found.await {
                Ok((joined, history)) => self.answer(Ok(wire::Joining {
                    room: self::room(&joined.roster),
                    members: joined.members.iter().map(Into::into).collect(),
                    messages: history.messages.iter().map(Into::into).collect(),
                    more: history.more,
                })),
                Err(failure) => self.answer::<()>(Err(failure)),
            }
            drop(hold);
        });
    }

    fn leave(self, room: RoomName) {
        let (session, name) = (self.session, room.clone());
        let leave = self.services.server.send(Leave { session, room });
        actix::spawn(async move {
            let left = async {
                self.found(leave.await?, &name).await?;
                self.services.relay.send(Settle).await?;
                self.forget(&name).await
            };
            let answer = left.await.map(|()| wire::RoomAnswer { room: name.as_str() });
            self.answer(answer);
        });
    }

    fn history(self, history: wire::History) {
        let (session, name) = (self.session, history.room.clone());
        let find = self.services.server.send(Find { session, room: history.room });
        actix::spawn(async move {
            let read = async {
                let room = self.found(find.await?, &name).await?;
                let page = match history.position {
                    Position::Newest => Page::UpTo(room.seq),
                    Position::Before(seq) => Page::Before(seq),
                    Position::After(seq) => Page::After(seq),
                    Position::Around(seq) => Page::Around(seq),
                };
                let limit = history.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
                Ok::<_, Failure>(self.services.store.history(&room, page, limit).await?)
            };
            match read.await {
                Ok(history) => self.answer(Ok(wire::Page {
                    room: name.as_str(),
                    messages: history.messages.iter().map(Into::into).collect(),
                    more: history.more,
                })),
                Err(failure) => self.answer::<()>(Err(failure)),
            }
        });
    }

    fn typing(self, typing: wire::Typing) {
        let wire::Typing { room, typing } = typing;
        let (session, name) = (self.session, room.clone());
        let typing = self.services.server.send(Type { session, room, typing });
        actix::spawn(async move {
            let told = async { self.found(typing.await?, &name).await };
            let answer = told.await.map(|()| wire::Nothing {});
            self.answer(answer);
        });
    }

    /// What one finds in a room that one is in; otherwise, whether there is such a room at all.
    async fn found<T>(&self, found: Result<T, NotInRoom>, room: &RoomName) -> Result<T, Failure> {
        match found {
            Ok(found) => Ok(found),
            Err(NotInRoom) => Err(self.outside(room).await),
        }
    }

    async fn remember(&self, joined: &Joined) -> Result<(), Failure> {
        if let Some(remembered) = &self.recoverable {
            let _turn = remembered.changing.lock().await;
            let (room, since) = (joined.roster.room.id, joined.position);
            let store = &self.services.store;
            store.remember_room(remembered.connection, room, since, now()).await?;
        }
        Ok(())
    }

    async fn forget(&self, room: &RoomName) -> Result<(), Failure> {
        if let Some(remembered) = &self.recoverable {
            let _turn = remembered.changing.lock().await;
            self.services.store.forget_room(remembered.connection, room).await?;
        }
        Ok(())
    }

    /// Whether the room that one is not in exists at all.
    async fn outside(&self, room: &RoomName) -> Failure {
        match self.services.store.room(room).await {
            Ok(Some(_)) => Failure::new(ErrorCode::NotInRoom, "Join the room first."),
            Ok(None) => JoinError::NoRoom.into(),
            Err(error) => error.into(),
        }
    }

    fn answer<T: serde::Serialize>(&self, result: Result<T, Failure>) {
        if let Err(failure) = &result {
            log::debug!("sid={} is refused: {failure}", self.session);
        }
        self.link.answer(self.ack, result);
    }
}

/// A room on the wire.
pub fn room(roster: &Roster) -> wire::Room<'_> {
    wire::Room { name: roster.room.name.as_str(), seq: roster.room.seq, members: roster.members }
}

/// A fault of ours, of which clients learn nothing more.
pub fn internal() -> Failure {
    Failure::new(ErrorCode::Internal, "Something went wrong here. Try again.")
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        let code = match error {
            BodyError::Empty => ErrorCode::BodyEmpty,
            BodyError::TooLong { .. } => ErrorCode::BodyTooLong,
            BodyError::Nul => ErrorCode::BadField,
        };
        Self::new(code, sentence(&error.to_string()))
    }
}

impl From<JoinError> for Failure {
    fn from(error: JoinError) -> Self {
        let code = match error {
            JoinError::NoRoom => ErrorCode::RoomUnknown,
            JoinError::TooManyRooms { .. } => ErrorCode::TooManyRooms,
            JoinError::NotConnected => ErrorCode::NotConnected,
            JoinError::Storage => ErrorCode::Storage,
        };
        Self::new(code, sentence(&error.to_string()))
    }
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        let code = match error {
            AppendError::IdTaken => ErrorCode::IdTaken,
            AppendError::NoRoom => ErrorCode::RoomUnknown,
            AppendError::Overloaded => ErrorCode::Overloaded,
            AppendError::Storage => ErrorCode::Storage,
        };
        Self::new(code, sentence(&error.to_string()))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        log::error!("a question to the database failed: {error}");
        Self::new(ErrorCode::Storage, "The database could not be read. Try again.")
    }
}

impl From<MailboxError> for Failure {
    fn from(error: MailboxError) -> Self {
        log::error!("the chat server does not answer: {error}");
        internal()
    }
}

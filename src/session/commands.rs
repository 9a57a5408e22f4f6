//! A client's commands, as messages to the `ChatServer` and questions to the store.
//!
//! A command goes into the `ChatServer`'s mailbox before the next one is read, so that they stay in
//! order, and its answer is waited for beside; `join` and `leave`, which ask the database first, are done
//! before the next one is read.

use std::rc::Rc;

use actix::MailboxError;
use serde::Serialize;
use uuid::Uuid;

use super::gate::Permit;
use super::limits::too_fast;
use super::{Link, Services, sentence, sync};
use crate::chat::messages::{Find, FindAll, Join, Joined, Leave, Type, Write, WriteError};
use crate::chat::{JoinError, NotInRoom, Roster, Settle};
use crate::domain::{Body, BodyError, MessageId, RoomName, SessionId, now};
use crate::store::{Action, AppendError, Page, Receipt, StoreError};
use crate::wire::{self, Command, ErrorCode, Failure, Position};

/// Messages in the answer to `join`, and of `history` unless it says another number.
const PAGE: u32 = 50;

/// The most messages that `history` gives.
pub const LARGEST_PAGE: u32 = 200;

/// Who sent a command, and the way back.
pub struct Caller {
    pub session: SessionId,
    /// Where the rooms of a connection that can be recovered are remembered.
    pub recoverable: Option<Uuid>,
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
            Command::Edit(edit) => self.edit(edit),
            Command::Delete(delete) => self.delete(delete),
            Command::Join(join) => self.join(join.room),
            Command::Leave(leave) => self.leave(leave.room),
            Command::History(history) => self.history(history),
            Command::Sync(sync) => self.sync(sync),
            Command::Typing(typing) => self.typing(typing),
        }
    }

    fn send(self, send: wire::Send) {
        let id = send.id.map_or_else(MessageId::fresh, MessageId);
        let action = self.body(&send.body).map(Action::Post);
        self.write(send.room, id, action, |Receipt { id, seq, sent_at, .. }| wire::Receipt {
            id: id.0,
            seq,
            sent_at,
        });
    }

    fn edit(self, edit: wire::Edit) {
        let version = edit.version;
        let action = self.body(&edit.body).map(|body| Action::Edit { body, version });
        self.write(edit.room, MessageId(edit.id), action, changed);
    }

    fn delete(self, delete: wire::Delete) {
        self.write(delete.room, MessageId(delete.id), Ok(Action::Delete), changed);
    }

    fn body(&self, text: &str) -> Result<Body, Failure> {
        Ok(Body::parse(text, self.services.config.limits.message_bytes)?)
    }

    fn write<T: Serialize>(
        self,
        room: RoomName,
        id: MessageId,
        action: Result<Action, Failure>,
        answer: impl FnOnce(Receipt) -> T + 'static,
    ) {
        let action = match action {
            Ok(action) => action,
            Err(failure) => return self.answer::<()>(Err(failure)),
        };
        let (session, name) = (self.session, room.clone());
        let written = self.services.server.send(Write { session, room, id, action });
        actix::spawn(async move {
            let result = match written.await {
                Ok(Ok(receipt)) => Ok(answer(receipt)),
                Ok(Err(WriteError::NotInRoom(NotInRoom))) => Err(self.outside(&name).await),
                Ok(Err(WriteError::Append(error))) => Err(error.into()),
                Ok(Err(WriteError::TooFast { retry_after })) => Err(too_fast(retry_after)),
                Ok(Err(WriteError::Stopping)) => {
                    Err(Failure::new(ErrorCode::Restart, "The server restarts; try again."))
                }
                Err(error) => Err(error.into()),
            };
            self.answer(result);
        });
    }

    fn join(self, room: RoomName) {
        // What happens in the room from now on comes after the answer.
        let hold = self.link.hold();
        let join = self.services.server.send(Join { session: self.session, room });
        actix::spawn(async move {
            let found = async {
                let joined = join.await??;
                if joined.roster.again {
                    // What is in the answer must not come after it.
                    self.services.relay.send(Settle).await?;
                    hold.let_go(joined.position.0);
                } else if let Err(failure) = self.remember(&joined).await {
                    let room = joined.roster.room.name;
                    let _ = self.services.server.send(Leave { session: self.session, room }).await;
                    return Err(failure);
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
        actix::spawn(async move {
            let left = async {
                // First, as a connection that comes back must not be without a room that it was told it
                // could not leave.
                self.forget(&room).await?;
                let (session, room) = (self.session, room.clone());
                let leave = self.services.server.send(Leave { session, room: room.clone() });
                self.found(leave.await?, &room).await?;
                Ok(self.services.relay.send(Settle).await?)
            };
            let answer = left.await.map(|()| wire::RoomAnswer { room: room.as_str() });
            self.answer(answer);
        });
    }

    fn history(self, history: wire::History) {
        let (session, name) = (self.session, history.room.clone());
        // What happens meanwhile comes after the answer, which may not have it.
        let hold = self.link.hold();
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
            drop(hold);
        });
    }

    fn sync(self, wire::Sync { rooms }: wire::Sync) {
        let limit = self.services.config.limits.rooms_per_session;
        if rooms.len() > limit {
            let why = format!("\"rooms\" has {} rooms, and {limit} are allowed.", rooms.len());
            return self.answer::<()>(Err(Failure::new(ErrorCode::BadField, why)));
        }
        let session = self.session;
        let hold = self.link.hold();
        let names = rooms.iter().map(|(name, _)| name.clone()).collect();
        let find = self.services.server.send(FindAll { session, rooms: names });
        actix::spawn(async move {
            let synced = async {
                let found = find.await?;
                sync::read(&self, rooms.iter().zip(found)).await
            };
            match synced.await {
                Ok(rooms) => self.answer(Ok(wire::Synced {
                    rooms: rooms.iter().map(|(name, room)| (name.as_str(), room.told())).collect(),
                })),
                Err(failure) => self.answer::<()>(Err(failure)),
            }
            drop(hold);
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
        if let Some(connection) = self.recoverable {
            let (room, since) = (joined.roster.room.id, joined.position);
            self.services.store.remember_room(connection, room, since, now()).await?;
        }
        Ok(())
    }

    async fn forget(&self, room: &RoomName) -> Result<(), Failure> {
        if let Some(connection) = self.recoverable {
            self.services.store.forget_room(connection, room).await?;
        }
        Ok(())
    }

    /// Whether the room that one is not in exists at all.
    pub async fn outside(&self, room: &RoomName) -> Failure {
        match self.services.store.room(room).await {
            Ok(Some(_)) => Failure::new(ErrorCode::NotInRoom, "Join the room first."),
            Ok(None) => JoinError::NoRoom.into(),
            Err(error) => error.into(),
        }
    }

    fn answer<T: Serialize>(&self, result: Result<T, Failure>) {
        if let Err(failure) = &result {
            log::debug!("sid={} is refused: {failure}", self.session);
        }
        self.link.answer(self.ack, result);
    }
}

/// The receipt of an edit or a deletion.
fn changed(receipt: Receipt) -> wire::ChangeReceipt {
    wire::ChangeReceipt::new(receipt.id.0, receipt.seq, receipt.change.as_ref())
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
            JoinError::TooManySessions { .. } => ErrorCode::TooManySessions,
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
            AppendError::NoMessage => ErrorCode::MessageUnknown,
            AppendError::NotAuthor => ErrorCode::NotAuthor,
            AppendError::Deleted => ErrorCode::MessageDeleted,
            AppendError::Outdated => ErrorCode::Outdated,
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

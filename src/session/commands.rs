//! A client's commands, as messages to the `ChatServer` and questions to the store.
//!
//! A command goes into the `ChatServer`'s mailbox before the next one is read, so that they stay in
//! order, and its answer is waited for beside; `join` and `leave`, which ask the database first, are done
//! before the next one is read.

use std::rc::Rc;
use std::sync::Arc;

use actix::MailboxError;
use serde::Serialize;

use super::gate::Permit;
use super::{Link, Services, sync};
use crate::access::{Denied, Role, RoomAction, decide};
use crate::chat::messages::{
    Author, Find, FindAll, HasRead, Inside, Look, Read, Tell, Type, Write, WriteError,
};
use crate::chat::{Event, JoinError, NotInRoom, Settle};
use crate::domain::{Body, MessageId, RoomName, SessionId, User, now};
use crate::rooms::{Actor, Asker};
use crate::socketio::engine::outbox::Hold;
use crate::store::{Action, Page, Receipt, Room, StoreError, Unread};
use crate::views::{self, internal};
use crate::wire::{self, Command, ErrorCode, Failure, Position, sentence};

/// Messages in the answer to `join`, and of `history` unless it says another number.
const PAGE: u32 = 50;

/// The most messages that `history` gives.
pub const LARGEST_PAGE: u32 = 200;

/// Who sent a command, and the way back.
pub struct Caller {
    pub session: SessionId,
    pub user: User,
    pub role: Role,
    pub link: Link,
    pub ack: Option<u64>,
    pub services: Rc<Services>,
    /// Counts the command as under way.
    pub permit: Permit,
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
            Command::Read(read) => self.read(read),
            Command::Room(command) => self.about_room(command),
        }
    }

    fn send(self, send: wire::Send) {
        let id = send.id.map_or_else(MessageId::fresh, MessageId);
        let action = self.body(&send.body);
        let called = |body: &Body| self.services.accounts.directory().called_in(body.as_str());
        let action = action.map(|body| Action::Post { mentions: called(&body), body });
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
        let (author, name) = (Author::Session(self.session), room.clone());
        let written = self.services.server.send(Write { author, room, id, action });
        actix::spawn(async move {
            let result = match written.await {
                Ok(Ok(receipt)) => Ok(answer(receipt)),
                Ok(Err(error)) => Err(self.not_written(error, &name).await),
                Err(error) => Err(error.into()),
            };
            self.answer(result);
        });
    }

    async fn not_written(&self, error: WriteError, room: &RoomName) -> Failure {
        match error {
            WriteError::NotInRoom(NotInRoom) => self.outside(room).await,
            error => error.into(),
        }
    }

    /// Keeps back what the client is told, to put the answer of this command into its place. Nothing else is
    /// under way then.
    pub async fn hold(&self) -> (Arc<Hold>, Actor) {
        self.permit.alone().await;
        let hold = Arc::new(self.link.hold());
        let asker = Asker { session: self.session, mark: hold.clone() };
        (hold, Actor { user: self.user.clone(), session: Some(asker) })
    }

    fn join(self, room: RoomName) {
        actix::spawn(async move {
            // What happens in the room from now on comes after the answer.
            let (hold, actor) = self.hold().await;
            let found = async {
                let look = Look { session: self.session, room: room.clone(), mark: hold.clone() };
                let inside = match self.services.server.send(look).await? {
                    Ok(inside) => inside,
                    // Without a session there is nobody to answer.
                    Err(NotInRoom) => {
                        self.services.rooms.join(&actor, &room).await?.1.ok_or_else(internal)?
                    }
                };
                self.services.relay.send(Settle).await?;
                let room = &inside.view.room;
                let history = self.services.store.history(room, Page::UpTo(room.seq), PAGE).await?;
                let read = inside.view.membership.map_or(room.seq, |membership| membership.read);
                let unread = self.unread(room, read).await?;
                Ok::<_, Failure>((inside, unread, history))
            };
            match found.await {
                Ok((inside, unread, history)) => self.answer(Ok(wire::Joining {
                    room: views::room(&inside.view, Some(unread), &self.services.accounts),
                    members: self.people(&inside),
                    messages: history.messages.iter().map(Into::into).collect(),
                    more: history.more,
                })),
                Err(failure) => self.answer::<()>(Err(failure)),
            }
            drop(hold);
        });
    }

    fn people(&self, inside: &Inside) -> Vec<wire::Person> {
        let person =
            |(user, role): &(User, Role)| views::person(user, *role, &self.services.accounts);
        inside.people.iter().map(person).collect()
    }

    /// What is unread of a room behind a number.
    async fn unread(&self, room: &Room, read: u64) -> Result<Unread, StoreError> {
        if read < room.seq {
            self.services.store.unread_of(self.user.id, room.id, read).await
        } else {
            Ok(Unread::default())
        }
    }

    fn leave(self, room: RoomName) {
        actix::spawn(async move {
            let (hold, actor) = self.hold().await;
            let left = async {
                let find = Find { session: self.session, room: room.clone() };
                self.found(self.services.server.send(find).await?, &room).await?;
                self.services.rooms.leave(&actor, &room).await?;
                self.services.relay.send(Settle).await?;
                Ok(())
            };
            let answer = left.await.map(|()| wire::RoomAnswer { room: room.as_str() });
            self.answer(answer);
            drop(hold);
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
                    Position::At(time) => Page::At(time),
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
            let answer = match typing.await {
                Ok(Ok(())) => Ok(wire::Nothing {}),
                Ok(Err(error)) => Err(self.not_written(error, &name).await),
                Err(error) => Err(error.into()),
            };
            self.answer(answer);
        });
    }

    fn read(self, wire::Read { room, seq }: wire::Read) {
        let (session, name) = (self.session, room.clone());
        let read = self.services.server.send(Read { session, room, seq });
        actix::spawn(async move {
            let told = async {
                let HasRead { user, room, read, elsewhere } =
                    self.found(read.await?, &name).await?;
                let unread = self.unread(&room, read).await?;
                if elsewhere {
                    let event = Event::Read { room: name.clone(), read, unread };
                    let tell = Tell { user, except: Some(session), event };
                    self.services.server.send(tell).await?;
                }
                Ok::<_, Failure>((read, unread))
            };
            let answer = told.await.map(|(read, unread)| views::has_read(&name, read, unread));
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

    /// Why nothing can be done in a room that one is not in.
    pub async fn outside(&self, room: &RoomName) -> Failure {
        let denied = async {
            let Some(room) = self.services.store.room(room).await? else {
                return Ok(Denied::Hidden);
            };
            let (user, role) = (self.user.id, self.role);
            let found = self.services.store.standing(user, role, &room, now()).await?;
            let decided = decide(role, room.place(found.standing), RoomAction::Read);
            // A guest who has left the lobby is out of it until they come back.
            Ok(decided.err().unwrap_or(Denied::NotMember))
        };
        denied.await.map_or_else(|error: StoreError| error.into(), Into::into)
    }

    pub fn answer<T: Serialize>(&self, result: Result<T, Failure>) {
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

impl From<JoinError> for Failure {
    fn from(error: JoinError) -> Self {
        let code = match error {
            JoinError::TooManySessions { .. } => ErrorCode::TooManySessions,
            JoinError::Stale => ErrorCode::Overloaded,
        };
        Self::new(code, sentence(&error.to_string()))
    }
}

impl From<MailboxError> for Failure {
    fn from(error: MailboxError) -> Self {
        log::error!("the chat server does not answer: {error}");
        internal()
    }
}

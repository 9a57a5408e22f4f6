//! What the [`ChatServer`] does with each message.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use tokio::sync::oneshot;

use super::messages::{
    AddRelay, AreOnline, Author, Connect, Count, Disconnect, Find, FindAll, HasRead, HowFar,
    Identify, Inside, KeepRead, Look, Pass, Person, Read, Stop, Tell, Type, Welcome, Write,
    WriteError,
};
use super::people::Online;
use super::relay::{Enter, Event, Farewell, Mark, PassMark};
use super::{ChatServer, Connection, JoinError, NotInRoom};
use crate::access::{Place, Role, RoomAction, decide};
use crate::domain::{Message, RoomId, RoomName, SessionId, User, now};
use crate::planted::{self, Bug};
use crate::store::{Action, AppendError, Committed, Draft, Membership, Receipt, Room};

/// How many places that people have read up to are gathered before they are written down.
const MOST_READ: usize = 10_000;

/// The most text that is handed on as one; well below what may wait for a client.
const GATHERED_BYTES: usize = 64 * 1024;

/// How long a server that stops waits for the database. Then senders are told to try again later.
const LAST_COMMITS: Duration = Duration::from_secs(2);

impl ChatServer {
    /// The room that a session calls by a name, and the person. Everything that is done in a room is decided
    /// with what this finds.
    fn admitted(
        &self,
        session: SessionId,
        room: &RoomName,
    ) -> Result<(&Online, &Room, &Membership), NotInRoom> {
        let connection = self.sessions.get(&session).ok_or(NotInRoom)?;
        let online = self.people.find(connection.user).ok_or(NotInRoom)?;
        let room = self.presence.find(room).ok_or(NotInRoom)?;
        Ok((online, room, online.membership(room.id).ok_or(NotInRoom)?))
    }

    /// Who writes, where, and how they stand there.
    fn author(
        &self,
        author: Author,
        room: &RoomName,
    ) -> Result<(User, Role, Room, Place), WriteError> {
        match author {
            Author::Session(session) => {
                let (online, room, membership) = self.admitted(session, room)?;
                let place = room.place(membership.standing(now()));
                Ok((online.user.clone(), online.role, room.clone(), place))
            }
            Author::Person { user, as_of, .. } if self.changes.since(user.id, as_of) => {
                Err(WriteError::Stale)
            }
            Author::Person { user, role, room, place, .. } => Ok((user, role, room, place)),
        }
    }
}

impl Handler<AddRelay> for ChatServer {
    type Result = ();

    fn handle(&mut self, AddRelay(relay): AddRelay, _: &mut Self::Context) {
        // A worker that panicked was started anew, and its relay with it.
        self.relays.retain(Addr::connected);
        if self.writer.is_none() {
            relay.do_send(Farewell);
        }
        self.relays.push(relay);
    }
}

impl Handler<Connect> for ChatServer {
    type Result = Result<Welcome, JoinError>;

    fn handle(&mut self, connect: Connect, ctx: &mut Self::Context) -> Self::Result {
        let Connect { session, person, relay, rooms, as_of } = connect;
        let id = person.user.id;
        if self.changes.since(id, as_of) {
            return Err(JoinError::Stale);
        }
        let online = self.people.arrive(&person.user, person.role, session)?;
        if online.sessions.len() == 1 {
            for (room, mut membership) in rooms {
                let room = self.presence.open(room);
                let read = self.read.get(&(id, room.id)).copied().unwrap_or_default();
                membership.read = membership.read.max(read).min(room.seq);
                online.rooms.push((room.id, membership));
            }
        }
        let user = online.user.clone();
        let rooms: Vec<_> = online.rooms.iter().map(|(room, _)| *room).collect();
        for room in &rooms {
            relay.do_send(Enter { session, room: *room });
            self.presence.enter(*room, &user, person.role);
            self.announce_soon(*room, ctx);
        }
        let Person { sign_in, address, .. } = person;
        self.sessions.insert(session, Connection { user: id, sign_in, address, relay });
        let rooms = rooms.into_iter().filter_map(|room| self.view(id, room)).collect();
        Ok(Welcome { user, rooms, position: self.position })
    }
}

impl Handler<Disconnect> for ChatServer {
    type Result = ();

    fn handle(&mut self, Disconnect { session }: Disconnect, ctx: &mut Self::Context) {
        self.end(session, ctx);
    }
}

impl Handler<Look> for ChatServer {
    type Result = Result<Inside, NotInRoom>;

    fn handle(
        &mut self,
        Look { session, room, mark }: Look,
        _: &mut Self::Context,
    ) -> Self::Result {
        let (online, room, _) = self.admitted(session, &room)?;
        let inside = self.inside(online.user.id, room.id).ok_or(NotInRoom)?;
        self.pass(session, mark);
        Ok(inside)
    }
}

impl Handler<Pass> for ChatServer {
    type Result = ();

    fn handle(&mut self, Pass { session, mark }: Pass, _: &mut Self::Context) {
        self.pass(session, mark);
    }
}

impl Handler<Write> for ChatServer {
    type Result = Response<Result<Receipt, WriteError>>;

    fn handle(&mut self, write: Write, _: &mut Self::Context) -> Self::Result {
        match self.write(write) {
            Ok(receipt) => {
                Response::fut(
                    async move { Ok(receipt.await.unwrap_or(Err(AppendError::Storage))?) },
                )
            }
            Err(error) => Response::reply(Err(error)),
        }
    }
}

impl ChatServer {
    fn pass(&self, session: SessionId, mark: Arc<dyn Mark>) {
        if let Some(connection) = self.sessions.get(&session) {
            connection.relay.do_send(PassMark(mark));
        }
    }

    fn write(
        &mut self,
        Write { author, room, id, action }: Write,
    ) -> Result<oneshot::Receiver<Result<Receipt, AppendError>>, WriteError> {
        let (author, role, room, place) = self.author(author, &room)?;
        self.rates.check(author.id).map_err(|retry_after| WriteError::TooFast { retry_after })?;
        let Some(writer) = &self.writer else { return Err(WriteError::Stopping) };
        let hurried = room.details.slow_mode > 0
            && matches!(action, Action::Post { .. })
            && decide(role, place, RoomAction::Moderate).is_err();
        if hurried {
            let pause = Duration::from_secs(room.details.slow_mode.into());
            let paced = self.pace.check(room.id, author.id, pause);
            paced.map_err(|retry_after| WriteError::SlowMode { retry_after })?;
        }
        let (room, room_name) = (room.id, room.name);
        Ok(writer.append(Draft { room, room_name, id, author, role, place, action }))
    }
}

impl Handler<Committed> for ChatServer {
    type Result = ();

    fn handle(&mut self, mut committed: Committed, _: &mut Self::Context) {
        for appended in committed.appended {
            appended.tell();
        }
        if planted::shows(Bug::Swapped, 20) && committed.changes.len() > 1 {
            committed.changes.swap(0, 1);
        }
        for (room, message) in &committed.changes {
            self.presence.advance(*room, message.last_seq());
            self.position = self.position.max(message.last_position());
        }
        committed.changes.retain(|_| !planted::shows(Bug::LostBroadcast, 200));
        for (room, events) in gather(committed.changes) {
            self.deliver(room, events, None, Some(&committed.passed_on));
        }
    }
}

/// Puts together what happened in one room without a change of another in between: somebody in both hears of
/// them in their order.
fn gather(changes: Vec<(RoomId, Message)>) -> Vec<(RoomId, Vec<Event>)> {
    let mut gathered: Vec<(RoomId, Vec<Event>)> = Vec::new();
    let mut bytes = 0;
    for (room, message) in changes {
        bytes += message.body.as_str().len();
        match gathered.last_mut() {
            Some((last, events)) if *last == room && bytes <= GATHERED_BYTES => {
                events.push(Event::Change(message));
            }
            _ => {
                bytes = message.body.as_str().len();
                gathered.push((room, vec![Event::Change(message)]));
            }
        }
    }
    gathered
}

impl Handler<Find> for ChatServer {
    type Result = Result<Room, NotInRoom>;

    fn handle(&mut self, Find { session, room }: Find, _: &mut Self::Context) -> Self::Result {
        self.admitted(session, &room).map(|(_, room, _)| room.clone())
    }
}

impl Handler<FindAll> for ChatServer {
    type Result = MessageResult<FindAll>;

    fn handle(
        &mut self,
        FindAll { session, rooms }: FindAll,
        _: &mut Self::Context,
    ) -> Self::Result {
        let find = |room| self.admitted(session, room).map(|(_, room, _)| room.clone());
        MessageResult(rooms.iter().map(find).collect())
    }
}

impl Handler<Type> for ChatServer {
    type Result = Result<(), WriteError>;

    fn handle(&mut self, typing: Type, _: &mut Self::Context) -> Self::Result {
        let (online, room, membership) = self.admitted(typing.session, &typing.room)?;
        let place = room.place(membership.standing(now()));
        decide(online.role, place, RoomAction::Post)?;
        let user = online.user.clone();
        let event = Event::Typing { room: typing.room, user, typing: typing.typing };
        self.deliver(room.id, vec![event], Some(typing.session), None);
        Ok(())
    }
}

impl Handler<Read> for ChatServer {
    type Result = Result<HasRead, NotInRoom>;

    fn handle(&mut self, read: Read, ctx: &mut Self::Context) -> Self::Result {
        let (online, room, _) = self.admitted(read.session, &read.room)?;
        let (user, room, elsewhere) = (online.user.id, room.clone(), online.sessions.len() > 1);
        let membership = self.people.find_mut(user).and_then(|it| it.membership_mut(room.id));
        let membership = membership.ok_or(NotInRoom)?;
        let seq = read.seq.min(room.seq);
        if seq > membership.read {
            membership.read = seq;
            self.read.insert((user, room.id), seq);
        }
        let read = membership.read;
        if self.read.len() >= MOST_READ {
            self.keep_read_soon(ctx);
        }
        Ok(HasRead { user, room, read, elsewhere })
    }
}

impl Handler<Tell> for ChatServer {
    type Result = ();

    fn handle(&mut self, Tell { user, except, event }: Tell, _: &mut Self::Context) {
        self.tell(user, event, except);
    }
}

impl Handler<Count> for ChatServer {
    type Result = MessageResult<Count>;

    fn handle(&mut self, Count(rooms): Count, _: &mut Self::Context) -> Self::Result {
        MessageResult(rooms.into_iter().map(|room| self.presence.count(room)).collect())
    }
}

impl Handler<HowFar> for ChatServer {
    type Result = MessageResult<HowFar>;

    fn handle(&mut self, HowFar { user, rooms }: HowFar, _: &mut Self::Context) -> Self::Result {
        let read = rooms.into_iter().map(|(room, stored)| self.has_read(user, room, stored));
        MessageResult(read.collect())
    }
}

impl Handler<AreOnline> for ChatServer {
    type Result = MessageResult<AreOnline>;

    fn handle(&mut self, AreOnline(users): AreOnline, _: &mut Self::Context) -> Self::Result {
        MessageResult(users.into_iter().map(|user| self.people.find(user).is_some()).collect())
    }
}

impl Handler<Identify> for ChatServer {
    type Result = MessageResult<Identify>;

    fn handle(&mut self, Identify(user): Identify, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.people.find(user).map(|online| (online.user.clone(), online.role)))
    }
}

impl Handler<KeepRead> for ChatServer {
    type Result = ResponseActFuture<Self, ()>;

    fn handle(&mut self, _: KeepRead, _: &mut Self::Context) -> Self::Result {
        self.keep_read()
    }
}

impl Handler<Stop> for ChatServer {
    type Result = ResponseActFuture<Self, ()>;

    fn handle(&mut self, _: Stop, _: &mut Self::Context) -> Self::Result {
        // The writer ends when what it took is stored and passed on.
        self.writer = None;
        let writing = self.writing.take();
        let written = async move {
            let Some(mut writing) = writing else { return };
            if tokio::time::timeout(LAST_COMMITS, &mut writing).await.is_err() {
                log::error!("the database takes too long; what waits for it is refused");
                writing.abort();
            }
        };
        Box::pin(written.into_actor(self).map(|(), server, _| {
            for relay in &server.relays {
                relay.do_send(Farewell);
            }
        }))
    }
}

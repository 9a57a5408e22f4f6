//! What the [`ChatServer`] does with each message.

use std::time::Duration;

use actix::prelude::*;

use super::messages::{
    AddRelay, Connect, Disconnect, Find, FindAll, Join, Joined, Leave, PersonChanged, Stop, Type,
    Welcome, Write, WriteError,
};
use super::relay::{Event, Farewell};
use super::{ChatServer, Connection, JoinError, NotInRoom};
use crate::domain::{RoomId, RoomName, SessionId};
use crate::planted::{self, Bug};
use crate::store::{AppendError, Committed, Draft, Receipt, Room};

/// How long a server that stops waits for the database. Then senders are told to try again later.
const LAST_COMMITS: Duration = Duration::from_secs(2);

impl ChatServer {
    /// The room that a session calls by a name, and the session. Everything that is done in a room is
    /// decided here.
    fn admitted(
        &self,
        session: SessionId,
        room: &RoomName,
    ) -> Result<(&Connection, &Room), NotInRoom> {
        let connection = self.sessions.get(&session).ok_or(NotInRoom)?;
        Ok((connection, self.rooms.find_among(&connection.rooms, room)?))
    }

    fn join(
        &mut self,
        session: SessionId,
        room: RoomId,
        ctx: &mut Context<Self>,
    ) -> Result<Joined, JoinError> {
        let roster = self.enter(session, room, ctx)?;
        Ok(Joined { roster, members: self.rooms.members(room), position: self.position })
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
        let Connect { session, user, relay, rooms } = connect;
        let user = self.people.arrive(&user)?;
        let connection = Connection { user: user.clone(), relay, rooms: Vec::new() };
        self.sessions.insert(session, connection);
        let lobby = self.enter(session, self.rooms.lobby(), ctx)?;
        let mut joined = vec![lobby];
        for room in rooms {
            let id = self.rooms.open(room);
            // More rooms than one may be in by now are left.
            joined.extend(self.enter(session, id, ctx).ok().filter(|room| !room.again));
        }
        Ok(Welcome { user, rooms: joined, position: self.position })
    }
}

impl Handler<Disconnect> for ChatServer {
    type Result = ();

    fn handle(&mut self, Disconnect { session }: Disconnect, ctx: &mut Self::Context) {
        let Some(connection) = self.sessions.remove(&session) else { return };
        self.people.depart(&connection.user);
        for room in connection.rooms {
            self.rooms.leave(room, &connection.user);
            self.announce_soon(room, ctx);
        }
    }
}

impl Handler<Join> for ChatServer {
    type Result = ActorResponse<Self, Result<Joined, JoinError>>;

    fn handle(&mut self, Join { session, room }: Join, ctx: &mut Self::Context) -> Self::Result {
        if let Some(id) = self.rooms.find(&room) {
            return ActorResponse::reply(self.join(session, id, ctx));
        }
        let store = self.store.clone();
        let found = async move { store.room(&room).await }.into_actor(self);
        ActorResponse::r#async(found.map(move |found, server, ctx| match found {
            Ok(Some(room)) => {
                let id = server.rooms.open(room);
                server.join(session, id, ctx)
            }
            Ok(None) => Err(JoinError::NoRoom),
            Err(error) => {
                log::error!("a room could not be looked up: {error}");
                Err(JoinError::Storage)
            }
        }))
    }
}

impl Handler<Leave> for ChatServer {
    type Result = Result<(), NotInRoom>;

    fn handle(&mut self, Leave { session, room }: Leave, ctx: &mut Self::Context) -> Self::Result {
        let (_, room) = self.admitted(session, &room)?;
        self.exit(session, room.id, ctx);
        Ok(())
    }
}

impl Handler<Write> for ChatServer {
    type Result = Response<Result<Receipt, WriteError>>;

    fn handle(&mut self, write: Write, _: &mut Self::Context) -> Self::Result {
        let (connection, room) = match self.admitted(write.session, &write.room) {
            Ok(found) => found,
            Err(error) => return Response::reply(Err(error.into())),
        };
        if let Err(retry_after) = self.rates.check(connection.user.id) {
            return Response::reply(Err(WriteError::TooFast { retry_after }));
        }
        let Some(writer) = &self.writer else {
            return Response::reply(Err(WriteError::Stopping));
        };
        let receipt = writer.append(Draft {
            room: room.id,
            room_name: room.name.clone(),
            id: write.id,
            author: connection.user.clone(),
            action: write.action,
        });
        Response::fut(async move { Ok(receipt.await.unwrap_or(Err(AppendError::Storage))?) })
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
        for (room, message) in committed.changes {
            self.rooms.advance(room, message.last_seq());
            self.position = self.position.max(message.last_position());
            if planted::shows(Bug::LostBroadcast, 200) {
                continue;
            }
            self.deliver(room, Event::Change(message), None, Some(&committed.passed_on));
        }
    }
}

impl Handler<Find> for ChatServer {
    type Result = Result<Room, NotInRoom>;

    fn handle(&mut self, Find { session, room }: Find, _: &mut Self::Context) -> Self::Result {
        self.admitted(session, &room).map(|(_, room)| room.clone())
    }
}

impl Handler<FindAll> for ChatServer {
    type Result = MessageResult<FindAll>;

    fn handle(
        &mut self,
        FindAll { session, rooms }: FindAll,
        _: &mut Self::Context,
    ) -> Self::Result {
        let find = |room| self.admitted(session, room).map(|(_, room)| room.clone());
        MessageResult(rooms.iter().map(find).collect())
    }
}

impl Handler<Type> for ChatServer {
    type Result = Result<(), NotInRoom>;

    fn handle(&mut self, typing: Type, _: &mut Self::Context) -> Self::Result {
        let (connection, room) = self.admitted(typing.session, &typing.room)?;
        let user = connection.user.clone();
        let event = Event::Typing { room: typing.room, user, typing: typing.typing };
        self.deliver(room.id, event, Some(typing.session), None);
        Ok(())
    }
}

impl Handler<PersonChanged> for ChatServer {
    type Result = ();

    fn handle(&mut self, _: PersonChanged, _: &mut Self::Context) {}
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

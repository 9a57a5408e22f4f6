//! The chat itself: who is online and where, what goes out to whom, and the actor that decides it.
//!
//! Names neither Socket.IO nor HTTP: sessions send it the messages of [`messages`], and what goes out
//! leaves through an [`Outlet`].

mod handlers;
pub mod messages;
mod notices;
mod people;
mod rates;
mod relay;
mod rooms;

use std::collections::HashMap;
use std::sync::Arc;

use actix::prelude::*;
use tokio::sync::oneshot;

pub use notices::Notice;
pub use relay::{Attach, Broadcast, Detach, Event, FORMATS, Outlet, Relay, Settle};
pub use rooms::{JoinError, NotInRoom, Roster};

use crate::config::Limits;
use crate::domain::{Position, RoomId, SessionId, User};
use crate::store::{self, Store, Writer};
use people::People;
use rates::Rates;
use relay::{Deliver, Enter, Exit};
use rooms::Rooms;

/// Commands that may wait: sessions are held back one by one before this is full, and a command that
/// has to wait for a place in the mailbox could be overtaken by the next one of its session.
const MAILBOX: usize = 1 << 20;

/// The central actor. Tracks sessions by their id, knows who is in which room, hands messages to the
/// log, and passes on to every relay what is to be seen.
pub struct ChatServer {
    sessions: HashMap<SessionId, Connection>,
    people: People,
    rates: Rates,
    rooms: Rooms,
    /// Of the newest change that was passed on.
    position: Position,
    relays: Vec<Addr<Relay>>,
    store: Store,
    /// None once the server stops.
    writer: Option<Writer>,
    /// The most drafts that wait for the database.
    queue: usize,
    writing: Option<tokio::task::JoinHandle<()>>,
}

/// What the server knows of one session.
struct Connection {
    user: User,
    relay: Addr<Relay>,
    rooms: Vec<RoomId>,
}

impl ChatServer {
    /// `lobby` is the room that everybody starts in, `position` the place of the newest change.
    pub fn new(store: Store, lobby: store::Room, position: Position, limits: &Limits) -> Self {
        Self {
            sessions: HashMap::new(),
            people: People::new(limits.sessions_per_user),
            rates: Rates::new(limits.messages_per_second_of_user()),
            rooms: Rooms::new(lobby, limits.rooms_per_session),
            position,
            relays: Vec::new(),
            store,
            writer: None,
            queue: limits.append_queue,
            writing: None,
        }
    }

    /// Passes an event on to everyone in a room, except for one session if that is named.
    fn deliver(
        &self,
        room: RoomId,
        event: Event,
        except: Option<SessionId>,
        passed_on: Option<&Arc<oneshot::Sender<()>>>,
    ) {
        let broadcast = Arc::new(Broadcast::new(event));
        for relay in &self.relays {
            let broadcast = Arc::clone(&broadcast);
            relay.do_send(Deliver { room, broadcast, except, passed_on: passed_on.cloned() });
        }
    }

    /// Puts a session into a room that is open, and has it told to the others soon.
    fn enter(
        &mut self,
        session: SessionId,
        room: RoomId,
        ctx: &mut Context<Self>,
    ) -> Result<Roster, JoinError> {
        let connection = self.sessions.get_mut(&session).ok_or(JoinError::NotConnected)?;
        let roster = self.rooms.enter(room, &connection.user, &mut connection.rooms)?;
        connection.relay.do_send(Enter { session, room });
        self.announce_soon(room, ctx);
        Ok(roster)
    }

    fn exit(&mut self, session: SessionId, room: RoomId, ctx: &mut Context<Self>) {
        if let Some(connection) = self.sessions.get_mut(&session) {
            connection.rooms.retain(|other| *other != room);
            connection.relay.do_send(Exit { session, room });
            self.rooms.leave(room, &connection.user);
            self.announce_soon(room, ctx);
        }
    }

    fn announce_soon(&mut self, room: RoomId, ctx: &mut Context<Self>) {
        if self.rooms.schedule_notices(room) {
            ctx.run_later(notices::WINDOW, move |server, _| {
                for event in server.rooms.take_notices(room) {
                    server.deliver(room, event, None, None);
                }
            });
        }
    }
}

impl Actor for ChatServer {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        let committed = ctx.address().recipient();
        let (writer, writing) =
            Writer::start(self.store.clone(), self.position, self.queue, committed);
        self.writer = Some(writer);
        self.writing = Some(writing);
        ctx.run_interval(rates::FORGOTTEN_EVERY, |server, _| server.rates.forget_idle());
    }
}

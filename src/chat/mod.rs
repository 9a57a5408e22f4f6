//! The chat itself: who is online and where, what goes out to whom, and the actor that decides it.
//!
//! Names neither Socket.IO nor HTTP: sessions send it the messages of [`messages`], and what goes out
//! leaves through an [`Outlet`].

mod changes;
mod handlers;
mod membership;
pub mod messages;
mod notices;
mod people;
mod presence;
mod rates;
mod relay;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use tokio::sync::oneshot;

pub use changes::{AsOf, Clock};
pub use notices::Notice;
pub use people::Reserved;
pub use rates::{FORGOTTEN_EVERY, Rates};
pub use relay::{
    Attach, Broadcast, Deliver, Departure, Detach, Dismissal, Enter, Event, FORMATS, Mark, Outlet,
    Relay, Settle, View,
};

use crate::access::{Role, Standing};
use crate::config::Limits;
use crate::domain::{Position, RoomId, SessionId, SignInId, UserId, now};
use crate::store::{Membership, Store, StoreError, Writer};
use changes::Changes;
use people::{People, TooManySessions};
use presence::Presence;
use rates::Pace;
use relay::{DeliverTo, Dismiss};

/// Commands that may wait: sessions are held back one by one before this is full, and a command that
/// has to wait for a place in the mailbox could be overtaken by the next one of its session.
const MAILBOX: usize = 1 << 20;

/// How often it is written down how far people have read; what a crash loses of it, they read again.
const READ_KEPT_EVERY: Duration = Duration::from_secs(1);

/// The central actor. Tracks sessions by their id, knows who is in which room, hands messages to the
/// log, and passes on to every relay what is to be seen.
pub struct ChatServer {
    sessions: HashMap<SessionId, Connection>,
    people: People,
    presence: Presence,
    rates: Rates,
    pace: Pace,
    changes: Changes,
    /// How far people have read, where that is not written down yet.
    read: HashMap<(UserId, RoomId), u64>,
    /// Whether it is being written down.
    keeps_read: bool,
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
    user: UserId,
    sign_in: Option<SignInId>,
    address: Option<IpAddr>,
    relay: Addr<Relay>,
}

/// Why a session does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    #[error("this person has {limit} sessions already")]
    TooManySessions { limit: usize },
    /// What is known of the person may be old.
    #[error("something about this person has changed meanwhile")]
    Stale,
}

impl From<TooManySessions> for JoinError {
    fn from(TooManySessions { limit }: TooManySessions) -> Self {
        Self::TooManySessions { limit }
    }
}

/// The session is not in the room, whether there is one or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session is not in the room")]
pub struct NotInRoom;

impl ChatServer {
    /// `position` is the place of the newest change.
    pub fn new(store: Store, position: Position, limits: &Limits, reserved: Reserved) -> Self {
        Self {
            sessions: HashMap::new(),
            people: People::new(limits.sessions_per_user, reserved),
            presence: Presence::default(),
            rates: Rates::new(limits.messages_per_second_of_user()),
            pace: Pace::default(),
            changes: Changes::default(),
            read: HashMap::new(),
            keeps_read: false,
            position,
            relays: Vec::new(),
            store,
            writer: None,
            queue: limits.append_queue,
            writing: None,
        }
    }

    /// By which readers of the database note when they read.
    pub fn clock(&self) -> Clock {
        self.changes.clock()
    }

    /// Passes events on to everyone in a room, except for one session if that is named.
    fn deliver(
        &self,
        room: RoomId,
        events: Vec<Event>,
        except: Option<SessionId>,
        passed_on: Option<&Arc<oneshot::Sender<()>>>,
    ) {
        let broadcast = Arc::new(Broadcast::new(events));
        for relay in &self.relays {
            let broadcast = Arc::clone(&broadcast);
            relay.do_send(Deliver { room, broadcast, except, passed_on: passed_on.cloned() });
        }
    }

    /// Tells the sessions of one person something, except for one of them if that is named.
    fn tell(&self, user: UserId, event: Event, except: Option<SessionId>) {
        let Some(online) = self.people.find(user) else { return };
        let broadcast = Arc::new(Broadcast::new(vec![event]));
        for session in online.sessions.iter().filter(|session| except != Some(**session)) {
            if let Some(connection) = self.sessions.get(session) {
                let broadcast = Arc::clone(&broadcast);
                connection.relay.do_send(DeliverTo { session: *session, broadcast });
            }
        }
    }

    /// A room as somebody who is online sees it.
    fn view(&self, user: UserId, room: RoomId) -> Option<View> {
        let (online, room) = (self.people.find(user)?, self.presence.room(room)?);
        let membership = online.membership(room.id).map(|membership| {
            let read = self.has_read(user, room.id, membership.read);
            Membership { read, ..*membership }
        });
        let standing = membership.map_or(Standing::Outside, |it| it.standing(now()));
        let members = self.presence.count(room.id);
        Some(View { room: room.clone(), members, role: online.role, standing, membership })
    }

    /// Takes a session out of the chat, as if it had never been there.
    fn end(&mut self, session: SessionId, ctx: &mut Context<Self>) -> Option<Connection> {
        let connection = self.sessions.remove(&session)?;
        if let Some(online) = self.people.depart(connection.user, session) {
            for (room, _) in online.rooms {
                self.presence.leave(room, connection.user);
                self.announce_soon(room, ctx);
            }
        }
        Some(connection)
    }

    /// Ends a session from here, and tells its client why.
    fn dismiss(&mut self, session: SessionId, why: Dismissal, ctx: &mut Context<Self>) {
        if let Some(connection) = self.end(session, ctx) {
            connection.relay.do_send(Dismiss { session, why });
        }
    }

    fn dismiss_where(
        &mut self,
        which: impl Fn(&Connection, Role) -> bool,
        why: Dismissal,
        ctx: &mut Context<Self>,
    ) {
        let role = |user| self.people.find(user).map_or(Role::Guest, |online| online.role);
        let sessions: Vec<_> = self
            .sessions
            .iter()
            .filter(|(_, connection)| which(connection, role(connection.user)))
            .map(|(session, _)| *session)
            .collect();
        for session in sessions {
            self.dismiss(session, why, ctx);
        }
    }

    fn announce_soon(&mut self, room: RoomId, ctx: &mut Context<Self>) {
        if self.presence.schedule_notices(room) {
            self.announce_after(Duration::ZERO, room, ctx);
        }
    }

    /// Tells who came and went, or goes on gathering if the room has become so full meanwhile that what was
    /// waited already is not long enough.
    fn announce_after(&mut self, waited: Duration, room: RoomId, ctx: &mut Context<Self>) {
        let window = notices::window(self.presence.count(room));
        let rest = window.saturating_sub(waited);
        if !rest.is_zero() {
            ctx.run_later(rest, move |server, ctx| server.announce_after(window, room, ctx));
            return;
        }
        let notices: Vec<_> = self.presence.take_notices(room).collect();
        if !notices.is_empty() {
            self.deliver(room, notices, None, None);
        }
    }

    /// How far somebody has read a room, if it is further than what the database has.
    fn has_read(&self, user: UserId, room: RoomId, stored: u64) -> u64 {
        self.read.get(&(user, room)).copied().unwrap_or_default().max(stored)
    }

    fn keep_read_soon(&mut self, ctx: &mut Context<Self>) {
        if !self.read.is_empty() && !self.keeps_read {
            let kept = self.keep_read();
            ctx.spawn(kept);
        }
    }

    /// Writes down how far people have read. Until that is done, it is asked here.
    fn keep_read(&mut self) -> ResponseActFuture<Self, ()> {
        self.keeps_read = true;
        let read = self.read.iter().map(|((user, room), seq)| (*user, *room, *seq));
        let (read, store) = (read.collect::<Vec<_>>(), self.store.clone());
        let kept = async move {
            if !read.is_empty() {
                store.keep_read(&read).await?;
            }
            Ok::<_, StoreError>(read)
        };
        Box::pin(kept.into_actor(self).map(|kept, server, _| {
            server.keeps_read = false;
            match kept {
                Ok(read) => server.has_kept(&read),
                Err(error) => log::warn!("how far people have read could not be stored: {error}"),
            }
        }))
    }

    fn has_kept(&mut self, read: &[(UserId, RoomId, u64)]) {
        for (user, room, seq) in read {
            // Whoever has asked the database just before has an old number.
            self.changes.of(*user);
            if self.read.get(&(*user, *room)) == Some(seq) {
                self.read.remove(&(*user, *room));
            }
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
        ctx.run_interval(FORGOTTEN_EVERY, |server, _| {
            server.rates.forget_idle();
            server.pace.forget_idle();
        });
        ctx.run_interval(READ_KEPT_EVERY, Self::keep_read_soon);
    }
}

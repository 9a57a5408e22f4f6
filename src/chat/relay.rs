//! One actor for each worker thread, which hands events to that thread's sessions.
//!
//! Events come once for each worker, not once for each session, and their wire text is made once, by
//! whichever session needs it first. What happens in a room at once is handed on as one.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use actix::prelude::*;
use bytes::Bytes;
use tokio::sync::oneshot;

use super::Notice;
use crate::access::{Role, Standing};
use crate::domain::{Message as ChatMessage, RoomId, RoomName, SessionId, User};
use crate::store::{Membership, Room, Unread};

/// How many forms an event can be remembered in once it is encoded.
pub const FORMATS: usize = 3;

/// Something that many are told.
#[derive(Debug)]
pub enum Event {
    /// A message that is new, or what was done to one.
    Change(ChatMessage),
    Joined(Notice),
    Left(Notice),
    Typing {
        room: RoomName,
        user: User,
        typing: bool,
    },
    /// A room that one is in is new, or something about it or about oneself in it is.
    Room(View),
    /// One is in a room no longer.
    Removed {
        room: RoomName,
        why: Departure,
    },
    /// One has read a room elsewhere.
    Read {
        room: RoomName,
        read: u64,
        unread: Unread,
    },
    /// One's own name, role or picture is new.
    Me {
        user: User,
        role: Role,
        avatar: Option<String>,
        may: Vec<&'static str>,
    },
}

/// A room as somebody sees it.
#[derive(Debug, Clone)]
pub struct View {
    pub room: Room,
    /// How many people are in it now.
    pub members: usize,
    pub role: Role,
    pub standing: Standing,
    /// None from outside.
    pub membership: Option<Membership>,
}

/// Why somebody is no longer in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    Left,
    Removed,
    Banned,
    Deleted,
}

/// Why the server ends a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dismissal {
    /// The server stops.
    Restart,
    SignedOut,
    Banned,
    NameTaken,
    GuestsOff,
}

/// Events that follow each other, on their way to many sessions.
pub struct Broadcast {
    events: Vec<Event>,
    encoded: [OnceLock<Bytes>; FORMATS],
}

impl Broadcast {
    pub fn new(events: Vec<Event>) -> Self {
        Self { events, encoded: Default::default() }
    }

    /// How many events it has.
    pub fn count(&self) -> usize {
        self.events.len()
    }

    /// The events in a form, made by `encode` if it is the first time. `format` is below [`FORMATS`].
    pub fn encoded(&self, format: usize, encode: impl FnOnce(&[Event]) -> Bytes) -> Bytes {
        self.encoded[format].get_or_init(|| encode(&self.events)).clone()
    }
}

/// Where a session's events go.
pub trait Outlet: Send {
    /// Takes events, or drops the session if it has fallen too far behind. Never waits.
    fn deliver(&self, broadcast: &Broadcast);

    /// The session is over.
    fn dismiss(&self, why: Dismissal);
}

/// A place among the events of a session, at which an answer is to stand.
pub trait Mark: Send + Sync {
    /// All that comes before is on its way.
    fn pass(&self);
}

/// See the module.
#[derive(Default)]
pub struct Relay {
    sessions: HashMap<SessionId, Attached>,
    rooms: HashMap<RoomId, HashMap<SessionId, Rc<dyn Outlet>>>,
    stopping: bool,
}

struct Attached {
    outlet: Rc<dyn Outlet>,
    rooms: Vec<RoomId>,
}

impl Relay {
    fn exit(&mut self, session: SessionId, room: RoomId) {
        if let Some(sessions) = self.rooms.get_mut(&room) {
            sessions.remove(&session);
            if sessions.is_empty() {
                self.rooms.remove(&room);
            }
        }
    }
}

impl Actor for Relay {
    type Context = Context<Self>;
}

/// A session of this thread begins.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Attach {
    pub session: SessionId,
    pub outlet: Box<dyn Outlet>,
}

/// A session of this thread has ended.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Detach {
    pub session: SessionId,
}

/// From now on the session gets the events of a room.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Enter {
    pub session: SessionId,
    pub room: RoomId,
}

/// From now on it does not.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Exit {
    pub session: SessionId,
    pub room: RoomId,
}

/// Events for everyone in a room.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Deliver {
    pub room: RoomId,
    pub broadcast: Arc<Broadcast>,
    pub except: Option<SessionId>,
    /// Dropped when the sessions of this thread have written what they can.
    pub passed_on: Option<Arc<oneshot::Sender<()>>>,
}

/// Events for one session.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct DeliverTo {
    pub session: SessionId,
    pub broadcast: Arc<Broadcast>,
}

/// Everything for a session up to here was told before.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct PassMark(pub Arc<dyn Mark>);

/// Ends a session.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Dismiss {
    pub session: SessionId,
    pub why: Dismissal,
}

/// Answers when everything that was on its way to the relay before is delivered.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Settle;

/// Everyone is told that the server stops.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Farewell;

impl Handler<Attach> for Relay {
    type Result = ();

    fn handle(&mut self, attach: Attach, _: &mut Self::Context) {
        if self.stopping {
            attach.outlet.dismiss(Dismissal::Restart);
        }
        let attached = Attached { outlet: Rc::from(attach.outlet), rooms: Vec::new() };
        self.sessions.insert(attach.session, attached);
    }
}

impl Handler<Detach> for Relay {
    type Result = ();

    fn handle(&mut self, detach: Detach, _: &mut Self::Context) {
        let attached = self.sessions.remove(&detach.session);
        for room in attached.into_iter().flat_map(|attached| attached.rooms) {
            self.exit(detach.session, room);
        }
    }
}

impl Handler<Enter> for Relay {
    type Result = ();

    fn handle(&mut self, enter: Enter, _: &mut Self::Context) {
        // One that has ended meanwhile is not attached any more.
        let Some(attached) = self.sessions.get_mut(&enter.session) else { return };
        let outlet = Rc::clone(&attached.outlet);
        let entered = self.rooms.entry(enter.room).or_default().insert(enter.session, outlet);
        if entered.is_none() {
            attached.rooms.push(enter.room);
        }
    }
}

impl Handler<Exit> for Relay {
    type Result = ();

    fn handle(&mut self, exit: Exit, _: &mut Self::Context) {
        if let Some(attached) = self.sessions.get_mut(&exit.session) {
            attached.rooms.retain(|room| *room != exit.room);
        }
        self.exit(exit.session, exit.room);
    }
}

impl Handler<Deliver> for Relay {
    type Result = ();

    fn handle(&mut self, deliver: Deliver, _: &mut Self::Context) {
        for (session, outlet) in self.rooms.get(&deliver.room).into_iter().flatten() {
            if deliver.except != Some(*session) {
                outlet.deliver(&deliver.broadcast);
            }
        }
        if let Some(passed_on) = deliver.passed_on {
            // Behind the sessions that were woken just now.
            actix::spawn(async move { drop(passed_on) });
        }
    }
}

impl Handler<DeliverTo> for Relay {
    type Result = ();

    fn handle(&mut self, deliver: DeliverTo, _: &mut Self::Context) {
        if let Some(attached) = self.sessions.get(&deliver.session) {
            attached.outlet.deliver(&deliver.broadcast);
        }
    }
}

impl Handler<PassMark> for Relay {
    type Result = ();

    fn handle(&mut self, PassMark(mark): PassMark, _: &mut Self::Context) {
        mark.pass();
    }
}

impl Handler<Dismiss> for Relay {
    type Result = ();

    fn handle(&mut self, dismiss: Dismiss, _: &mut Self::Context) {
        if let Some(attached) = self.sessions.get_mut(&dismiss.session) {
            attached.outlet.dismiss(dismiss.why);
            for room in std::mem::take(&mut attached.rooms) {
                self.exit(dismiss.session, room);
            }
        }
    }
}

impl Handler<Settle> for Relay {
    type Result = ();

    fn handle(&mut self, _: Settle, _: &mut Self::Context) {}
}

impl Handler<Farewell> for Relay {
    type Result = ();

    fn handle(&mut self, _: Farewell, _: &mut Self::Context) {
        self.stopping = true;
        for attached in self.sessions.values() {
            attached.outlet.dismiss(Dismissal::Restart);
        }
    }
}

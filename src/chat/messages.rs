//! What sessions and the HTTP API ask of the [`ChatServer`](super::ChatServer), one struct for each verb.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;

use super::changes::AsOf;
use super::{Departure, Event, JoinError, Mark, NotInRoom, Relay, View};
use crate::access::{Denied, Place, Role};
use crate::domain::{
    Level, MessageId, Millis, Position, RoomId, RoomName, SessionId, SignInId, User, UserId,
};
use crate::store::{Action, AppendError, Membership, Receipt, Room};

/// Announces a relay; a worker thread does so when it starts.
#[derive(Message)]
#[rtype(result = "()")]
pub struct AddRelay(pub Addr<Relay>);

/// A session begins, and is in the rooms of its person from then on. A guest comes back with the name that
/// holds, which is another one if somebody online is called the same.
#[derive(Message)]
#[rtype(result = "Result<Welcome, JoinError>")]
pub struct Connect {
    pub session: SessionId,
    pub person: Person,
    /// Where the session is attached.
    pub relay: Addr<Relay>,
    /// The rooms of the person, as the store has them.
    pub rooms: Vec<(Room, Membership)>,
    /// When that was read.
    pub as_of: AsOf,
}

/// Who is behind a session.
#[derive(Debug, Clone)]
pub struct Person {
    pub user: User,
    pub role: Role,
    /// By which they are signed in; guests are not.
    pub sign_in: Option<SignInId>,
    pub address: Option<IpAddr>,
}

/// Who one is and where.
pub struct Welcome {
    pub user: User,
    /// The lobby first.
    pub rooms: Vec<View>,
    /// The session gets the messages after this one.
    pub position: Position,
}

/// A session has ended.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Disconnect {
    pub session: SessionId,
}

/// What there is in a room that one is in. The mark is passed at that moment.
#[derive(Message)]
#[rtype(result = "Result<Inside, NotInRoom>")]
pub struct Look {
    pub session: SessionId,
    pub room: RoomName,
    pub mark: Arc<dyn Mark>,
}

/// Has a mark passed behind all that a session was told until now.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Pass {
    pub session: SessionId,
    pub mark: Arc<dyn Mark>,
}

/// A room from within.
pub struct Inside {
    pub view: View,
    /// Some of the people who are there, by name.
    pub people: Vec<(User, Role)>,
}

/// Appends to the log of a room: a message, or what becomes of one. The answer comes after the commit.
#[derive(Message)]
#[rtype(result = "Result<Receipt, WriteError>")]
pub struct Write {
    pub author: Author,
    pub room: RoomName,
    pub id: MessageId,
    pub action: Action,
}

/// Who writes.
pub enum Author {
    Session(SessionId),
    /// Somebody who need not have a session, and how they stand as the store has it.
    Person {
        user: User,
        role: Role,
        room: Room,
        place: Place,
        as_of: AsOf,
    },
}

/// Why something is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error(transparent)]
    NotInRoom(#[from] NotInRoom),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error("this person writes too much at once")]
    TooFast { retry_after: Duration },
    #[error("the room is in slow mode")]
    SlowMode { retry_after: Duration },
    /// What is known of the author may be old.
    #[error("something about the author has changed meanwhile")]
    Stale,
    #[error("the server stops")]
    Stopping,
}

/// Finds a room through a session that is in it: what one is not in, one cannot read.
#[derive(Message)]
#[rtype(result = "Result<Room, NotInRoom>")]
pub struct Find {
    pub session: SessionId,
    pub room: RoomName,
}

/// Finds several rooms in the same way.
#[derive(Message)]
#[rtype(result = "Vec<Result<Room, NotInRoom>>")]
pub struct FindAll {
    pub session: SessionId,
    pub rooms: Vec<RoomName>,
}

/// Tells the others in a room that somebody writes, or no longer does.
#[derive(Message)]
#[rtype(result = "Result<(), WriteError>")]
pub struct Type {
    pub session: SessionId,
    pub room: RoomName,
    pub typing: bool,
}

/// Somebody has read a room up to a number. Reading goes forward only.
#[derive(Message)]
#[rtype(result = "Result<HasRead, NotInRoom>")]
pub struct Read {
    pub session: SessionId,
    pub room: RoomName,
    pub seq: u64,
}

/// How far somebody has read.
pub struct HasRead {
    pub user: UserId,
    pub room: Room,
    pub read: u64,
    /// Whether the person has other sessions, which want to know.
    pub elsewhere: bool,
}

/// Tells a person's sessions something, except for one of them.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Tell {
    pub user: UserId,
    pub except: Option<SessionId>,
    pub event: Event,
}

/// How many people are in each of some rooms now.
#[derive(Message)]
#[rtype(result = "Vec<usize>")]
pub struct Count(pub Vec<RoomId>);

/// How far somebody has read some rooms, each with the number that the database has.
#[derive(Message)]
#[rtype(result = "Vec<u64>")]
pub struct HowFar {
    pub user: UserId,
    pub rooms: Vec<(RoomId, u64)>,
}

/// Which of some people are online.
#[derive(Message)]
#[rtype(result = "Vec<bool>")]
pub struct AreOnline(pub Vec<UserId>);

/// Who a guest is that is online, by their id.
#[derive(Message)]
#[rtype(result = "Option<(User, Role)>")]
pub struct Identify(pub UserId);

/// Somebody is a member of a room now, which is in the database. The answer is the room as a session of
/// theirs comes in: it gets what is written after that. It is none if they have no session.
#[derive(Debug, Clone, Message)]
#[rtype(result = "Option<Inside>")]
pub struct LetIn {
    pub user: UserId,
    pub room: Room,
    pub membership: Membership,
    /// The session that has asked for it, if one did; the others are told.
    pub by: Option<SessionId>,
}

/// Something about a room and its members changed, and is in the database. The answer comes when it holds
/// for all sessions.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub enum RoomChanged {
    /// `by` is the session that wanted to leave, if one did; the others are told.
    Left {
        user: UserId,
        room: RoomId,
        why: Departure,
        by: Option<SessionId>,
    },
    /// How a member stands.
    Standing {
        user: UserId,
        room: RoomId,
        change: Standing,
    },
    Details(Room),
    Deleted(RoomId),
}

/// What is new about how somebody stands in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Moderator(bool),
    MutedUntil(Option<Millis>),
    Level(Level),
    /// Up to which number the room is read; it goes forward only.
    Read(u64),
}

/// Something about a person changed, and is in the database. The answer comes when it holds for all their
/// sessions.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub enum PersonChanged {
    /// The name, the role or the picture.
    Profile {
        user: User,
        role: Role,
        avatar: Option<String>,
        /// What they may do on the server now.
        may: Vec<&'static str>,
    },
    /// Their sessions end; those of one sign-in only if it is named, or all but those of `except`.
    SignedOut { user: UserId, only: Option<SignInId>, except: Option<SignInId> },
    /// Their sessions end, and so do those of guests at the address.
    Banned { user: UserId, address: Option<IpAddr> },
    /// An account has a name now; guests called the same have to choose another one. A guest who became the
    /// account comes back as that.
    NameTaken { account: UserId, key: String },
    /// Guests may not be here any more.
    GuestsOff,
}

/// Writes down how far people have read, before it is time for it. The answer comes when that is done.
#[derive(Message)]
#[rtype(result = "()")]
pub struct KeepRead;

/// Ends the chat: takes no more messages, stores those that it took, then says goodbye to everyone.
/// The answer comes when that is done.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Stop;

//! What sessions ask of the [`ChatServer`](super::ChatServer), one struct for each verb.

use std::net::IpAddr;
use std::time::Duration;

use actix::prelude::*;

use super::{JoinError, NotInRoom, Relay, Roster};
use crate::access::Role;
use crate::domain::{MessageId, Position, RoomName, SessionId, SignInId, User, UserId};
use crate::store::{Action, AppendError, Receipt, Room};

/// Announces a relay; a worker thread does so when it starts.
#[derive(Message)]
#[rtype(result = "()")]
pub struct AddRelay(pub Addr<Relay>);

/// A session begins, and is in the lobby and in `rooms` from then on. The user comes back with the name that holds,
/// which is another one if somebody online is called the same.
#[derive(Message)]
#[rtype(result = "Result<Welcome, JoinError>")]
pub struct Connect {
    pub session: SessionId,
    pub user: User,
    /// Where the session is attached.
    pub relay: Addr<Relay>,
    /// Where the connection was before, as the store has them.
    pub rooms: Vec<Room>,
}

/// Who one is and where.
pub struct Welcome {
    pub user: User,
    /// The lobby first.
    pub rooms: Vec<Roster>,
    /// The session gets the messages after this one.
    pub position: Position,
}

/// A session has ended.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Disconnect {
    pub session: SessionId,
}

/// Adds the session to a room. Joining twice is not an error and announces nothing.
#[derive(Message)]
#[rtype(result = "Result<Joined, JoinError>")]
pub struct Join {
    pub session: SessionId,
    pub room: RoomName,
}

/// A room that one is in.
pub struct Joined {
    pub roster: Roster,
    /// Some of the people in it, by name.
    pub members: Vec<User>,
    /// The session gets the room's messages after this one.
    pub position: Position,
}

/// Takes the session out of a room.
#[derive(Message)]
#[rtype(result = "Result<(), NotInRoom>")]
pub struct Leave {
    pub session: SessionId,
    pub room: RoomName,
}

/// Appends to the log of a room: a message, or what becomes of one. The answer comes after the commit.
#[derive(Message)]
#[rtype(result = "Result<Receipt, WriteError>")]
pub struct Write {
    pub session: SessionId,
    pub room: RoomName,
    pub id: MessageId,
    pub action: Action,
}

/// Why something is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error(transparent)]
    NotInRoom(#[from] NotInRoom),
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error("this person writes too much at once")]
    TooFast { retry_after: Duration },
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
#[rtype(result = "Result<(), NotInRoom>")]
pub struct Type {
    pub session: SessionId,
    pub room: RoomName,
    pub typing: bool,
}

/// Something about a person changed, and is in the database. The answer comes when it holds for all their
/// sessions.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub enum PersonChanged {
    /// The name, the role or the picture.
    Profile { user: User, role: Role, avatar: Option<String> },
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

/// Ends the chat: takes no more messages, stores those that it took, then says goodbye to everyone.
/// The answer comes when that is done.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Stop;

//! The words that every layer shares. What is of these types is valid.

mod ids;
mod level;
mod message;
mod names;
mod search;

use std::time::SystemTime;

pub use ids::{MessageId, RoomId, SessionId, SignInId, UserId};
pub use level::Level;
pub use message::{Body, BodyError, Change, ChangeKind, Message, User};
pub use names::{NAME_CHARS, NameError, RoomName, RoomTitle, Topic, UserName, key_of};
pub use search::Search;

/// A place in the log of the whole server: grows with every commit, and is never used twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(pub u64);

/// The longest pause between two messages of somebody that a room can want, in seconds.
pub const LONGEST_PAUSE: u32 = 3600;

/// The longest reason for what is done to somebody, in characters.
pub const REASON_CHARS: usize = 500;

/// The longest time that somebody is muted or banned for, unless for ever: ten years.
pub const LONGEST_DISCIPLINE: Millis = 10 * 366 * 24 * 60 * 60 * 1000;

/// Milliseconds since 1970, UTC.
pub type Millis = i64;

/// By the machine's clock.
pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

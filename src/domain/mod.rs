//! The words that every layer shares. What is of these types is valid.

mod ids;
mod message;
mod names;

pub use ids::{MessageId, RoomId, SessionId, UserId};
pub use message::{Body, BodyError, Message, User};
pub use names::{NameError, RoomName, UserName};

/// Milliseconds since 1970, UTC.
pub type Millis = i64;

//! The vocabulary of the chat as JSON; `docs/protocol.md` is its description.

mod command;
mod error;
mod event;
pub mod plain;

pub use command::{Command, History, Identity, Position, RoomOnly, Send, Typing};
pub use error::{ErrorCode, Failure};
pub use event::{
    Answer, ConnectError, Goodbye, Joined, Joining, Left, Limits, Message, Nothing, Notice, Page,
    Receipt, Refused, Reset, Room, RoomAnswer, Server, ServerEvent, TypingNotice, User, Welcome,
};

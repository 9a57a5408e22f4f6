//! The vocabulary of the chat as JSON; `docs/protocol.md` is its description.

mod command;
mod error;
mod event;
pub mod plain;

pub use command::{
    Command, Delete, Edit, History, Identity, Position, RoomOnly, Send, Sync, Typing,
};
pub use error::{ErrorCode, Failure};
pub use event::{
    Answer, ChangeReceipt, ConnectError, Deleted, Edited, Goodbye, Joined, Joining, Left, Limits,
    Message, Nothing, Notice, Page, Receipt, Refused, Reset, Room, RoomAnswer, RoomSync, Server,
    ServerEvent, Synced, TypingNotice, User, Welcome,
};

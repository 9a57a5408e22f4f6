//! The vocabulary of the chat as JSON; `docs/protocol.md` is its description.

mod command;
mod error;
mod event;
mod people;
pub mod plain;

pub use command::{
    Command, Delete, Edit, History, Identity, Position, RoomOnly, Send, Sync, Typing,
};
pub use error::{ErrorCode, Failure, sentence};
pub use event::{
    Answer, ChangeReceipt, ConnectError, Deleted, Edited, Goodbye, Joined, Joining, Left, Limits,
    Message, Nothing, Notice, Page, Receipt, Refused, Reset, Room, RoomAnswer, RoomSync, Server,
    ServerEvent, Synced, TypingNotice, User, Welcome,
};
pub use people::{Me, Person};

//! The vocabulary of the chat as JSON; `docs/protocol.md` is its description.

mod command;
mod error;
mod event;
mod people;
pub mod plain;
mod rooms;

pub use command::{Command, Delete, Edit, History, Identity, Position, Read, Send, Sync, Typing};
pub use error::{ErrorCode, Failure, sentence};
pub use event::{
    Answer, ChangeReceipt, ConnectError, Deleted, Edited, Goodbye, Joined, Joining, Left, Limits,
    Message, Nothing, Notice, Page, Receipt, Refused, Reset, RoomAnswer, RoomSync, Server,
    ServerEvent, Synced, TypingNotice, User, Welcome,
};
pub use people::{Me, Person};
pub use rooms::{
    About, Appoint, Ban, CreateRoom, Direct, HasRead, InRoom, ListMembers, ListRooms, Member,
    MemberList, Mine, Mute, Muted, OneRoom, Removed, Report, Room, RoomChanges, RoomCommand,
    RoomList, SetLevel, UpdateRoom, level, reason, some_lasting,
};

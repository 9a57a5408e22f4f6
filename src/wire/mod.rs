//! The vocabulary of the chat as JSON; `docs/protocol.md` is its description.

mod command;
mod error;
mod event;
pub mod plain;
mod rooms;

pub use command::{Command, Delete, Edit, History, Identity, Position, Read, Send, Sync, Typing};
pub use error::{ErrorCode, Failure};
pub use event::{
    Answer, ChangeReceipt, ConnectError, Deleted, Edited, Goodbye, Joined, Joining, Left, Limits,
    Message, Nothing, Notice, Page, Receipt, Refused, Reset, RoomAnswer, RoomSync, Server,
    ServerEvent, Synced, TypingNotice, User, Welcome,
};
pub use rooms::{
    About, Appoint, Ban, CreateRoom, Direct, HasRead, InRoom, ListMembers, ListRooms, Me, Member,
    MemberList, Mine, Mute, Muted, OneRoom, Person, Removed, Report, Room, RoomChanges,
    RoomCommand, RoomList, SetLevel, UpdateRoom,
};

//! Rooms and people as clients are told of them, on the wire and over HTTP.

use crate::access::{Denied, Role, powers_in};
use crate::accounts::Accounts;
use crate::chat::{Departure, Dismissal, View};
use crate::domain::{RoomName, User};
use crate::rooms::{Member, MemberPage, RoomError, RoomPage};
use crate::store::{self, StoreError, Unread};
use crate::wire::{self, ErrorCode, Failure, sentence};

/// A room, with what is unread of it where that is known.
pub fn room(view: &View, unread: Option<Unread>) -> wire::Room<'_> {
    let View { room, members, role, standing, membership } = view;
    let details = &room.details;
    let mine = membership.map(|membership| wire::Mine {
        moderator: membership.moderator,
        muted_until: membership.muted_until,
        read: membership.read,
        unread: unread.map(|unread| unread.messages),
        mentions: unread.map(|unread| unread.mentions),
        level: membership.level.as_str(),
    });
    wire::Room {
        name: room.name.as_str(),
        title: details.title.as_str(),
        topic: details.topic.as_str(),
        kind: details.kind.as_str(),
        seq: room.seq,
        members: *members,
        archived: details.archived,
        slow_mode: details.slow_mode,
        joined: membership.is_some(),
        may: powers_in(*role, &room.place(*standing)),
        people: None,
        mine,
    }
}

/// A person with what the directory of accounts knows of them.
pub fn person(user: &User, role: Role, accounts: &Accounts) -> wire::Person {
    match accounts.directory().account(user.id) {
        Some(account) => (&*account).into(),
        None => wire::Person { role: role.as_str(), ..wire::Person::guest(user) },
    }
}

pub fn has_read(room: &RoomName, read: u64, unread: Unread) -> wire::HasRead<'_> {
    let Unread { messages, mentions } = unread;
    wire::HasRead { room: room.as_str(), read, unread: messages, mentions }
}

pub fn room_list(page: &RoomPage) -> wire::RoomList<'_> {
    let rooms = page.rooms.iter().map(|(view, unread)| room(view, Some(*unread))).collect();
    wire::RoomList { rooms, more: page.more }
}

pub fn member_list(page: &MemberPage) -> wire::MemberList {
    let members = page.members.iter().map(member).collect();
    wire::MemberList { members, more: page.more, total: page.total }
}

fn member(Member { listed, online }: &Member) -> wire::Member {
    let user = wire::Person {
        role: listed.role.as_str(),
        avatar: listed.avatar.clone(),
        online: Some(*online),
        ..wire::Person::guest(&listed.user)
    };
    let store::ListedMember { moderator, muted_until, joined_at, .. } = *listed;
    wire::Member { user, moderator, muted_until, joined_at }
}

/// Why one is no longer in a room.
pub fn departure(why: Departure) -> &'static str {
    match why {
        Departure::Left => "left",
        Departure::Removed => "removed",
        Departure::Banned => "banned",
        Departure::Deleted => "deleted",
    }
}

/// Why the server ends a session, in the words of `bye`.
pub fn dismissal(why: Dismissal) -> Failure {
    let (code, message) = match why {
        Dismissal::Restart => {
            (ErrorCode::Restart, "The server restarts. Come back after a moment.")
        }
        Dismissal::SignedOut => (ErrorCode::SignedOut, "You were signed out. Sign in again."),
        Dismissal::Banned => (ErrorCode::Banned, "You were banned from this server."),
        Dismissal::NameTaken => {
            (ErrorCode::NameTaken, "Your name belongs to an account now. Choose another one.")
        }
        Dismissal::GuestsOff => {
            (ErrorCode::GuestsOff, "This server does not admit guests any more.")
        }
    };
    Failure::new(code, message)
}

/// A fault of ours, of which clients learn nothing more.
pub fn internal() -> Failure {
    Failure::new(ErrorCode::Internal, "Something went wrong here. Try again.")
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        let code = match denied {
            Denied::Hidden => ErrorCode::RoomUnknown,
            Denied::NotMember => ErrorCode::NotInRoom,
            Denied::Banned => ErrorCode::Banned,
            Denied::Archived => ErrorCode::Archived,
            Denied::ReadOnly => ErrorCode::ReadOnly,
            Denied::Muted => ErrorCode::Muted,
            Denied::NotAuthor => ErrorCode::NotAuthor,
            Denied::Forbidden => ErrorCode::Forbidden,
        };
        Self::new(code, sentence(&denied.to_string()))
    }
}

impl From<RoomError> for Failure {
    fn from(error: RoomError) -> Self {
        let code = match &error {
            RoomError::Denied(denied) => return (*denied).into(),
            RoomError::NoPerson => ErrorCode::PersonUnknown,
            RoomError::NoMessage => ErrorCode::MessageUnknown,
            RoomError::TooManyRooms(_) => ErrorCode::TooManyRooms,
            RoomError::People(_) => ErrorCode::BadField,
            RoomError::Store(error) => return stored(error),
            RoomError::Server(error) => {
                log::error!("the chat server does not answer: {error}");
                return internal();
            }
        };
        Self::new(code, sentence(&error.to_string()))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        stored(&error)
    }
}

fn stored(error: &StoreError) -> Failure {
    log::error!("a question to the database failed: {error}");
    Failure::new(ErrorCode::Storage, "The database could not be read. Try again.")
}

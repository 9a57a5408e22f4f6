//! Rooms and people as clients are told of them, on the wire and over HTTP.

use std::time::Duration;

use crate::access::{Denied, Role, RoomKind, powers_in};
use crate::accounts::Accounts;
use crate::chat::messages::WriteError;
use crate::chat::{Departure, Dismissal, NotInRoom, View};
use crate::domain::{BodyError, RoomName, User, UserId};
use crate::rooms::{Member, MemberPage, RoomError, RoomPage};
use crate::store::{self, AppendError, StoreError, Unread};
use crate::wire::{self, ErrorCode, Failure, sentence};

/// A room, with what is unread of it where that is known.
pub fn room<'a>(view: &'a View, unread: Option<Unread>, accounts: &Accounts) -> wire::Room<'a> {
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
        may: powers_in(*role, room.place(*standing)),
        people: (details.kind == RoomKind::Direct).then(|| people(&details.people, accounts)),
        mine,
    }
}

fn people(people: &[UserId], accounts: &Accounts) -> Vec<wire::Person> {
    let known = people.iter().filter_map(|user| accounts.directory().account(*user));
    known.map(|account| (&*account).into()).collect()
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

pub fn room_list<'a>(page: &'a RoomPage, accounts: &Accounts) -> wire::RoomList<'a> {
    let rooms =
        page.rooms.iter().map(|(view, unread)| room(view, Some(*unread), accounts)).collect();
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

fn restarting() -> Failure {
    Failure::new(ErrorCode::Restart, "The server restarts; try again.")
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
            RoomError::Write(error) => return (*error).into(),
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
    if error.is_of_stopping() {
        return restarting();
    }
    log::error!("a question to the database failed: {error}");
    Failure::new(ErrorCode::Storage, "The database could not be read. Try again.")
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        let code = match error {
            BodyError::Empty => ErrorCode::BodyEmpty,
            BodyError::TooLong { .. } => ErrorCode::BodyTooLong,
            BodyError::Nul => ErrorCode::BadField,
        };
        Self::new(code, sentence(&error.to_string()))
    }
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        let code = match error {
            AppendError::IdTaken => ErrorCode::IdTaken,
            AppendError::NoRoom => ErrorCode::RoomUnknown,
            AppendError::NoMessage => ErrorCode::MessageUnknown,
            AppendError::Denied(denied) => return denied.into(),
            AppendError::Deleted => ErrorCode::MessageDeleted,
            AppendError::Outdated => ErrorCode::Outdated,
            AppendError::Overloaded => ErrorCode::Overloaded,
            AppendError::Storage => ErrorCode::Storage,
        };
        Self::new(code, sentence(&error.to_string()))
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::NotInRoom(NotInRoom) => Denied::NotMember.into(),
            WriteError::Denied(denied) => denied.into(),
            WriteError::Append(error) => error.into(),
            WriteError::TooFast { retry_after } => too_fast(retry_after),
            WriteError::SlowMode { retry_after } => slow_mode(retry_after),
            WriteError::Stopping => restarting(),
            WriteError::Stale => {
                Self::new(ErrorCode::Overloaded, "Too much changes just now. Try again.")
            }
        }
    }
}

/// The refusal of something that comes too soon.
pub fn too_fast(retry_after: Duration) -> Failure {
    Failure {
        retry_after_ms: Some(rounded_up_ms(retry_after)),
        ..Failure::new(ErrorCode::RateLimited, "Too much at once. Wait a moment and try again.")
    }
}

/// The refusal of a message in a room that is in slow mode.
pub fn slow_mode(retry_after: Duration) -> Failure {
    Failure {
        retry_after_ms: Some(rounded_up_ms(retry_after)),
        ..Failure::new(
            ErrorCode::SlowMode,
            "The room is in slow mode. Wait a moment and try again.",
        )
    }
}

fn rounded_up_ms(wait: Duration) -> u64 {
    u64::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(u64::MAX)
}

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::people::{Me, Person};
use super::rooms::{HasRead, Removed, Room};
use super::{ErrorCode, Failure};
use crate::domain::{self, ChangeKind, Millis};

/// What the server tells a client unasked.
pub trait ServerEvent: Serialize {
    const NAME: &'static str;
}

macro_rules! server_events {
    ($($type:ty => $name:literal,)*) => {
        $(impl ServerEvent for $type { const NAME: &'static str = $name; })*
    };
}

server_events! {
    Welcome<'_> => "welcome",
    ConnectError => "connect_error",
    Message<'_> => "message",
    Edited<'_> => "edited",
    Deleted<'_> => "deleted",
    Joined<'_> => "joined",
    Left<'_> => "left",
    TypingNotice<'_> => "typing",
    Reset<'_> => "reset",
    Goodbye => "bye",
    Refused => "error",
    Room<'_> => "room",
    Removed<'_> => "removed",
    HasRead<'_> => "read",
    Me => "me",
}

#[derive(Debug, Serialize, ToSchema)]
pub struct User<'a> {
    pub id: Uuid,
    pub name: &'a str,
}

impl<'a> From<&'a domain::User> for User<'a> {
    fn from(user: &'a domain::User) -> Self {
        Self { id: user.id.0, name: user.name.as_str() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Message<'a> {
    pub room: &'a str,
    pub seq: u64,
    pub id: Uuid,
    pub user: User<'a>,
    pub body: &'a str,
    pub sent_at: Millis,
    /// The accounts that are called in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Uuid>,
    /// The number of what was done to it last, if anything was; and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Millis>,
}

/// When it was done, if it is of this kind.
fn at(change: Option<&domain::Change>, kind: ChangeKind) -> Option<Millis> {
    change.filter(|change| change.kind == kind).map(|change| change.at)
}

/// A message after an edit.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Edited<'a>(pub Message<'a>);

/// What is left of a message.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Deleted<'a>(pub Message<'a>);

impl<'a> From<&'a domain::Message> for Message<'a> {
    fn from(message: &'a domain::Message) -> Self {
        Self {
            room: message.room.as_str(),
            seq: message.seq,
            id: message.id.0,
            user: (&message.author).into(),
            body: message.body.as_str(),
            sent_at: message.sent_at,
            mentions: message.mentions.iter().map(|user| user.0).collect(),
            changed: message.change.as_ref().map(|change| change.seq),
            edited_at: at(message.change.as_ref(), ChangeKind::Edited),
            deleted_at: at(message.change.as_ref(), ChangeKind::Deleted),
        }
    }
}

/// The first event of a connection.
#[derive(Debug, Serialize)]
pub struct Welcome<'a> {
    pub user: Person,
    pub rooms: Vec<Room<'a>>,
    pub server: Server<'a>,
    /// By which a guest comes back as the same person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
    /// What one may do on the server.
    pub may: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub struct Server<'a> {
    pub name: &'a str,
    pub version: &'a str,
    pub limits: Limits,
    pub guests: bool,
    /// closed, invite or open
    pub sign_up: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Limits {
    pub message_bytes: usize,
}

/// What a connection missed could not be made up for; where its rooms are now.
#[derive(Debug, Serialize)]
pub struct Reset<'a> {
    pub rooms: Vec<Room<'a>>,
}

/// A refused connection, in the shape of Socket.IO's CONNECT_ERROR.
#[derive(Debug, Serialize)]
pub struct ConnectError {
    pub message: String,
    pub data: ConnectErrorData,
}

#[derive(Debug, Serialize)]
pub struct ConnectErrorData {
    pub code: ErrorCode,
}

impl From<Failure> for ConnectError {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message, data: ConnectErrorData { code: failure.code } }
    }
}

/// Who came or went within a short time.
#[derive(Debug, Serialize)]
pub struct Notice<'a> {
    pub room: &'a str,
    pub users: Vec<User<'a>>,
    /// How many more there were than `users`.
    pub others: usize,
    /// How many people are in the room now.
    pub members: usize,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Joined<'a>(pub Notice<'a>);

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Left<'a>(pub Notice<'a>);

#[derive(Debug, Serialize)]
pub struct TypingNotice<'a> {
    pub room: &'a str,
    pub user: User<'a>,
    pub typing: bool,
}

/// Why the server closes the connection.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Goodbye(pub Failure);

/// The answer to a command that gave no number to answer to.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Refused(pub Answer<()>);

/// The answer to a command: `ok`, and what it asked for or why not.
#[derive(Debug)]
pub struct Answer<T>(pub Result<T, Failure>);

impl<T: Serialize> Serialize for Answer<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Done<'a, T> {
            ok: bool,
            #[serde(flatten)]
            with: &'a T,
        }
        #[derive(Serialize)]
        struct Failed<'a> {
            ok: bool,
            error: &'a Failure,
        }
        match &self.0 {
            Ok(with) => Done { ok: true, with }.serialize(serializer),
            Err(error) => Failed { ok: false, error }.serialize(serializer),
        }
    }
}

/// The answer to `send`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Receipt {
    pub id: Uuid,
    pub seq: u64,
    pub sent_at: Millis,
}

/// The answer to `edit` and `delete`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeReceipt {
    pub id: Uuid,
    pub seq: u64,
    /// The number of the message's last change, which is its own if there was none.
    pub changed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Millis>,
}

impl ChangeReceipt {
    pub fn new(id: Uuid, seq: u64, change: Option<&domain::Change>) -> Self {
        Self {
            id,
            seq,
            changed: change.map_or(seq, |change| change.seq),
            edited_at: at(change, ChangeKind::Edited),
            deleted_at: at(change, ChangeKind::Deleted),
        }
    }
}

/// The answer to `join`.
#[derive(Debug, Serialize)]
pub struct Joining<'a> {
    pub room: Room<'a>,
    pub members: Vec<Person>,
    pub messages: Vec<Message<'a>>,
    pub more: bool,
}

/// The answer to `history`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<'a> {
    pub room: &'a str,
    pub messages: Vec<Message<'a>>,
    pub more: bool,
}

/// The answer to `sync`.
#[derive(Debug, Serialize)]
pub struct Synced<'a> {
    pub rooms: BTreeMap<&'a str, RoomSync<'a>>,
}

/// What changed in a room.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum RoomSync<'a> {
    /// Up to the number `seq`.
    Changes {
        seq: u64,
        messages: Vec<Message<'a>>,
        more: bool,
    },
    /// Too much; it is to be read anew.
    Reset {
        seq: u64,
        reset: bool,
    },
    Refused {
        error: Failure,
    },
}

/// The answer to `leave`.
#[derive(Debug, Serialize)]
pub struct RoomAnswer<'a> {
    pub room: &'a str,
}

/// The answer to a command that has nothing to tell.
#[derive(Debug, Serialize)]
pub struct Nothing {}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn an_answer_is_flat_and_says_whether_it_went_well() {
        let id = Uuid::nil();
        let answer = to_value(Answer(Ok(Receipt { id, seq: 1, sent_at: 2 }))).expect("JSON");
        assert_eq!(answer, json!({"ok": true, "id": id, "seq": 1, "sent_at": 2}));

        let failure = Failure::new(ErrorCode::NotInRoom, "Join first.");
        let answer = to_value(Answer::<()>(Err(failure))).expect("JSON");
        assert_eq!(
            answer,
            json!({"ok": false, "error": {"code": "not_in_room", "message": "Join first."}})
        );
    }
}

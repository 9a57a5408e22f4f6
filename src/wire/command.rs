use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use uuid::Uuid;

use super::rooms::{InRoom, ListRooms, RoomCommand, room_name};
use super::{ErrorCode, Failure};
use crate::domain::{Millis, RoomName};

/// The most that an error says of why a field is wrong.
const REASON_CHARS: usize = 200;

/// In the place of a secret.
const HIDDEN: &str = "…";

/// Who a client says it is.
#[derive(Default, Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    pub name: Option<String>,
    pub token: Option<String>,
    /// Socket.IO's name for a connection that can be recovered, and how far it had come.
    pub pid: Option<String>,
    pub offset: Option<String>,
    /// False for a client that has no use for an offset behind each message.
    pub recovery: Option<bool>,
}

/// What a client can ask for.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Send(Send),
    Edit(Edit),
    Delete(Delete),
    Join(InRoom),
    Leave(InRoom),
    History(History),
    Sync(Sync),
    Typing(Typing),
    Read(Read),
    Room(RoomCommand),
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Send {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub id: Option<Uuid>,
    pub body: String,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Edit {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub id: Uuid,
    pub body: String,
    /// The number of the version that was edited.
    pub version: Option<u64>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Delete {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub id: Uuid,
}

#[derive(Debug, PartialEq, Eq)]
pub struct History {
    pub room: RoomName,
    pub position: Position,
    pub limit: Option<u32>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Sync {
    /// The last number seen of each room.
    #[serde(deserialize_with = "room_numbers")]
    pub rooms: Vec<(RoomName, u64)>,
}

/// Which messages of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    Newest,
    Before(u64),
    After(u64),
    Around(u64),
    At(Millis),
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Typing {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub typing: bool,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Read {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub seq: u64,
}

/// Without what somebody could come in by.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, token, pid, offset, recovery } = self;
        f.debug_struct("Identity")
            .field("name", name)
            .field("token", &token.as_ref().map(|_| HIDDEN))
            .field("pid", &pid.as_ref().map(|_| HIDDEN))
            .field("offset", offset)
            .field("recovery", recovery)
            .finish()
    }
}

impl Identity {
    /// `data` is JSON; nothing at all is an identity without a name.
    pub fn parse(data: Option<&str>) -> Result<Self, Failure> {
        data.map_or_else(|| Ok(Self::default()), |data| parse("connect", data))
    }
}

impl Command {
    /// `data` is JSON.
    pub fn parse(event: &str, data: Option<&str>) -> Result<Self, Failure> {
        let data = data.unwrap_or("null");
        match event {
            "send" if data.starts_with('"') => Ok(Self::Send(Send {
                room: RoomName::lobby(),
                id: None,
                body: parse(event, data)?,
            })),
            "send" => parse(event, data).map(Self::Send),
            "edit" => parse(event, data).map(Self::Edit),
            "delete" => parse(event, data).map(Self::Delete),
            "join" => parse(event, data).map(Self::Join),
            "leave" => parse(event, data).map(Self::Leave),
            "history" => parse(event, data).map(Self::History),
            "sync" => parse(event, data).map(Self::Sync),
            "typing" => parse(event, data).map(Self::Typing),
            "read" => parse(event, data).map(Self::Read),
            _ => RoomCommand::parse(event, data).map(Self::Room),
        }
    }
}

impl RoomCommand {
    fn parse(event: &str, data: &str) -> Result<Self, Failure> {
        match event {
            "rooms" if data == "null" => Ok(Self::List(ListRooms::default())),
            "rooms" => parse(event, data).map(Self::List),
            "create_room" => parse(event, data).map(Self::Create),
            "direct" => parse(event, data).map(Self::Direct),
            "update_room" => parse(event, data).map(Self::Update),
            "delete_room" => parse(event, data).map(Self::Delete),
            "members" => parse(event, data).map(Self::Members),
            "invite" => parse(event, data).map(Self::Invite),
            "remove" => parse(event, data).map(Self::Remove),
            "moderator" => parse(event, data).map(Self::Moderator),
            "mute" => parse(event, data).map(Self::Mute),
            "ban" => parse(event, data).map(Self::Ban),
            "unban" => parse(event, data).map(Self::Unban),
            "level" => parse(event, data).map(Self::Level),
            "report" => parse(event, data).map(Self::Report),
            _ => Err(Failure::new(
                ErrorCode::UnknownEvent,
                "There is no such event; send, edit, delete, join, leave, history, sync, typing, \
                 read, rooms, create_room, direct, update_room, delete_room, members, invite, \
                 remove, moderator, mute, ban, unban, level and report would do.",
            )),
        }
    }
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            #[serde(deserialize_with = "room_name")]
            room: RoomName,
            before: Option<u64>,
            after: Option<u64>,
            around: Option<u64>,
            at: Option<Millis>,
            limit: Option<u32>,
        }
        let Fields { room, before, after, around, at, limit } = Fields::deserialize(deserializer)?;
        let positions = [
            before.map(Position::Before),
            after.map(Position::After),
            around.map(Position::Around),
            at.map(Position::At),
        ];
        let mut given = positions.into_iter().flatten();
        let position = given.next().unwrap_or(Position::Newest);
        match given.next() {
            Some(_) => {
                Err(D::Error::custom("only one of before, after, around and at may be given"))
            }
            None => Ok(Self { room, position, limit }),
        }
    }
}

fn room_numbers<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(RoomName, u64)>, D::Error> {
    let rooms = BTreeMap::<String, u64>::deserialize(deserializer)?;
    let parse = |(name, seq): (String, u64)| match RoomName::parse(&name) {
        Ok(room) => Ok((room, seq)),
        Err(error) => Err(D::Error::custom(format!("\"{name}\": {error}"))),
    };
    rooms.into_iter().map(parse).collect()
}

fn parse<T: DeserializeOwned>(event: &str, data: &str) -> Result<T, Failure> {
    let wrong = |why: &str| {
        // Line and column say nothing to somebody who never saw this text as lines.
        let why = why.split(" at line ").next().unwrap_or_default();
        // It may quote what the client said, however much that was.
        let why: String = why.chars().take(REASON_CHARS).collect();
        Failure::new(ErrorCode::BadField, format!("The data of \"{event}\" is wrong: {why}."))
    };
    // An array would otherwise count as the fields in their order.
    if data.starts_with('[') {
        return Err(wrong("an object is expected, not an array"));
    }
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(data)).map_err(
        |error| match error.path().iter().next() {
            Some(_) => wrong(&format!("\"{}\": {}", error.path(), error.inner())),
            None => wrong(&error.inner().to_string()),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(event: &str, data: &str) -> ErrorCode {
        Command::parse(event, Some(data)).expect_err("this should be refused").code
    }

    #[test]
    fn nobody_reads_out_of_a_log_how_to_come_in_as_somebody_else() {
        let data = r#"{"name":"ada","token":"s1.secret","pid":"p1.secret","offset":"7"}"#;
        let shown = format!("{:?}", Identity::parse(Some(data)).expect("an identity"));
        assert!(shown.contains("ada") && !shown.contains("secret"), "{shown}");
    }

    #[test]
    fn a_plain_string_is_sent_to_the_lobby() {
        let expected = Send { room: RoomName::lobby(), id: None, body: "hello".into() };
        assert_eq!(Command::parse("send", Some("\"hello\"")), Ok(Command::Send(expected)));
    }

    #[test]
    fn unknown_fields_are_for_later_versions_and_passed_over() {
        assert!(Command::parse("join", Some(r#"{"room":"lobby","colour":"red"}"#)).is_ok());
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (event, data, word) in [
            ("send", r#"{"room":"lobby"}"#, "body"),
            ("send", r#"{"body":"x"}"#, "room"),
            ("send", r#"{"room":"No Room","body":"x"}"#, "room"),
            ("send", r#"{"room":"lobby","body":"x","id":"7"}"#, "UUID"),
            ("send", r#"{"room":"lobby","body":7}"#, "string"),
            ("send", r#"["lobby","x"]"#, "object"),
            ("send", r#""\ud83d""#, "hex escape"),
            ("join", "null", "null"),
            ("join", r#"{"room":7}"#, "\"room\""),
            ("typing", r#"{"room":"lobby","typing":"yes"}"#, "\"typing\""),
            ("history", r#"{"room":"lobby","before":-1}"#, "-1"),
            ("history", r#"{"room":"lobby","before":1,"after":2}"#, "only one"),
            ("history", r#"{"room":"lobby","around":1,"at":2}"#, "only one"),
            ("history", r#"{"room":"lobby","at":"today"}"#, "\"at\""),
            ("edit", r#"{"room":"lobby","body":"x"}"#, "id"),
            ("delete", r#"{"room":"lobby","id":1}"#, "\"id\""),
            ("sync", r#"{"rooms":{"lobby":-1}}"#, "\"rooms.lobby\""),
            ("sync", r#"{"rooms":{"No Room":1}}"#, "No Room"),
        ] {
            let failure = Command::parse(event, Some(data)).expect_err(data);
            assert_eq!(failure.code, ErrorCode::BadField, "{data}");
            assert!(failure.message.contains(word), "{data}: {}", failure.message);
        }
        assert_eq!(code("shout", "{}"), ErrorCode::UnknownEvent);
    }
}

//! What is said of rooms: the commands that are not about messages, and rooms as they are told of.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::people::Person;
use crate::access::RoomKind;
use crate::domain::{
    LONGEST_DISCIPLINE, LONGEST_PAUSE, Level, Millis, REASON_CHARS, RoomName, RoomTitle, Topic,
};

/// What a client can ask for about rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomCommand {
    List(ListRooms),
    Create(CreateRoom),
    Direct(Direct),
    Update(UpdateRoom),
    Delete(InRoom),
    Members(ListMembers),
    Invite(About),
    Remove(About),
    Moderator(Appoint),
    Mute(Mute),
    Ban(Ban),
    Unban(About),
    Level(SetLevel),
    Report(Report),
}

/// The data of a command that is about a room as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InRoom {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ListRooms {
    pub query: Option<String>,
    /// The name of the last room that one has.
    pub after: Option<String>,
    pub limit: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
pub struct CreateRoom {
    #[serde(deserialize_with = "title")]
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    pub title: RoomTitle,
    /// open, read_only or closed
    #[serde(deserialize_with = "kind")]
    #[schema(value_type = String, pattern = "^(open|read_only|closed)$")]
    pub kind: RoomKind,
    #[serde(default, deserialize_with = "topic")]
    #[schema(value_type = String, max_length = 500)]
    pub topic: Topic,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
pub struct Direct {
    /// The others.
    #[schema(min_items = 1, max_items = 9)]
    pub people: Vec<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UpdateRoom {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    #[serde(flatten)]
    pub changes: RoomChanges,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct RoomChanges {
    #[serde(default, deserialize_with = "some_title")]
    #[schema(value_type = Option<String>, nullable = false, min_length = 1, max_length = 64)]
    pub title: Option<RoomTitle>,
    #[serde(default, deserialize_with = "some_topic")]
    #[schema(value_type = Option<String>, nullable = false, max_length = 500)]
    pub topic: Option<Topic>,
    /// open, read_only or closed
    #[serde(default, deserialize_with = "some_kind")]
    #[schema(value_type = Option<String>, nullable = false, pattern = "^(open|read_only|closed)$")]
    pub kind: Option<RoomKind>,
    /// In seconds.
    #[serde(default, deserialize_with = "pause")]
    #[schema(nullable = false, maximum = 3600)]
    pub slow_mode: Option<u32>,
    pub archived: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ListMembers {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub query: Option<String>,
    /// The id of the last member that one has.
    pub after: Option<Uuid>,
    pub limit: Option<u32>,
}

/// The data of a command that is about somebody in a room.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct About {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub user: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Appoint {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub user: Uuid,
    pub moderator: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mute {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub user: Uuid,
    /// 0 ends it.
    #[serde(deserialize_with = "lasting")]
    pub for_ms: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Ban {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub user: Uuid,
    #[serde(default, deserialize_with = "some_lasting")]
    pub for_ms: Option<Millis>,
    #[serde(default, deserialize_with = "reason")]
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SetLevel {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    #[serde(deserialize_with = "level")]
    pub level: Level,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Report {
    #[serde(deserialize_with = "room_name")]
    pub room: RoomName,
    pub id: Uuid,
    #[serde(default, deserialize_with = "reason")]
    pub reason: String,
}

fn text<'de, D: Deserializer<'de>, T, E: std::fmt::Display>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

pub(super) fn room_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RoomName, D::Error> {
    text(deserializer, RoomName::parse)
}

fn title<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RoomTitle, D::Error> {
    text(deserializer, |title| match RoomTitle::parse(title) {
        Ok(title) if title.as_str().is_empty() => Err("it is empty".to_owned()),
        parsed => parsed.map_err(|error| error.to_string()),
    })
}

fn some_title<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RoomTitle>, D::Error> {
    title(deserializer).map(Some)
}

fn topic<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Topic, D::Error> {
    text(deserializer, Topic::parse)
}

fn some_topic<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Topic>, D::Error> {
    topic(deserializer).map(Some)
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RoomKind, D::Error> {
    text(deserializer, |kind| match RoomKind::parse(kind) {
        Ok(kind) if kind != RoomKind::Direct => Ok(kind),
        _ => Err("open, read_only or closed would do"),
    })
}

fn some_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RoomKind>, D::Error> {
    kind(deserializer).map(Some)
}

pub fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Level, D::Error> {
    text(deserializer, Level::parse)
}

pub fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer, |reason| {
        let long = reason.chars().count() > REASON_CHARS;
        if long || reason.contains('\0') {
            Err(format!("{REASON_CHARS} characters at most, and no NUL, would do"))
        } else {
            Ok(reason.trim().to_owned())
        }
    })
}

fn lasting<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Millis, D::Error> {
    let time = Millis::deserialize(deserializer)?;
    if (0..=LONGEST_DISCIPLINE).contains(&time) {
        Ok(time)
    } else {
        Err(serde::de::Error::custom(format!("0 to {LONGEST_DISCIPLINE} would do")))
    }
}

pub fn some_lasting<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Millis>, D::Error> {
    lasting(deserializer).map(Some)
}

fn pause<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let seconds = u32::deserialize(deserializer)?;
    if seconds <= LONGEST_PAUSE {
        Ok(Some(seconds))
    } else {
        Err(serde::de::Error::custom(format!("0 to {LONGEST_PAUSE} would do")))
    }
}

/// A room, as somebody sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Room<'a> {
    pub name: &'a str,
    pub title: &'a str,
    pub topic: &'a str,
    /// open, read_only, closed or direct
    pub kind: &'static str,
    /// The number of its newest change, 0 if there was none.
    pub seq: u64,
    /// How many people are in it now.
    pub members: usize,
    #[serde(skip_serializing_if = "is_false")]
    pub archived: bool,
    /// How long somebody waits between two messages, in seconds.
    #[serde(skip_serializing_if = "is_zero")]
    pub slow_mode: u32,
    pub joined: bool,
    /// What one may do there.
    pub may: Vec<&'static str>,
    /// Of a direct room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<Vec<Person>>,
    /// There for members only.
    #[serde(flatten)]
    #[schema(value_type = Mine)]
    pub mine: Option<Mine>,
}

/// What a room is to one of its members.
#[derive(Debug, Serialize, ToSchema)]
pub struct Mine {
    #[serde(skip_serializing_if = "is_false")]
    pub moderator: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Millis>,
    /// The number up to which it is read.
    #[schema(required = false)]
    pub read: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentions: Option<u32>,
    #[schema(required = false)]
    pub level: &'static str,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

/// One is in a room no longer.
#[derive(Debug, Serialize)]
pub struct Removed<'a> {
    pub room: &'a str,
    pub code: &'static str,
}

/// How far one has read: the answer to `read`, and what one's other devices are told.
#[derive(Debug, Serialize, ToSchema)]
pub struct HasRead<'a> {
    pub room: &'a str,
    pub read: u64,
    pub unread: u32,
    pub mentions: u32,
}

/// The answer to a command that has a room to tell of.
#[derive(Debug, Serialize)]
pub struct OneRoom<'a> {
    pub room: Room<'a>,
}

/// The answer to `rooms`.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomList<'a> {
    pub rooms: Vec<Room<'a>>,
    pub more: bool,
}

/// The answer to `members`.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberList {
    pub members: Vec<Member>,
    pub more: bool,
    pub total: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Member {
    pub user: Person,
    pub moderator: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Millis>,
    pub joined_at: Millis,
}

/// The answer to `mute`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Muted {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<Millis>,
}

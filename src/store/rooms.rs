//! Rooms as they are stored.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{Store, StoreError, messages, seq_from_sql};
use crate::access::RoomKind;
use crate::domain::{Message, MessageId, Millis, RoomId, RoomName, RoomTitle, Topic, UserId};

/// A room as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    pub id: RoomId,
    pub name: RoomName,
    /// The number of its newest change, 0 if there was none.
    pub seq: u64,
    pub details: Arc<Details>,
}

/// What seldom changes about a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    pub kind: RoomKind,
    pub title: RoomTitle,
    pub topic: Topic,
    /// How long somebody waits between two messages, in seconds; 0 is not at all.
    pub slow_mode: u32,
    pub archived: bool,
    /// Of a direct room: who is in it.
    pub people: Vec<UserId>,
}

impl Default for Details {
    fn default() -> Self {
        Self {
            kind: RoomKind::Open,
            title: RoomTitle::default(),
            topic: Topic::default(),
            slow_mode: 0,
            archived: false,
            people: Vec::new(),
        }
    }
}

/// What [`read`] reads, of a table that is called `rooms`.
pub(super) const COLUMNS: &str = "rooms.id, rooms.name, rooms.seq, rooms.kind, rooms.title, \
                                  rooms.topic, rooms.slow_mode, rooms.archived_at, rooms.people";

pub(super) fn read(row: &AnyRow) -> Result<Room, StoreError> {
    let damaged = |what, value: &str| StoreError::Damaged { what, value: value.to_owned() };
    let (name, kind): (String, String) = (row.try_get("name")?, row.try_get("kind")?);
    let (title, topic): (String, String) = (row.try_get("title")?, row.try_get("topic")?);
    let archived_at: Option<Millis> = row.try_get("archived_at")?;
    let slow_mode: i64 = row.try_get("slow_mode")?;
    let people: Option<String> = row.try_get("people")?;
    let people = people.unwrap_or_default();
    let user = |id: &str| messages::uuid(id.to_owned()).map(UserId);
    Ok(Room {
        id: RoomId(row.try_get("id")?),
        name: RoomName::parse(&name).map_err(|_| damaged("room name", &name))?,
        seq: seq_from_sql(row.try_get("seq")?)?,
        details: Arc::new(Details {
            kind: RoomKind::parse(&kind).map_err(|_| damaged("kind of room", &kind))?,
            title: RoomTitle::parse(&title).map_err(|_| damaged("title", &title))?,
            topic: Topic::parse(&topic).map_err(|_| damaged("topic", &topic))?,
            slow_mode: u32::try_from(slow_mode)
                .map_err(|_| damaged("pace", &slow_mode.to_string()))?,
            archived: archived_at.is_some(),
            people: people.split_whitespace().map(user).collect::<Result<_, _>>()?,
        }),
    })
}

/// The room of a name, if there is one that was not deleted.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    name: &RoomName,
) -> Result<Option<Room>, StoreError> {
    static FIND: LazyLock<String> = LazyLock::new(|| {
        format!("SELECT {COLUMNS} FROM rooms WHERE name = $1 AND deleted_at IS NULL")
    });
    let row = sqlx::query(AssertSqlSafe(FIND.as_str()))
        .bind(name.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// A message of a room.
pub(crate) async fn message(
    connection: &mut AnyConnection,
    room: &Room,
    id: MessageId,
) -> Result<Option<Message>, StoreError> {
    static FIND: LazyLock<String> = LazyLock::new(|| messages::select("id = $1 AND room_id = $2"));
    let row = sqlx::query(AssertSqlSafe(FIND.as_str()))
        .bind(id.to_string())
        .bind(room.id.0)
        .fetch_optional(connection)
        .await?;
    row.map(|row| messages::read(&room.name, &row)).transpose()
}

/// Makes a room. Answers with none if one of this name is there, or was.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    name: &RoomName,
    details: &Details,
    now: Millis,
) -> Result<Option<RoomId>, StoreError> {
    let row = sqlx::query(
        "INSERT INTO rooms (id, name, kind, title, topic, people, created_at, folded) \
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM rooms WHERE true \
         ON CONFLICT (name) DO NOTHING RETURNING id",
    )
    .bind(name.as_str())
    .bind(details.kind.as_str())
    .bind(details.title.as_str())
    .bind(details.topic.as_str())
    .bind((!details.people.is_empty()).then(|| set_of(&details.people)))
    .bind(now)
    .bind(folded(details))
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| row.try_get("id").map(RoomId)).transpose()?)
}

/// How many rooms there are that were not deleted.
pub(crate) async fn count(connection: &mut AnyConnection) -> Result<usize, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) AS count FROM rooms WHERE deleted_at IS NULL")
        .fetch_one(connection)
        .await?;
    Ok(usize::try_from(row.try_get::<i64, _>("count")?).unwrap_or(usize::MAX))
}

/// What is the same for the same people, whatever their order.
fn set_of(people: &[UserId]) -> String {
    let people: BTreeSet<_> = people.iter().map(ToString::to_string).collect();
    people.into_iter().collect::<Vec<_>>().join(" ")
}

/// The direct room of a set of people.
pub(crate) async fn find_by_people(
    connection: &mut AnyConnection,
    people: &[UserId],
) -> Result<Option<Room>, StoreError> {
    static FIND: LazyLock<String> =
        LazyLock::new(|| format!("SELECT {COLUMNS} FROM rooms WHERE people = $1"));
    let row = sqlx::query(AssertSqlSafe(FIND.as_str()))
        .bind(set_of(people))
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Brings a room's details up to date.
pub(crate) async fn update(
    connection: &mut AnyConnection,
    room: &Room,
    now: Millis,
) -> Result<(), StoreError> {
    let details = &room.details;
    sqlx::query(
        "UPDATE rooms SET kind = $1, title = $2, topic = $3, slow_mode = $4, \
         archived_at = CASE WHEN $5 = 0 THEN NULL ELSE COALESCE(archived_at, $6) END, folded = $8 \
         WHERE id = $7",
    )
    .bind(details.kind.as_str())
    .bind(details.title.as_str())
    .bind(details.topic.as_str())
    .bind(i64::from(details.slow_mode))
    .bind(i64::from(details.archived))
    .bind(now)
    .bind(room.id.0)
    .bind(folded(details))
    .execute(connection)
    .await?;
    Ok(())
}

/// The title as it is looked for; databases fold letters each in their own way.
fn folded(details: &Details) -> String {
    details.title.as_str().to_lowercase()
}

/// Takes a room away. What is in it goes little by little, with [`Store::erase_some`].
pub(crate) async fn delete(
    connection: &mut AnyConnection,
    room: RoomId,
    now: Millis,
) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM members WHERE room_id = $1",
        "DELETE FROM mentions WHERE room_id = $1",
        "DELETE FROM mutes WHERE room_id = $1",
        "DELETE FROM bans WHERE room_id = $1",
        "DELETE FROM reports WHERE room_id = $1",
    ] {
        sqlx::query(sql).bind(room.0).execute(&mut *connection).await?;
    }
    sqlx::query(
        "UPDATE rooms SET deleted_at = $1, title = '', folded = '', topic = '', people = NULL WHERE id = $2",
    )
    .bind(now)
    .bind(room.0)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    pub async fn room(&self, name: &RoomName) -> Result<Option<Room>, StoreError> {
        find(&mut *self.pool.acquire().await?, name).await
    }

    /// Makes an open room; one that is there already stays as it is.
    pub async fn create_room(&self, name: &RoomName, now: Millis) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        insert(&mut connection, name, &Details::default(), now).await?;
        Ok(())
    }

    /// The rooms that were deleted.
    pub async fn deleted_rooms(&self) -> Result<Vec<RoomId>, StoreError> {
        let rows = sqlx::query("SELECT id FROM rooms WHERE deleted_at IS NOT NULL AND seq > 0")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(RoomId(row.try_get("id")?))).collect()
    }

    /// Erases some of the messages of a deleted room. Answers with whether there may be more.
    pub async fn erase_some(&self, room: RoomId, count: u32) -> Result<bool, StoreError> {
        let mut writing = self.begin().await?;
        let erased = sqlx::query(
            "DELETE FROM messages WHERE room_id = $1 AND seq IN \
             (SELECT seq FROM messages WHERE room_id = $1 ORDER BY seq LIMIT $2)",
        )
        .bind(room.0)
        .bind(i64::from(count))
        .execute(writing.connection())
        .await?;
        let more = erased.rows_affected() >= u64::from(count);
        if !more {
            // There is nothing left to come back for.
            sqlx::query("UPDATE rooms SET seq = 0 WHERE id = $1")
                .bind(room.0)
                .execute(writing.connection())
                .await?;
        }
        writing.commit().await?;
        Ok(more)
    }
}

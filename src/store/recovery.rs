//! What a connection missed, for one that comes back.

use std::sync::LazyLock;

use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::messages::{read, select};
use super::rooms::Room;
use super::{Store, StoreError, seq_from_sql, seq_to_sql};
use crate::domain::{Message, Millis, Position, RoomId, RoomName};

/// For how long a connection may be away and still be in the rooms that it joined.
const REMEMBERED: Millis = 30 * 24 * 60 * 60 * 1000;

/// A room that a connection joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedRoom {
    pub room: Room,
    /// It has got the room's messages after this one.
    pub since: Position,
}

impl Store {
    /// The place of the newest change.
    pub async fn position(&self) -> Result<Position, StoreError> {
        let row = sqlx::query("SELECT position FROM log").fetch_one(&self.pool).await?;
        Ok(Position(seq_from_sql(row.try_get("position")?)?))
    }

    /// What changed in a room after one place and up to another: at most `limit` messages in the order of
    /// their changes, as they are now. One that was written in between and edited later still is among
    /// them; one that was there before and changed later is not.
    pub async fn between(
        &self,
        room: &Room,
        after: Position,
        up_to: Position,
        limit: u32,
    ) -> Result<Vec<Message>, StoreError> {
        static BETWEEN: LazyLock<String> = LazyLock::new(|| {
            select(
                "room_id = $1 AND changed_position > $2 AND position <= $3 \
                 AND (changed_position <= $3 OR (position > $2 AND deleted_at IS NULL)) ORDER BY changed_position LIMIT $4",
            )
        });
        let rows = sqlx::query(AssertSqlSafe(BETWEEN.as_str()))
            .bind(room.id.0)
            .bind(seq_to_sql(after.0))
            .bind(seq_to_sql(up_to.0))
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| read(&room.name, row)).collect()
    }

    /// Keeps that a connection joined a room, so that it is in it again when it comes back.
    pub async fn remember_room(
        &self,
        connection: Uuid,
        room: RoomId,
        since: Position,
        now: Millis,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO recoverable_rooms (connection_id, room_id, position, joined_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (connection_id, room_id) DO NOTHING",
        )
        .bind(connection.to_string())
        .bind(room.0)
        .bind(seq_to_sql(since.0))
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps that it left.
    pub async fn forget_room(&self, connection: Uuid, room: &RoomName) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM recoverable_rooms WHERE connection_id = $1 \
             AND room_id = (SELECT id FROM rooms WHERE name = $2)",
        )
        .bind(connection.to_string())
        .bind(room.as_str())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The rooms that a connection has joined and not left.
    pub async fn remembered_rooms(
        &self,
        connection: Uuid,
    ) -> Result<Vec<RememberedRoom>, StoreError> {
        let rows = sqlx::query(
            "SELECT rooms.id, rooms.name, rooms.seq, recoverable_rooms.position \
             FROM recoverable_rooms JOIN rooms ON rooms.id = recoverable_rooms.room_id WHERE connection_id = $1",
        )
        .bind(connection.to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let name: String = row.try_get("name")?;
                let name = RoomName::parse(&name)
                    .map_err(|_| StoreError::Damaged { what: "room name", value: name })?;
                let (id, seq) = (RoomId(row.try_get("id")?), seq_from_sql(row.try_get("seq")?)?);
                let since = Position(seq_from_sql(row.try_get("position")?)?);
                Ok(RememberedRoom { room: Room { id, name, seq }, since })
            })
            .collect()
    }

    /// Forgets the rooms of connections that have been away for too long.
    pub async fn forget_old_connections(&self, now: Millis) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM recoverable_rooms WHERE joined_at < $1")
            .bind(now - REMEMBERED)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

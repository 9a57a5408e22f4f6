use sqlx::Row;

use super::{Store, StoreError, seq_from_sql};
use crate::domain::{Millis, RoomId, RoomName};

/// A room as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    pub id: RoomId,
    pub name: RoomName,
    /// The number of its newest change, 0 if there was none.
    pub seq: u64,
}

impl Store {
    pub async fn room(&self, name: &RoomName) -> Result<Option<Room>, StoreError> {
        let row = sqlx::query("SELECT id, seq FROM rooms WHERE name = $1")
            .bind(name.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            let (id, seq) = (row.try_get("id")?, row.try_get("seq")?);
            Ok(Room { id: RoomId(id), name: name.clone(), seq: seq_from_sql(seq)? })
        })
        .transpose()
    }

    /// Makes a room; one that is there already stays as it is.
    pub async fn create_room(&self, name: &RoomName, now: Millis) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO rooms (id, name, created_at) \
             SELECT COALESCE(MAX(id), 0) + 1, $1, $2 FROM rooms WHERE true \
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(name.as_str())
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

//! What a connection missed, for one that comes back.

use std::sync::LazyLock;

use sqlx::{AssertSqlSafe, Row};

use super::messages::{read, select};
use super::rooms::Room;
use super::{Store, StoreError, seq_from_sql, seq_to_sql};
use crate::domain::{Message, Position};

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
        let messages: Result<Vec<_>, _> = rows.iter().map(|row| read(&room.name, row)).collect();
        let mut messages = messages?;
        self.add_mentions(room, &mut messages).await?;
        Ok(messages)
    }
}

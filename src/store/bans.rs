//! Who is to stay out: of a room, or of the whole server.

use std::collections::HashSet;

use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Executor, Row};
use uuid::Uuid;

use super::{Store, StoreError, Writing, accounts::marks, id_from_sql, user_from_sql};
use crate::domain::{Millis, RoomId, User, UserId};

/// Somebody is to stay out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    pub id: Uuid,
    /// None: of the whole server.
    pub room: Option<RoomId>,
    pub user: User,
    /// Set for a guest, who is to stay away under other names too.
    pub address: Option<String>,
    /// None: for ever.
    pub until: Option<Millis>,
    pub reason: String,
    pub by: User,
    pub at: Millis,
}

/// Who asks whether they are to stay out.
#[derive(Debug, Clone, Copy)]
pub struct Exile<'a> {
    pub user: UserId,
    /// Of a guest; an account is not kept out by its address.
    pub address: Option<&'a str>,
}

const COLUMNS: &str = "id, room_id, user_id, user_name, address, until, reason, by_id, by_name, at";

/// Whether a ban is one of a place, which is none for the whole server, at the time of $2. There is no
/// room 0.
const HOLDS: &str = "COALESCE(room_id, 0) = $1 AND (until IS NULL OR until > $2)";

impl Store {
    /// The ban by which somebody is out, the longest if there are several.
    pub async fn find_ban(
        &self,
        room: Option<RoomId>,
        exile: Exile<'_>,
        now: Millis,
    ) -> Result<Option<Ban>, StoreError> {
        find(&self.pool, room, exile, now).await
    }

    /// At most `limit` bans that hold, the newest first.
    pub async fn bans(
        &self,
        room: Option<RoomId>,
        limit: u32,
        now: Millis,
    ) -> Result<Vec<Ban>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM bans WHERE {HOLDS} ORDER BY at DESC, id LIMIT $3");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(place(room)).bind(now);
        let rows = query.bind(i64::from(limit)).fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }

    /// Those of some people who are out.
    pub async fn banned_of(
        &self,
        room: Option<RoomId>,
        people: &[UserId],
        now: Millis,
    ) -> Result<Vec<Ban>, StoreError> {
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let users: HashSet<_> = people.iter().map(ToString::to_string).collect();
        let sql = format!(
            "SELECT {COLUMNS} FROM bans WHERE user_id IN ({}) AND COALESCE(room_id, 0) = ${} \
             AND (until IS NULL OR until > ${})",
            marks(users.len()),
            users.len() + 1,
            users.len() + 2,
        );
        let query =
            users.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), sqlx::query::Query::bind);
        let rows = query.bind(place(room)).bind(now).fetch_all(&self.pool).await?;
        rows.iter().map(read).collect()
    }
}

impl Writing {
    /// As [`Store::find_ban`], while nobody makes or ends one.
    pub async fn find_ban(
        &mut self,
        room: Option<RoomId>,
        exile: Exile<'_>,
        now: Millis,
    ) -> Result<Option<Ban>, StoreError> {
        find(self.connection(), room, exile, now).await
    }

    /// Keeps somebody out, in the place of an earlier ban of the same person and place.
    pub async fn insert_ban(&mut self, ban: &Ban) -> Result<(), StoreError> {
        self.delete_ban_of(ban.room, ban.user.id).await?;
        let insert = sqlx::query(
            "INSERT INTO bans \
             (id, room_id, user_id, user_name, address, until, reason, by_id, by_name, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(ban.id.to_string())
        .bind(ban.room.map(|room| room.0))
        .bind(ban.user.id.to_string())
        .bind(ban.user.name.to_string())
        .bind(ban.address.clone())
        .bind(ban.until)
        .bind(ban.reason.as_str())
        .bind(ban.by.id.to_string())
        .bind(ban.by.name.to_string())
        .bind(ban.at);
        self.run(insert).await?;
        Ok(())
    }

    /// Somebody as they were called when they were last kept out of anywhere.
    pub async fn banned(&mut self, user: UserId) -> Result<Option<User>, StoreError> {
        let query = sqlx::query(
            "SELECT user_id, user_name FROM bans WHERE user_id = $1 ORDER BY at DESC LIMIT 1",
        );
        let row = query.bind(user.to_string()).fetch_optional(self.connection()).await?;
        row.map(|row| user_from_sql(&row, "user_id", "user_name")).transpose()
    }

    /// Ends a ban of a place. None if there is no such one.
    pub async fn delete_ban(
        &mut self,
        room: Option<RoomId>,
        ban: Uuid,
    ) -> Result<Option<Ban>, StoreError> {
        let sql = format!(
            "DELETE FROM bans WHERE COALESCE(room_id, 0) = $1 AND id = $2 RETURNING {COLUMNS}"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(place(room)).bind(ban.to_string());
        let row = query.fetch_optional(self.connection()).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Ends somebody's ban of a place. False if there is none.
    pub async fn delete_ban_of(
        &mut self,
        room: Option<RoomId>,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let delete =
            sqlx::query("DELETE FROM bans WHERE COALESCE(room_id, 0) = $1 AND user_id = $2");
        Ok(self.run(delete.bind(place(room)).bind(user.to_string())).await? > 0)
    }
}

async fn find(
    database: impl Executor<'_, Database = Any>,
    room: Option<RoomId>,
    exile: Exile<'_>,
    now: Millis,
) -> Result<Option<Ban>, StoreError> {
    // Two indexes are looked into, where OR could use none.
    let sql = format!(
        "SELECT {COLUMNS} FROM bans WHERE {HOLDS} AND user_id = $3 UNION ALL \
         SELECT {COLUMNS} FROM bans WHERE {HOLDS} AND address = $4"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(place(room))
        .bind(now)
        .bind(exile.user.to_string())
        .bind(exile.address.map(str::to_owned))
        .fetch_all(database)
        .await?;
    let bans = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(bans.into_iter().max_by_key(|ban| ban.until.unwrap_or(Millis::MAX)))
}

fn place(room: Option<RoomId>) -> i64 {
    room.map_or(0, |room| room.0)
}

fn read(row: &AnyRow) -> Result<Ban, StoreError> {
    let room: Option<i64> = row.try_get("room_id")?;
    Ok(Ban {
        id: id_from_sql(row, "id")?,
        room: room.map(RoomId),
        user: user_from_sql(row, "user_id", "user_name")?,
        address: row.try_get("address")?,
        until: row.try_get("until")?,
        reason: row.try_get("reason")?,
        by: user_from_sql(row, "by_id", "by_name")?,
        at: row.try_get("at")?,
    })
}

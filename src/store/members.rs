//! Who belongs to which room, and how they stand there.

use std::sync::LazyLock;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::accounts::role_from_sql;
use super::rooms::{self, Room};
use super::{Store, StoreError, seq_from_sql, seq_to_sql, user_from_sql};
use crate::access::{Place, Role, Standing};
use crate::domain::{Level, Millis, Position, RoomId, RoomName, Search, User, UserId, key_of, now};

/// How long a guest who does not come back stays a member of what they joined.
const GUESTS_REMEMBERED: Millis = 30 * 24 * 60 * 60 * 1000;

/// The most that unread messages are counted.
pub const MOST_UNREAD: u32 = 100;

/// Of how many messages, the newest ones, it is counted who wrote them.
const MOST_LOOKED_AT: u32 = 1000;

/// What a room is to one of its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The member gets the room's messages after this one.
    pub since: Position,
    /// Everything up to this number is read.
    pub read: u64,
    pub level: Level,
    pub moderator: bool,
    pub muted_until: Option<Millis>,
}

impl Membership {
    pub fn new(since: Position, read: u64) -> Self {
        Self { since, read, level: Level::default(), moderator: false, muted_until: None }
    }

    pub fn standing(&self, now: Millis) -> Standing {
        match self.muted_until {
            Some(until) if until > now => Standing::Muted,
            _ if self.moderator => Standing::Moderator,
            _ => Standing::Member,
        }
    }
}

impl Room {
    /// What a decision about somebody who stands so in the room depends on.
    pub fn place(&self, standing: Standing) -> Place {
        Place {
            kind: self.details.kind,
            standing,
            lobby: self.name == RoomName::lobby(),
            archived: self.details.archived,
        }
    }
}

/// Messages that somebody has not read, counted up to [`MOST_UNREAD`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unread {
    pub messages: u32,
    pub mentions: u32,
}

const COLUMNS: &str = "members.position, members.read_seq, members.level, members.moderator, \
                       mutes.until AS muted_until";

fn read(row: &AnyRow) -> Result<Membership, StoreError> {
    let level: String = row.try_get("level")?;
    Ok(Membership {
        since: Position(seq_from_sql(row.try_get("position")?)?),
        read: seq_from_sql(row.try_get("read_seq")?)?,
        level: Level::parse(&level)
            .map_err(|_| StoreError::Damaged { what: "level", value: level.clone() })?,
        moderator: row.try_get::<i64, _>("moderator")? != 0,
        muted_until: row.try_get("muted_until")?,
    })
}

/// How somebody stands in a room, as the database has it.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub standing: Standing,
    pub membership: Option<Membership>,
}

/// Guests are in the lobby without being written down.
fn is_unwritten(role: Role, room: &Room) -> bool {
    role == Role::Guest && room.name == RoomName::lobby()
}

fn unwritten(room: &Room, muted_until: Option<Millis>) -> Membership {
    Membership { muted_until, ..Membership::new(Position::default(), room.seq) }
}

/// How somebody stands in a room.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    user: UserId,
    role: Role,
    room: &Room,
    now: Millis,
) -> Result<Found, StoreError> {
    static FIND: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT {COLUMNS} FROM members LEFT JOIN mutes ON mutes.room_id = members.room_id \
             AND mutes.user_id = members.user_id WHERE members.user_id = $1 AND members.room_id = $2"
        )
    });
    if is_banned(connection, user, room.id, now).await? {
        return Ok(Found { standing: Standing::Banned, membership: None });
    }
    let row = sqlx::query(AssertSqlSafe(FIND.as_str()))
        .bind(user.to_string())
        .bind(room.id.0)
        .fetch_optional(&mut *connection)
        .await?;
    let membership = match row {
        Some(row) => Some(read(&row)?),
        None if is_unwritten(role, room) => {
            Some(unwritten(room, muted_until(connection, user, room.id).await?))
        }
        None => None,
    };
    let standing = membership.map_or(Standing::Outside, |membership| membership.standing(now));
    Ok(Found { standing, membership })
}

/// Until when somebody is silenced in a room, whether they are a member or not.
pub(crate) async fn muted_until(
    connection: &mut AnyConnection,
    user: UserId,
    room: RoomId,
) -> Result<Option<Millis>, StoreError> {
    let row = sqlx::query("SELECT until FROM mutes WHERE room_id = $1 AND user_id = $2")
        .bind(room.0)
        .bind(user.to_string())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get("until")).transpose()?)
}

async fn is_banned(
    connection: &mut AnyConnection,
    user: UserId,
    room: RoomId,
    now: Millis,
) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "SELECT 1 AS one FROM bans WHERE user_id = $1 AND room_id = $2 AND (until IS NULL OR until > $3)",
    )
    .bind(user.to_string())
    .bind(room.0)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Makes somebody a member; who is one already stays as they are.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    user: UserId,
    room: RoomId,
    membership: &Membership,
    now: Millis,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO members (user_id, room_id, moderator, level, position, read_seq, joined_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (user_id, room_id) DO NOTHING",
    )
    .bind(user.to_string())
    .bind(room.0)
    .bind(i64::from(membership.moderator))
    .bind(membership.level.as_str())
    .bind(seq_to_sql(membership.since.0))
    .bind(seq_to_sql(membership.read))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn delete(
    connection: &mut AnyConnection,
    user: UserId,
    room: RoomId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM members WHERE user_id = $1 AND room_id = $2")
        .bind(user.to_string())
        .bind(room.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// How many rooms somebody is a member of, direct ones apart.
pub(crate) async fn count_rooms(
    connection: &mut AnyConnection,
    user: UserId,
) -> Result<usize, StoreError> {
    count_of_kind(connection, user, "rooms.kind <> 'direct'").await
}

/// How many direct rooms somebody is in.
pub(crate) async fn count_direct(
    connection: &mut AnyConnection,
    user: UserId,
) -> Result<usize, StoreError> {
    count_of_kind(connection, user, "rooms.kind = 'direct'").await
}

async fn count_of_kind(
    connection: &mut AnyConnection,
    user: UserId,
    which: &str,
) -> Result<usize, StoreError> {
    let sql = format!(
        "SELECT COUNT(*) AS count FROM members JOIN rooms ON rooms.id = members.room_id \
         WHERE members.user_id = $1 AND {which}"
    );
    let row = sqlx::query(AssertSqlSafe(sql)).bind(user.to_string()).fetch_one(connection).await?;
    Ok(usize::try_from(row.try_get::<i64, _>("count")?).unwrap_or(usize::MAX))
}

pub(crate) async fn appoint(
    connection: &mut AnyConnection,
    user: UserId,
    room: RoomId,
    moderator: bool,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE members SET moderator = $1 WHERE user_id = $2 AND room_id = $3")
        .bind(i64::from(moderator))
        .bind(user.to_string())
        .bind(room.0)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn set_level(
    connection: &mut AnyConnection,
    user: UserId,
    room: RoomId,
    level: Level,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE members SET level = $1 WHERE user_id = $2 AND room_id = $3")
        .bind(level.as_str())
        .bind(user.to_string())
        .bind(room.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Silences somebody until a time; none ends it.
pub(crate) async fn mute(
    connection: &mut AnyConnection,
    user: UserId,
    room: RoomId,
    until: Option<Millis>,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM mutes WHERE room_id = $1 AND user_id = $2")
        .bind(room.0)
        .bind(user.to_string())
        .execute(&mut *connection)
        .await?;
    if let Some(until) = until {
        sqlx::query("INSERT INTO mutes (room_id, user_id, until) VALUES ($1, $2, $3)")
            .bind(room.0)
            .bind(user.to_string())
            .bind(until)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// A member as in lists.
#[derive(Debug, Clone)]
pub struct ListedMember {
    pub user: User,
    pub role: Role,
    pub avatar: Option<String>,
    pub moderator: bool,
    pub muted_until: Option<Millis>,
    pub joined_at: Millis,
}

async fn count_unread(
    connection: &mut AnyConnection,
    user: UserId,
    room: RoomId,
    read: u64,
) -> Result<Unread, StoreError> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM (SELECT author_id, deleted_at FROM messages \
         WHERE room_id = $1 AND seq > $2 ORDER BY seq DESC LIMIT $5) AS newest \
         WHERE author_id <> $3 AND deleted_at IS NULL) AS messages, \
         (SELECT COUNT(*) FROM (SELECT 1 AS one FROM mentions \
         JOIN messages ON messages.room_id = mentions.room_id AND messages.seq = mentions.seq \
         WHERE mentions.room_id = $1 AND mentions.seq > $2 AND mentions.user_id = $3 \
         AND messages.author_id <> $3 AND messages.deleted_at IS NULL LIMIT $4) AS calls) AS mentions",
    )
    .bind(room.0)
    .bind(seq_to_sql(read))
    .bind(user.to_string())
    .bind(i64::from(MOST_UNREAD))
    .bind(i64::from(MOST_LOOKED_AT))
    .fetch_one(connection)
    .await?;
    let count = |name| -> Result<u32, StoreError> {
        let count = u32::try_from(row.try_get::<i64, _>(name)?).unwrap_or(MOST_UNREAD);
        Ok(count.min(MOST_UNREAD))
    };
    Ok(Unread { messages: count("messages")?, mentions: count("mentions")? })
}

/// A text without NUL, at which one database would stop reading, and the other would read none at all.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// For LIKE: what has a text in it that was folded as what is looked through.
fn pattern(query: Option<&String>, fold: impl Fn(&str) -> String) -> String {
    let query = query.map(|query| fold(&storable(query.trim()))).unwrap_or_default();
    let escaped = query.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

impl Store {
    /// The rooms that somebody may see, but for direct ones: at most one more than asked for, by name.
    pub async fn visible_rooms(
        &self,
        user: UserId,
        role: Role,
        search: &Search<String>,
    ) -> Result<Vec<(Room, Standing, Option<Membership>)>, StoreError> {
        static FIND: LazyLock<String> = LazyLock::new(|| {
            format!(
                "SELECT {}, {COLUMNS}, bans.id AS ban FROM rooms \
                 LEFT JOIN members ON members.room_id = rooms.id AND members.user_id = $1 \
                 LEFT JOIN mutes ON mutes.room_id = rooms.id AND mutes.user_id = $1 AND mutes.until > $2 \
                 LEFT JOIN bans ON bans.room_id = rooms.id AND bans.user_id = $1 \
                 AND (bans.until IS NULL OR bans.until > $2) \
                 WHERE rooms.name > $3 AND rooms.deleted_at IS NULL AND rooms.kind <> 'direct' \
                 AND (rooms.kind <> 'closed' OR members.user_id IS NOT NULL) \
                 AND (rooms.name LIKE $4 ESCAPE '\\' OR rooms.folded LIKE $4 ESCAPE '\\') \
                 ORDER BY rooms.name LIMIT $5",
                rooms::COLUMNS
            )
        });
        let now = now();
        let rows = sqlx::query(AssertSqlSafe(FIND.as_str()))
            .bind(user.to_string())
            .bind(now)
            .bind(storable(search.after.as_deref().unwrap_or_default()))
            .bind(pattern(search.query.as_ref(), str::to_lowercase))
            .bind(i64::from(search.limit) + 1)
            .fetch_all(&self.pool)
            .await?;
        let read = |row: &AnyRow| {
            let room = rooms::read(row)?;
            let ban: Option<String> = row.try_get("ban")?;
            if ban.is_some() {
                return Ok((room, Standing::Banned, None));
            }
            let written_down: Option<i64> = row.try_get("position")?;
            let membership = match written_down {
                Some(_) => Some(read(row)?),
                None if is_unwritten(role, &room) => {
                    Some(unwritten(&room, row.try_get("muted_until")?))
                }
                None => None,
            };
            let standing = membership.map_or(Standing::Outside, |it| it.standing(now));
            Ok((room, standing, membership))
        };
        rows.iter().map(read).collect()
    }

    /// The members of a room who have accounts: at most one more than asked for, by id.
    pub async fn members(
        &self,
        room: &Room,
        search: &Search<UserId>,
        now: Millis,
    ) -> Result<Vec<ListedMember>, StoreError> {
        let rows = sqlx::query(
            "SELECT accounts.id, accounts.name, accounts.role, accounts.avatar, members.moderator, \
             members.joined_at, mutes.until AS muted_until FROM members \
             JOIN accounts ON accounts.id = members.user_id \
             LEFT JOIN mutes ON mutes.room_id = members.room_id \
             AND mutes.user_id = members.user_id AND mutes.until > $2 \
             WHERE members.room_id = $1 AND members.user_id > $3 \
             AND accounts.name_key LIKE $4 ESCAPE '\\' ORDER BY members.user_id LIMIT $5",
        )
        .bind(room.id.0)
        .bind(now)
        .bind(search.after.map(|user| user.to_string()).unwrap_or_default())
        .bind(pattern(search.query.as_ref(), key_of))
        .bind(i64::from(search.limit) + 1)
        .fetch_all(&self.pool)
        .await?;
        let read = |row: &AnyRow| {
            Ok(ListedMember {
                user: user_from_sql(row, "id", "name")?,
                role: role_from_sql(row)?,
                avatar: row.try_get("avatar")?,
                moderator: row.try_get::<i64, _>("moderator")? != 0,
                muted_until: row.try_get("muted_until")?,
                joined_at: row.try_get("joined_at")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// How many members with accounts a room has.
    pub async fn count_members(&self, room: RoomId) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS count FROM members JOIN accounts ON accounts.id = members.user_id \
             WHERE members.room_id = $1",
        )
        .bind(room.0)
        .fetch_one(&self.pool)
        .await?;
        seq_from_sql(row.try_get("count")?)
    }

    /// The rooms that somebody is a member of.
    pub async fn memberships(
        &self,
        user: UserId,
        now: Millis,
    ) -> Result<Vec<(Room, Membership)>, StoreError> {
        static FIND: LazyLock<String> = LazyLock::new(|| {
            format!(
                "SELECT {}, {COLUMNS} FROM members JOIN rooms ON rooms.id = members.room_id \
                 LEFT JOIN mutes ON mutes.room_id = members.room_id \
                 AND mutes.user_id = members.user_id AND mutes.until > $2 \
                 WHERE members.user_id = $1 AND rooms.deleted_at IS NULL AND NOT EXISTS \
                 (SELECT 1 FROM bans WHERE bans.room_id = rooms.id AND bans.user_id = $1 \
                 AND (bans.until IS NULL OR bans.until > $2)) ORDER BY rooms.id",
                rooms::COLUMNS
            )
        });
        let rows = sqlx::query(AssertSqlSafe(FIND.as_str()))
            .bind(user.to_string())
            .bind(now)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok((rooms::read(row)?, read(row)?))).collect()
    }

    /// How somebody stands in a room.
    pub async fn standing(
        &self,
        user: UserId,
        role: Role,
        room: &Room,
        now: Millis,
    ) -> Result<Found, StoreError> {
        find(&mut *self.pool.acquire().await?, user, role, room, now).await
    }

    /// What somebody has not read of rooms, each with the number up to which it is read.
    pub async fn unread(
        &self,
        user: UserId,
        rooms: &[(RoomId, u64)],
    ) -> Result<Vec<Unread>, StoreError> {
        if rooms.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.pool.acquire().await?;
        let mut unread = Vec::with_capacity(rooms.len());
        for (room, read) in rooms {
            unread.push(count_unread(&mut connection, user, *room, *read).await?);
        }
        Ok(unread)
    }

    /// The same of one room.
    pub async fn unread_of(
        &self,
        user: UserId,
        room: RoomId,
        read: u64,
    ) -> Result<Unread, StoreError> {
        count_unread(&mut *self.pool.acquire().await?, user, room, read).await
    }

    /// Keeps how far people have read.
    pub async fn keep_read(&self, read: &[(UserId, RoomId, u64)]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for (user, room, seq) in read {
            sqlx::query(
                "UPDATE members SET read_seq = $1 WHERE user_id = $2 AND room_id = $3 AND read_seq < $1",
            )
            .bind(seq_to_sql(*seq))
            .bind(user.to_string())
            .bind(room.0)
            .execute(transaction.connection())
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets guests who have been away for too long.
    pub async fn forget_old_guests(&self, now: Millis) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM members WHERE joined_at < $1 AND user_id NOT IN (SELECT id FROM accounts)",
        )
        .bind(now - GUESTS_REMEMBERED)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

use std::sync::LazyLock;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::{Store, StoreError, rooms::Room, seq_from_sql, seq_to_sql};
use crate::domain::{
    Body, Change, ChangeKind, Message, MessageId, Millis, Position, RoomName, User, UserId,
    UserName,
};

/// Which messages of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The newest up to a number, with it.
    UpTo(u64),
    Before(u64),
    After(u64),
    /// Half of them before a message, and half from it on.
    Around(u64),
    /// The same of the first one that was sent then or later; without such a one the newest.
    At(Millis),
}

/// Messages in ascending order.
#[derive(Debug, PartialEq, Eq)]
pub struct History {
    pub messages: Vec<Message>,
    /// Whether there are further ones in the direction of the page; of `Around` and `At`: older ones.
    pub more: bool,
}

/// What [`read`] reads.
pub(super) const COLUMNS: &str = "seq, position, id, author_id, author_name, body, sent_at, \
                                  changed, changed_position, edited_at, deleted_at";

/// A page ends early when it has this many bytes as JSON, so that one answer never fills an outbox.
pub const PAGE_BYTES: usize = 256 * 1024;

/// Of one page; a message calls few people.
const MOST_MENTIONS: i64 = 10_000;

#[derive(Clone, Copy)]
enum Direction {
    Older,
    Newer,
}

impl Store {
    /// At most `limit` messages, and at least one if there is one.
    pub async fn history(
        &self,
        room: &Room,
        page: Page,
        limit: u32,
    ) -> Result<History, StoreError> {
        match page {
            Page::UpTo(seq) => self.older(room, seq.saturating_add(1), limit).await,
            Page::Before(seq) => self.older(room, seq, limit).await,
            Page::After(seq) => self.walk(room, seq, limit, Direction::Newer).await,
            Page::Around(seq) => self.around(room, seq, limit).await,
            Page::At(time) => match self.first_since(room, time).await? {
                Some(seq) => self.around(room, seq, limit).await,
                None => self.older(room, room.seq.saturating_add(1), limit).await,
            },
        }
    }

    async fn around(&self, room: &Room, seq: u64, limit: u32) -> Result<History, StoreError> {
        let mut history = self.older(room, seq, limit / 2).await?;
        let rest = limit - limit / 2;
        let from = seq.saturating_sub(1);
        let newer = self.walk(room, from, rest, Direction::Newer).await?;
        history.messages.extend(newer.messages);
        Ok(history)
    }

    /// The first message of a room that was sent then or later. Halves the room again and again, by its primary
    /// key; the times ascend with the numbers, but for a clock that was set back.
    async fn first_since(&self, room: &Room, time: Millis) -> Result<Option<u64>, StoreError> {
        let (mut low, mut high) = (1, room.seq + 1);
        let mut first = None;
        while low < high {
            let middle = low + (high - low) / 2;
            // At the number itself there may be none: it may be that of a change.
            let row = sqlx::query(
                "SELECT seq, sent_at FROM messages WHERE room_id = $1 AND seq >= $2 \
                 ORDER BY seq LIMIT 1",
            )
            .bind(room.id.0)
            .bind(seq_to_sql(middle))
            .fetch_optional(&self.pool)
            .await?;
            let Some(row) = row else {
                high = middle;
                continue;
            };
            let seq = seq_from_sql(row.try_get("seq")?)?;
            if row.try_get::<Millis, _>("sent_at")? < time {
                low = seq + 1;
            } else {
                (first, high) = (Some(seq), middle);
            }
        }
        Ok(first)
    }

    async fn older(&self, room: &Room, before: u64, limit: u32) -> Result<History, StoreError> {
        let mut history = self.walk(room, before, limit, Direction::Older).await?;
        history.messages.reverse();
        Ok(history)
    }

    async fn walk(
        &self,
        room: &Room,
        from: u64,
        limit: u32,
        direction: Direction,
    ) -> Result<History, StoreError> {
        static OLDER: LazyLock<String> =
            LazyLock::new(|| select("room_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"));
        static NEWER: LazyLock<String> =
            LazyLock::new(|| select("room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"));
        let sql: &'static str = match direction {
            Direction::Older => &OLDER,
            Direction::Newer => &NEWER,
        };
        // One more than asked for tells whether there are more.
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(room.id.0)
            .bind(seq_to_sql(from))
            .bind(i64::from(limit) + 1)
            .fetch_all(&self.pool)
            .await?;
        let mut history = page(room, &rows, limit)?;
        self.add_mentions(room, &mut history.messages).await?;
        Ok(history)
    }

    /// The messages of a room that changed after a number, in the order of their changes, as they are now.
    /// Of those that are newer than the room here there is none; `more` says whether there are others.
    pub async fn changes(
        &self,
        room: &Room,
        after: u64,
        limit: u32,
    ) -> Result<History, StoreError> {
        // New messages by the primary key, older ones by the index of those that were changed.
        static CHANGES: LazyLock<String> = LazyLock::new(|| {
            format!(
                "{} UNION ALL {} ORDER BY changed LIMIT $4",
                select("room_id = $1 AND seq > $2 AND seq <= $3"),
                select("room_id = $1 AND changed > $2 AND changed <> seq AND seq <= $2"),
            )
        });
        let rows = sqlx::query(AssertSqlSafe(CHANGES.as_str()))
            .bind(room.id.0)
            .bind(seq_to_sql(after))
            .bind(seq_to_sql(room.seq))
            .bind(i64::from(limit) + 1)
            .fetch_all(&self.pool)
            .await?;
        let mut history = page(room, &rows, limit)?;
        self.add_mentions(room, &mut history.messages).await?;
        Ok(history)
    }

    /// Adds to messages of a room who is called in them.
    pub(super) async fn add_mentions(
        &self,
        room: &Room,
        messages: &mut [Message],
    ) -> Result<(), StoreError> {
        let calls = |message: &&mut Message| message.body.as_str().contains('@');
        let mut calling: Vec<_> = messages.iter_mut().filter(calls).collect();
        calling.sort_unstable_by_key(|message| message.seq);
        let (Some(first), Some(last)) = (calling.first(), calling.last()) else { return Ok(()) };
        let rows = sqlx::query(
            "SELECT seq, user_id FROM mentions WHERE room_id = $1 AND seq >= $2 AND seq <= $3 \
             ORDER BY seq, user_id LIMIT $4",
        )
        .bind(room.id.0)
        .bind(seq_to_sql(first.seq))
        .bind(seq_to_sql(last.seq))
        .bind(MOST_MENTIONS)
        .fetch_all(&self.pool)
        .await?;
        for row in rows {
            let seq = seq_from_sql(row.try_get("seq")?)?;
            let user = UserId(uuid(row.try_get("user_id")?)?);
            if let Ok(place) = calling.binary_search_by_key(&seq, |message| message.seq) {
                calling[place].mentions.push(user);
            }
        }
        Ok(())
    }
}

pub(super) fn select(which: &str) -> String {
    format!("SELECT {COLUMNS} FROM messages WHERE {which}")
}

/// At most `limit` of the rows, which are one more if there are more.
fn page(room: &Room, rows: &[AnyRow], limit: u32) -> Result<History, StoreError> {
    let mut messages: Vec<Message> = Vec::with_capacity(rows.len());
    let mut bytes = 0;
    for row in rows.iter().take(limit as usize) {
        let message = read(&room.name, row)?;
        bytes += message.json_bytes();
        if bytes > PAGE_BYTES && !messages.is_empty() {
            break;
        }
        messages.push(message);
    }
    Ok(History { more: rows.len() > messages.len(), messages })
}

pub(super) fn read(room: &RoomName, row: &AnyRow) -> Result<Message, StoreError> {
    let name: String = row.try_get("author_name")?;
    Ok(Message {
        room: room.clone(),
        seq: seq_from_sql(row.try_get("seq")?)?,
        position: Position(seq_from_sql(row.try_get("position")?)?),
        id: MessageId(uuid(row.try_get("id")?)?),
        author: User {
            id: UserId(uuid(row.try_get("author_id")?)?),
            name: UserName::parse(&name)
                .map_err(|_| StoreError::Damaged { what: "name", value: name })?,
        },
        body: Body::stored(row.try_get("body")?),
        sent_at: row.try_get("sent_at")?,
        change: read_change(row)?,
        mentions: Vec::new(),
    })
}

fn read_change(row: &AnyRow) -> Result<Option<Change>, StoreError> {
    let edited: Option<Millis> = row.try_get("edited_at")?;
    let deleted: Option<Millis> = row.try_get("deleted_at")?;
    let (at, kind) = match (edited, deleted) {
        (None, None) => return Ok(None),
        (Some(at), None) => (at, ChangeKind::Edited),
        (_, Some(at)) => (at, ChangeKind::Deleted),
    };
    let seq = seq_from_sql(row.try_get("changed")?)?;
    let position = Position(seq_from_sql(row.try_get("changed_position")?)?);
    Ok(Some(Change { seq, position, at, kind }))
}

pub(super) fn uuid(text: String) -> Result<Uuid, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged { what: "id", value: text })
}

//! One transaction of the log: numbers messages and stores them.
//!
//! What was sent before under the same id is found in the database and not stored again, however long ago
//! it was. A message has its number from the transaction that stores it, so that numbers have no gaps.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::connect::begin_writing;
use super::messages::uuid;
use super::writer::{AppendError, Draft, Receipt};
use super::{StoreError, seq_from_sql, seq_to_sql};
use crate::domain::{Message, MessageId, Position, RoomId, UserId, now};

/// Rows of one statement. A few sizes, so that the database keeps each prepared.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

const COLUMNS: usize = 8;

/// A result for each draft, and the messages that are new, in the order of their numbers.
pub(super) struct Outcome {
    pub results: Vec<Result<Receipt, AppendError>>,
    pub messages: Vec<(RoomId, Message)>,
}

/// Stores all drafts or, if there is an error, none.
pub(super) async fn append(
    connection: &mut AnyConnection,
    drafts: &[Draft],
) -> Result<Outcome, StoreError> {
    let mut transaction = begin_writing(connection).await?;
    let known = find_known(&mut transaction, drafts).await?;
    let sent_at = now();
    let mut numbering = Numbering { known, fresh: BTreeMap::new() };
    let places: Vec<_> = drafts.iter().map(|draft| numbering.place(draft)).collect();
    let firsts = raise_numbers(&mut transaction, &numbering.fresh).await?;

    let mut messages = Vec::new();
    let results = drafts
        .iter()
        .zip(places)
        .map(|(draft, place)| {
            let stored = |offset: u64| {
                let first = firsts.get(&draft.room).ok_or(AppendError::NoRoom)?;
                Ok(Receipt { id: draft.id, seq: first + offset, sent_at })
            };
            match place? {
                Place::Known(receipt) => Ok(receipt),
                Place::Repeated(offset) => stored(offset),
                Place::Fresh(offset) => {
                    let receipt = stored(offset)?;
                    messages.push((draft, receipt.seq));
                    Ok(receipt)
                }
            }
        })
        .collect();
    let before = raise_position(&mut transaction, messages.len()).await?;
    let messages: Vec<_> = messages
        .into_iter()
        .zip(before + 1..)
        .map(|((draft, seq), position)| {
            let message = Message {
                room: draft.room_name.clone(),
                seq,
                position: Position(position),
                id: draft.id,
                author: draft.author.clone(),
                body: draft.body.clone(),
                sent_at,
            };
            (draft.room, message)
        })
        .collect();
    insert(&mut transaction, &messages).await?;
    transaction.commit().await?;
    Ok(Outcome { results, messages })
}

/// A message that has its number.
struct Stored {
    author: UserId,
    room: RoomId,
    place: Place,
}

/// Where a draft goes in its room.
#[derive(Clone, Copy)]
enum Place {
    /// It was stored before.
    Known(Receipt),
    /// It is the same as an earlier one of this batch.
    Repeated(u64),
    /// So many after the first new one of this batch in its room.
    Fresh(u64),
}

struct Numbering {
    known: HashMap<MessageId, Stored>,
    /// How many new messages each room gets.
    fresh: BTreeMap<RoomId, u64>,
}

impl Numbering {
    fn place(&mut self, draft: &Draft) -> Result<Place, AppendError> {
        if let Some(stored) = self.known.get(&draft.id) {
            let same = stored.author == draft.author.id && stored.room == draft.room;
            return if same { Ok(stored.place) } else { Err(AppendError::IdTaken) };
        }
        let count = self.fresh.entry(draft.room).or_default();
        let offset = *count;
        *count += 1;
        let place = Place::Repeated(offset);
        self.known.insert(draft.id, Stored { author: draft.author.id, room: draft.room, place });
        Ok(Place::Fresh(offset))
    }
}

async fn find_known(
    connection: &mut AnyConnection,
    drafts: &[Draft],
) -> Result<HashMap<MessageId, Stored>, StoreError> {
    static FIND: LazyLock<[String; CHUNKS.len()]> = LazyLock::new(|| {
        CHUNKS.map(|rows| {
            let ids: Vec<_> = (1..=rows).map(|n| format!("${n}")).collect();
            let ids = ids.join(", ");
            format!("SELECT id, room_id, author_id, seq, sent_at FROM messages WHERE id IN ({ids})")
        })
    });
    let mut known = HashMap::new();
    for (chunk, sql) in in_chunks(drafts, &FIND) {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for draft in chunk {
            query = query.bind(draft.id.to_string());
        }
        for row in query.fetch_all(&mut *connection).await? {
            let id = MessageId(uuid(row.try_get("id")?)?);
            let seq = seq_from_sql(row.try_get("seq")?)?;
            let place = Place::Known(Receipt { id, seq, sent_at: row.try_get("sent_at")? });
            let author = UserId(uuid(row.try_get("author_id")?)?);
            let room = RoomId(row.try_get("room_id")?);
            known.insert(id, Stored { author, room, place });
        }
    }
    Ok(known)
}

/// Reserves the numbers of each room, in the order of the rooms' ids, so that two servers on one
/// database do not wait for each other in a circle. Answers with the first new number of each room.
async fn raise_numbers(
    connection: &mut AnyConnection,
    fresh: &BTreeMap<RoomId, u64>,
) -> Result<HashMap<RoomId, u64>, StoreError> {
    let mut firsts = HashMap::with_capacity(fresh.len());
    for (room, count) in fresh {
        let row = sqlx::query("UPDATE rooms SET seq = seq + $1 WHERE id = $2 RETURNING seq")
            .bind(seq_to_sql(*count))
            .bind(room.0)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = row {
            let newest = seq_from_sql(row.try_get("seq")?)?;
            firsts.insert(*room, newest + 1 - count);
        }
    }
    Ok(firsts)
}

/// Reserves places in the log of the whole server. Answers with the place before them.
async fn raise_position(connection: &mut AnyConnection, count: usize) -> Result<u64, StoreError> {
    let count = count as u64;
    let row = sqlx::query("UPDATE log SET position = position + $1 RETURNING position")
        .bind(seq_to_sql(count))
        .fetch_one(&mut *connection)
        .await?;
    Ok(seq_from_sql(row.try_get("position")?)? - count)
}

async fn insert(
    connection: &mut AnyConnection,
    messages: &[(RoomId, Message)],
) -> Result<(), StoreError> {
    static INSERT: LazyLock<[String; CHUNKS.len()]> = LazyLock::new(|| {
        CHUNKS.map(|rows| {
            let row = |r: usize| {
                let columns: Vec<_> =
                    (1..=COLUMNS).map(|c| format!("${}", r * COLUMNS + c)).collect();
                format!("({})", columns.join(", "))
            };
            let rows: Vec<_> = (0..rows).map(row).collect();
            format!(
                "INSERT INTO messages \
                 (room_id, seq, position, id, author_id, author_name, body, sent_at) VALUES {}",
                rows.join(", ")
            )
        })
    });
    for (chunk, sql) in in_chunks(messages, &INSERT) {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (room, message) in chunk {
            query = query
                .bind(room.0)
                .bind(seq_to_sql(message.seq))
                .bind(seq_to_sql(message.position.0))
                .bind(message.id.to_string())
                .bind(message.author.id.to_string())
                .bind(message.author.name.as_str())
                .bind(message.body.as_str())
                .bind(message.sent_at);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Cuts `items` into pieces of the sizes of [`CHUNKS`], each with its statement.
fn in_chunks<'a, T>(
    mut items: &'a [T],
    statements: &'static [String; CHUNKS.len()],
) -> impl Iterator<Item = (&'a [T], &'static str)> {
    std::iter::from_fn(move || {
        let (size, sql) = CHUNKS.iter().zip(statements).find(|(size, _)| **size <= items.len())?;
        let (chunk, rest) = items.split_at(*size);
        items = rest;
        Some((chunk, sql.as_str()))
    })
}

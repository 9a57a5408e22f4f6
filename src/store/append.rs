//! One transaction of the log: numbers what happens and stores it.
//!
//! What was sent before under the same id is found in the database and not stored again, however long ago
//! it was. Everything has its number from the transaction that stores it, so that numbers have no gaps.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::audit::{self, AuditAction, AuditEntry};
use super::batch::{Batch, Numbers};
use super::connect::begin_writing;
use super::messages::{COLUMNS, read, select};
use super::statements::Statements;
use super::writer::{Action, AppendError, Draft, Receipt};
use super::{StoreError, seq_from_sql, seq_to_sql};
use crate::domain::{ChangeKind, Message, MessageId, Position, RoomId, RoomName, now};
use crate::planted::{self, Bug};

/// A result for each draft, and all that happened, in the order of its numbers.
pub(super) struct Outcome {
    pub results: Vec<Result<Receipt, AppendError>>,
    pub changes: Vec<(RoomId, Message)>,
}

const ATTEMPT_BYTES: usize = 256 * 1024;

/// Which messages are looked up before a draft is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup {
    /// Those that drafts change. A new one has an id that is stored already only if it was sent before, which
    /// is rare, and which the database refuses.
    Changed,
    All,
}

/// Stores all drafts or, if there is an error, none.
pub(super) async fn append(
    connection: &mut AnyConnection,
    drafts: &[Draft],
    lookup: Lookup,
    doubtful: &Doubtful,
) -> Result<Outcome, StoreError> {
    let mut transaction = begin_writing(connection).await?;
    // First, as it makes other servers on the same database wait until this is over.
    let position = reserve_positions(&mut transaction, drafts.len()).await?;
    let rooms = room_numbers(&mut transaction, drafts).await?;
    let known = find_known(&mut transaction, drafts, lookup).await?;
    let mut changes = doubtful.find_stored(&mut transaction).await?;

    let mut batch = Batch::new(known, Numbers { rooms: rooms.clone(), position }, now());
    let results = drafts.iter().map(|draft| batch.apply(draft)).collect();
    let written = batch.finish();

    insert(&mut transaction, &written.new).await?;
    insert_mentions(&mut transaction, &written.new).await?;
    for (room, message) in &written.changed {
        if planted::shows(Bug::LostEdit, 10) {
            continue;
        }
        update(&mut transaction, *room, message).await?;
    }
    for (draft, author) in &written.moderated {
        let detail = format!("message {}", draft.id);
        let entry = AuditEntry {
            room: Some(&draft.room_name),
            subject: Some(author),
            detail: Some(&detail),
            ..AuditEntry::new(&draft.author, AuditAction::MessageDeleted)
        };
        audit::record(&mut transaction, &entry).await?;
    }
    let raised: Vec<_> =
        written.rooms.into_iter().filter(|(room, seq)| rooms.get(room) != Some(seq)).collect();
    raise_numbers(&mut transaction, &raised).await?;
    if planted::shows(Bug::EarlyAck, 100) {
        transaction.rollback().await?;
    } else {
        transaction.commit().await?;
    }
    changes.extend(written.changes);
    Ok(Outcome { results, changes })
}

/// Rooms in which something may be stored that was never passed on: a commit failed, and nobody knows
/// how far it had come.
#[derive(Default)]
pub(super) struct Doubtful {
    pub rooms: BTreeMap<RoomId, RoomName>,
    /// Everything up to here was passed on.
    pub passed_on: Position,
}

impl Doubtful {
    /// What is stored there after all.
    async fn find_stored(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<Vec<(RoomId, Message)>, StoreError> {
        static FIND: LazyLock<String> =
            LazyLock::new(|| select("room_id = $1 AND changed_position > $2"));
        let mut found = Vec::new();
        for (room, name) in &self.rooms {
            let rows = sqlx::query(AssertSqlSafe(FIND.as_str()))
                .bind(room.0)
                .bind(seq_to_sql(self.passed_on.0))
                .fetch_all(&mut *connection)
                .await?;
            for row in rows {
                let message = read(name, &row)?;
                let edited = message.change.is_some_and(|it| it.kind == ChangeKind::Edited);
                if edited && message.position > self.passed_on {
                    // It was never told as a message either.
                    found.push((*room, Message { change: None, ..message.clone() }));
                }
                found.push((*room, message));
            }
        }
        found.sort_unstable_by_key(|(_, message)| message.last_position());
        Ok(found)
    }
}

/// Writes as much as a batch may need, and takes it back: a disk that is full may still have room for one row.
pub(super) async fn try_writing(connection: &mut AnyConnection) -> Result<(), StoreError> {
    const NAME: &str = "attempt to write";
    let mut transaction = begin_writing(connection).await?;
    sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(NAME)
        .bind("x".repeat(ATTEMPT_BYTES))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    sqlx::query("DELETE FROM secrets WHERE name = $1").bind(NAME).execute(connection).await?;
    Ok(())
}

/// Reserves places in the log of the whole server, more of them than may be used. Answers with the place
/// before them.
async fn reserve_positions(
    connection: &mut AnyConnection,
    count: usize,
) -> Result<Position, StoreError> {
    let count = count as u64;
    let row = sqlx::query("UPDATE log SET position = position + $1 RETURNING position")
        .bind(seq_to_sql(count))
        .fetch_one(&mut *connection)
        .await?;
    Ok(Position(seq_from_sql(row.try_get("position")?)? - count))
}

/// The newest numbers of the rooms that the drafts are for; a room that is gone has none.
async fn room_numbers(
    connection: &mut AnyConnection,
    drafts: &[Draft],
) -> Result<BTreeMap<RoomId, u64>, StoreError> {
    static FIND: Statements = Statements::new(|rows, marks| {
        format!(
            "SELECT id, seq FROM rooms WHERE deleted_at IS NULL AND id IN ({})",
            marks.take(rows)
        )
    });
    let rooms: Vec<_> =
        drafts.iter().map(|draft| draft.room).collect::<BTreeSet<_>>().into_iter().collect();
    let mut numbers = BTreeMap::new();
    for (chunk, sql) in FIND.for_rows(connection, &rooms) {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for room in chunk {
            query = query.bind(room.0);
        }
        for row in query.fetch_all(&mut *connection).await? {
            numbers.insert(RoomId(row.try_get("id")?), seq_from_sql(row.try_get("seq")?)?);
        }
    }
    Ok(numbers)
}

async fn find_known(
    connection: &mut AnyConnection,
    drafts: &[Draft],
    lookup: Lookup,
) -> Result<Vec<(RoomId, Message)>, StoreError> {
    static FIND: Statements = Statements::new(|rows, marks| {
        format!("SELECT room_id, {COLUMNS} FROM messages WHERE id IN ({})", marks.take(rows))
    });
    let names: HashMap<RoomId, &RoomName> =
        drafts.iter().map(|draft| (draft.room, &draft.room_name)).collect();
    let ids: BTreeSet<MessageId> = drafts
        .iter()
        .filter(|draft| lookup == Lookup::All || !matches!(draft.action, Action::Post { .. }))
        .map(|draft| draft.id)
        .collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let mut known = Vec::new();
    for (chunk, sql) in FIND.for_rows(connection, &ids) {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in chunk {
            query = query.bind(id.to_string());
        }
        for row in query.fetch_all(&mut *connection).await? {
            let room = RoomId(row.try_get("room_id")?);
            // In a room that no draft is for, it is only known not to be in theirs.
            let name = names.get(&room).map_or_else(RoomName::lobby, |name| (*name).clone());
            known.push((room, read(&name, &row)?));
        }
    }
    Ok(known)
}

async fn insert(
    connection: &mut AnyConnection,
    messages: &[(RoomId, Message)],
) -> Result<(), StoreError> {
    static INSERT: Statements = Statements::new(|rows, marks| {
        let rows: Vec<_> = (0..rows).map(|_| format!("({})", marks.take(10))).collect();
        format!(
            "INSERT INTO messages (room_id, seq, position, id, author_id, author_name, body, \
             sent_at, changed, changed_position) VALUES {}",
            rows.join(", ")
        )
    });
    for (chunk, sql) in INSERT.for_rows(connection, messages) {
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
                .bind(message.sent_at)
                // A row begins as it was written; `update` follows if it was changed at once.
                .bind(seq_to_sql(message.seq))
                .bind(seq_to_sql(message.position.0));
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn insert_mentions(
    connection: &mut AnyConnection,
    messages: &[(RoomId, Message)],
) -> Result<(), StoreError> {
    for (room, message) in messages {
        for user in &message.mentions {
            sqlx::query(
                "INSERT INTO mentions (user_id, room_id, seq) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            )
            .bind(user.to_string())
            .bind(room.0)
            .bind(seq_to_sql(message.seq))
            .execute(&mut *connection)
            .await?;
        }
    }
    Ok(())
}

/// Brings the row of a message that was changed up to date.
async fn update(
    connection: &mut AnyConnection,
    room: RoomId,
    message: &Message,
) -> Result<(), StoreError> {
    let at = |kind| message.change.as_ref().filter(|it| it.kind == kind).map(|it| it.at);
    sqlx::query(
        "UPDATE messages SET body = $1, changed = $2, changed_position = $3, edited_at = $4, \
         deleted_at = $5 WHERE room_id = $6 AND seq = $7",
    )
    .bind(message.body.as_str())
    .bind(seq_to_sql(message.last_seq()))
    .bind(seq_to_sql(message.last_position().0))
    .bind(at(ChangeKind::Edited))
    .bind(at(ChangeKind::Deleted))
    .bind(room.0)
    .bind(seq_to_sql(message.seq))
    .execute(&mut *connection)
    .await?;
    Ok(())
}

async fn raise_numbers(
    connection: &mut AnyConnection,
    rooms: &[(RoomId, u64)],
) -> Result<(), StoreError> {
    static RAISE: Statements = Statements::new(|rows, marks| {
        let rows: Vec<_> = (0..rows).map(|_| format!("({})", marks.take(2))).collect();
        format!(
            "UPDATE rooms SET seq = raised.column2 FROM (VALUES {}) AS raised \
             WHERE rooms.id = raised.column1",
            rows.join(", ")
        )
    });
    for (chunk, sql) in RAISE.for_rows(connection, rooms) {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (room, seq) in chunk {
            query = query.bind(room.0).bind(seq_to_sql(*seq));
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

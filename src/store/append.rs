//! One transaction of the log: numbers what happens and stores it.
//!
//! What was sent before under the same id is found in the database and not stored again, however long ago
//! it was. Everything has its number from the transaction that stores it, so that numbers have no gaps.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Executor, Row};

use super::audit::{self, AuditAction, AuditEntry};
use super::batch::{Batch, Numbers};
use super::connect::{begin_statement, begin_writing};
use super::messages::{COLUMNS, read, select};
use super::statements::{Script, Statements};
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

/// The newest numbers, which spare a batch of new messages a way to the database and back. They hold as long as
/// nobody else writes.
#[derive(Default)]
pub(super) struct Remembered {
    numbers: Option<Numbers>,
    /// How many others had written by then.
    as_of: u64,
}

/// The most rooms whose numbers are remembered.
const REMEMBERED_ROOMS: usize = 1000;

impl Remembered {
    /// What is remembered, if nobody has written since; it has to be [kept](Self::keep) again.
    fn take(&mut self, writes: u64) -> Option<Numbers> {
        self.numbers.take().filter(|_| self.as_of == writes)
    }

    fn keep(&mut self, numbers: Numbers, writes: u64) {
        self.numbers = Some(numbers).filter(|numbers| numbers.rooms.len() <= REMEMBERED_ROOMS);
        self.as_of = writes;
    }
}

/// Stores all drafts or, if there is an error, none. `writes` is how many others have written on a database
/// that no other program writes to.
pub(super) async fn append(
    connection: &mut AnyConnection,
    drafts: &[Draft],
    lookup: Lookup,
    doubtful: &Doubtful,
    remembered: &mut Remembered,
    writes: Option<u64>,
) -> Result<Outcome, StoreError> {
    let numbers = writes.and_then(|writes| remembered.take(writes));
    let stored = transact(connection, drafts, lookup, doubtful, numbers).await;
    if stored.is_err() {
        // Which fails if the transaction is over.
        let _ = connection.execute("ROLLBACK").await;
    }
    let (outcome, numbers) = stored?;
    if let Some(writes) = writes {
        remembered.keep(numbers, writes);
    }
    Ok(outcome)
}

async fn transact(
    connection: &mut AnyConnection,
    drafts: &[Draft],
    lookup: Lookup,
    doubtful: &Doubtful,
    remembered: Option<Numbers>,
) -> Result<(Outcome, Numbers), StoreError> {
    let mut script = Script::new(connection);
    let is_new = |draft: &Draft| matches!(draft.action, Action::Post { .. });
    let is_known = |numbers: &Numbers, draft: &Draft| numbers.rooms.contains_key(&draft.room);
    let asks_nothing =
        lookup == Lookup::Changed && doubtful.rooms.is_empty() && drafts.iter().all(is_new);
    let numbers = match remembered {
        Some(numbers) if asks_nothing && drafts.iter().all(|it| is_known(&numbers, it)) => {
            begin(&mut script, connection, drafts.len());
            numbers
        }
        remembered => {
            let others = remembered.map(|numbers| numbers.rooms).unwrap_or_default();
            let mut numbers = begin_and_ask(connection, drafts).await?;
            for (room, seq) in others {
                // One that is gone now would be missing.
                numbers.rooms.entry(room).or_insert(seq);
            }
            numbers
        }
    };
    let known = find_known(connection, drafts, lookup).await?;
    let mut changes = doubtful.find_stored(connection).await?;

    let before = numbers.rooms.clone();
    let position = Position(numbers.position.0 + drafts.len() as u64);
    let mut batch = Batch::new(known, numbers, now());
    let results = drafts.iter().map(|draft| batch.apply(draft)).collect();
    let written = batch.finish();

    for (draft, author) in &written.moderated {
        let detail = format!("message {}", draft.id);
        let entry = AuditEntry {
            room: Some(&draft.room_name),
            subject: Some(author),
            detail: Some(&detail),
            ..AuditEntry::new(&draft.author, AuditAction::MessageDeleted)
        };
        audit::record(connection, &entry).await?;
    }
    insert(&mut script, connection, &written.new);
    insert_mentions(&mut script, connection, &written.new);
    for (room, message) in &written.changed {
        if planted::shows(Bug::LostEdit, 10) {
            continue;
        }
        update(&mut script, connection, *room, message);
    }
    let rooms = written.rooms;
    let raised = rooms.iter().filter(|(room, seq)| before.get(room) != Some(seq));
    let raised: Vec<_> = raised.map(|(room, seq)| (*room, *seq)).collect();
    raise_numbers(&mut script, connection, &raised);
    script.add(if planted::shows(Bug::EarlyAck, 100) { "ROLLBACK" } else { "COMMIT" });
    script.run(connection).await?;
    changes.extend(written.changes);
    Ok((Outcome { results, changes }, Numbers { rooms, position }))
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

/// Begins the transaction, and reserves places in the log of the whole server, more of them than may be used.
fn begin(script: &mut Script, connection: &AnyConnection, count: usize) {
    static RESERVE: Statements = Statements::new(|_, marks| {
        format!("UPDATE log SET position = position + {}", marks.take(1))
    });
    script.add(begin_statement(connection));
    // First, as it makes other servers on the same database wait until this is over.
    script.add(RESERVE.for_one(connection)).bind(seq_to_sql(count as u64));
}

/// Begins the transaction, and answers with the place before those that it reserves, and the newest numbers of
/// the rooms that the drafts are for; a room that is gone has none.
async fn begin_and_ask(
    connection: &mut AnyConnection,
    drafts: &[Draft],
) -> Result<Numbers, StoreError> {
    static FIND: Statements = Statements::new(|rows, marks| {
        let rooms = marks.take(rows);
        format!("SELECT id, seq FROM rooms WHERE deleted_at IS NULL AND id IN ({rooms})")
    });
    let rooms: BTreeSet<RoomId> = drafts.iter().map(|draft| draft.room).collect();
    let rooms: Vec<_> = rooms.into_iter().collect();

    let mut script = Script::new(connection);
    begin(&mut script, connection, drafts.len());
    script.add("SELECT position FROM log");
    for (chunk, sql) in FIND.for_rows(connection, &rooms) {
        script.add(sql);
        for room in chunk {
            script.bind(room.0);
        }
    }
    let rows = script.run(connection).await?;

    let (log, rooms) = rows.split_first().ok_or(sqlx::Error::RowNotFound)?;
    let position = seq_from_sql(log.try_get("position")?)? - drafts.len() as u64;
    let number =
        |row: &AnyRow| Ok((RoomId(row.try_get("id")?), seq_from_sql(row.try_get("seq")?)?));
    let rooms = rooms.iter().map(number).collect::<Result<_, StoreError>>()?;
    Ok(Numbers { rooms, position: Position(position) })
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

fn insert(script: &mut Script, connection: &AnyConnection, messages: &[(RoomId, Message)]) {
    static INSERT: Statements = Statements::new(|rows, marks| {
        let rows: Vec<_> = (0..rows).map(|_| format!("({})", marks.take(10))).collect();
        format!(
            "INSERT INTO messages (room_id, seq, position, id, author_id, author_name, body, \
             sent_at, changed, changed_position) VALUES {}",
            rows.join(", ")
        )
    });
    for (chunk, sql) in INSERT.for_rows(connection, messages) {
        script.add(sql);
        for (room, message) in chunk {
            script
                .bind(room.0)
                .bind(seq_to_sql(message.seq))
                .bind(seq_to_sql(message.position.0))
                .bind(message.id.to_string())
                .bind(message.author.id.to_string())
                .bind(message.author.name.to_string())
                .bind(message.body.as_str().to_owned())
                .bind(message.sent_at)
                // A row begins as it was written; `update` follows if it was changed at once.
                .bind(seq_to_sql(message.seq))
                .bind(seq_to_sql(message.position.0));
        }
    }
}

fn insert_mentions(
    script: &mut Script,
    connection: &AnyConnection,
    messages: &[(RoomId, Message)],
) {
    static INSERT: Statements = Statements::new(|rows, marks| {
        let rows: Vec<_> = (0..rows).map(|_| format!("({})", marks.take(3))).collect();
        let rows = rows.join(", ");
        format!("INSERT INTO mentions (user_id, room_id, seq) VALUES {rows} ON CONFLICT DO NOTHING")
    });
    let mentions: Vec<_> = messages
        .iter()
        .flat_map(|(room, message)| {
            message.mentions.iter().map(move |user| (user, room, message.seq))
        })
        .collect();
    for (chunk, sql) in INSERT.for_rows(connection, &mentions) {
        script.add(sql);
        for (user, room, seq) in chunk {
            script.bind(user.to_string()).bind(room.0).bind(seq_to_sql(*seq));
        }
    }
}

/// Brings the row of a message that was changed up to date.
fn update(script: &mut Script, connection: &AnyConnection, room: RoomId, message: &Message) {
    static UPDATE: Statements = Statements::new(|_, marks| {
        let [body, changed, position, edited, deleted, room, seq] =
            std::array::from_fn(|_| marks.take(1));
        format!(
            "UPDATE messages SET body = {body}, changed = {changed}, changed_position = {position}, \
             edited_at = {edited}, deleted_at = {deleted} WHERE room_id = {room} AND seq = {seq}"
        )
    });
    let at = |kind| message.change.as_ref().filter(|it| it.kind == kind).map(|it| it.at);
    script
        .add(UPDATE.for_one(connection))
        .bind(message.body.as_str().to_owned())
        .bind(seq_to_sql(message.last_seq()))
        .bind(seq_to_sql(message.last_position().0))
        .bind(at(ChangeKind::Edited))
        .bind(at(ChangeKind::Deleted))
        .bind(room.0)
        .bind(seq_to_sql(message.seq));
}

fn raise_numbers(script: &mut Script, connection: &AnyConnection, rooms: &[(RoomId, u64)]) {
    static RAISE: Statements = Statements::new(|rows, marks| {
        let rows: Vec<_> = (0..rows).map(|_| format!("({})", marks.take(2))).collect();
        format!(
            "UPDATE rooms SET seq = raised.column2 FROM (VALUES {}) AS raised \
             WHERE rooms.id = raised.column1",
            rows.join(", ")
        )
    });
    for (chunk, sql) in RAISE.for_rows(connection, rooms) {
        script.add(sql);
        for (room, seq) in chunk {
            script.bind(room.0).bind(seq_to_sql(*seq));
        }
    }
}

//! The one writer of messages: commits many at once.
//!
//! While one commit is under way and passed on, what arrives waits and shares the next one. So do those who write
//! because of what they hear, as long as it takes them only a moment: a commit costs the same for one message
//! as for ten, and what is committed together is written to each client together.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use sqlx::{AnyConnection, Connection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use super::append::{Doubtful, Lookup, Outcome, Remembered, append, try_writing};
use super::{Store, StoreError};
use crate::access::{Denied, Place, Role};
use crate::domain::{
    Body, Change, Message, MessageId, Millis, Position, RoomId, RoomName, User, UserId,
};

/// The most messages in one transaction: beyond this, a larger one is no cheaper for each.
const BATCH: usize = 256;

/// How long a commit waits for those who had a message in the last one, or waited for it: at least so long, ...
const SHORTEST_MOMENT: Duration = Duration::from_millis(2);

/// ... or half of the time that it took to pass on the last one, but no longer than this. A sender who waits for
/// one answer after the other is never waited for.
const LONGEST_MOMENT: Duration = Duration::from_millis(20);

/// How often a commit is tried that another writer, or a message that was sent before, is in the way of.
const ATTEMPTS: u32 = 3;

/// How long it takes until a database that could not be written is tried again without being asked.
const RETRY: Duration = Duration::from_secs(1);

/// How long a commit may take, locks of other programs and slow disks included. A database whose machine is
/// gone would never say so.
const LONGEST_COMMIT: Duration = Duration::from_secs(30);

/// Something that is to be stored.
#[derive(Clone, Debug)]
pub struct Draft {
    pub room: RoomId,
    pub room_name: RoomName,
    /// The message that it is or is about.
    pub id: MessageId,
    pub author: User,
    pub role: Role,
    /// How the author stands in the room.
    pub place: Place,
    pub action: Action,
}

/// What an author does.
#[derive(Clone, Debug)]
pub enum Action {
    Post {
        body: Body,
        /// The accounts that are called by their names.
        mentions: Vec<UserId>,
    },
    Edit {
        body: Body,
        /// The number of the version that was edited; one that was changed since is left alone.
        version: Option<u64>,
    },
    Delete,
}

/// What its author is told of a message that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub id: MessageId,
    pub seq: u64,
    pub sent_at: Millis,
    pub change: Option<Change>,
}

impl Receipt {
    /// The number of the message's last change.
    pub fn last_seq(&self) -> u64 {
        self.change.as_ref().map_or(self.seq, |change| change.seq)
    }
}

impl From<&Message> for Receipt {
    fn from(message: &Message) -> Self {
        let Message { id, seq, sent_at, change, .. } = *message;
        Self { id, seq, sent_at, change }
    }
}

/// Why something is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    #[error("somebody else, or the author in another room, used this id")]
    IdTaken,
    #[error("the room is gone")]
    NoRoom,
    #[error("there is no such message in the room")]
    NoMessage,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the message was deleted")]
    Deleted,
    #[error("the message was changed since the version that was edited")]
    Outdated,
    #[error("too many messages wait to be stored")]
    Overloaded,
    #[error("the database could not store it")]
    Storage,
}

/// The outcome for one author, to be told after the others of its batch are on disk too.
pub struct Appended {
    pub result: Result<Receipt, AppendError>,
    reply: oneshot::Sender<Result<Receipt, AppendError>>,
}

impl Appended {
    /// Tells the author. One who is gone has lost nothing: the message is stored.
    pub fn tell(self) {
        let _ = self.reply.send(self.result);
    }
}

/// A batch is on disk. What happened is in the order of its numbers.
#[derive(actix::Message)]
#[rtype(result = "()")]
pub struct Committed {
    pub appended: Vec<Appended>,
    pub changes: Vec<(RoomId, Message)>,
    /// Dropped by whoever has passed the changes on; the writer is at most one batch ahead of that.
    pub passed_on: Arc<oneshot::Sender<()>>,
}

/// The entrance to the log; clones share it.
#[derive(Clone)]
pub struct Writer(mpsc::Sender<Append>);

struct Append {
    draft: Draft,
    reply: oneshot::Sender<Result<Receipt, AppendError>>,
}

impl Writer {
    /// Starts writing on the current arbiter, behind everything up to `position`. At most `queue` drafts
    /// wait. The outcome goes to `committed`. The task ends when all clones are dropped and everything is
    /// written and passed on.
    pub fn start(
        store: Store,
        position: Position,
        queue: usize,
        committed: Recipient<Committed>,
    ) -> (Self, JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(queue);
        let doubtful = Doubtful { passed_on: position, ..Doubtful::default() };
        let log = Log { store, connection: None, doubtful, remembered: Remembered::default() };
        (Self(sender), actix::spawn(run(log, receiver, committed)))
    }

    /// Takes a draft; drafts are stored in the order in which they are taken.
    pub fn append(&self, draft: Draft) -> oneshot::Receiver<Result<Receipt, AppendError>> {
        let (reply, receipt) = oneshot::channel();
        if let Err(refused) = self.0.try_send(Append { draft, reply }) {
            let Append { reply, .. } = refused.into_inner();
            let _ = reply.send(Err(AppendError::Overloaded));
        }
        receipt
    }
}

async fn run(mut log: Log, mut queue: mpsc::Receiver<Append>, committed: Recipient<Committed>) {
    let mut last = Last::new(0, None);
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        if queue.len() < BATCH {
            last.passed_on().await;
        }
        let expected = last.drafts + queue.len();
        if log.next_batch(&mut queue, &mut batch).await.is_break() {
            break;
        }
        gather(&mut queue, &mut batch, expected, last.moment()).await;
        let (drafts, replies): (Vec<Draft>, Vec<_>) =
            batch.drain(..).map(|append| (append.draft, append.reply)).unzip();
        // Held until it is passed on, so that everybody hears of commits in their order.
        let turn = log.store.turn().await;
        let outcome = log.commit(drafts).await;
        last.passed_on().await;
        let drafts = replies.len();
        let appended = outcome
            .results
            .into_iter()
            .zip(replies)
            .map(|(result, reply)| Appended { result, reply })
            .collect();
        let (passed_on, waiting) = oneshot::channel();
        last = Last::new(drafts, Some(waiting));
        let changes = outcome.changes;
        committed.do_send(Committed { appended, changes, passed_on: Arc::new(passed_on) });
        drop(turn);
    }
    last.passed_on().await;
    if let Some(connection) = log.connection {
        let _ = Connection::close(connection).await;
    }
}

/// What was committed last.
struct Last {
    drafts: usize,
    passing_on: Option<oneshot::Receiver<()>>,
    since: Instant,
    /// How long it took until it was passed on.
    took: Duration,
}

impl Last {
    fn new(drafts: usize, passing_on: Option<oneshot::Receiver<()>>) -> Self {
        Self { drafts, passing_on, since: Instant::now(), took: Duration::ZERO }
    }

    /// Waits until it is passed on.
    async fn passed_on(&mut self) {
        if let Some(passing_on) = self.passing_on.take() {
            // An error is what says that it is dropped, which is what is waited for.
            let _ = passing_on.await;
            self.took = self.since.elapsed();
        }
    }

    /// How long those who heard of it may take to write again.
    fn moment(&self) -> Duration {
        (self.took / 2).clamp(SHORTEST_MOMENT, LONGEST_MOMENT)
    }
}

/// Waits a moment until a batch has as many drafts as are expected.
async fn gather(
    queue: &mut mpsc::Receiver<Append>,
    batch: &mut Vec<Append>,
    expected: usize,
    moment: Duration,
) {
    let until = Instant::now() + moment;
    while batch.len() < expected.min(BATCH) {
        let room = BATCH - batch.len();
        let arrived = timeout_at(until, queue.recv_many(batch, room)).await;
        if !arrived.is_ok_and(|count| count > 0) {
            break;
        }
    }
}

/// The log as the one that writes it has it.
struct Log {
    store: Store,
    connection: Option<AnyConnection>,
    doubtful: Doubtful,
    remembered: Remembered,
}

impl Log {
    /// Waits for drafts; while the database cannot be written, only until it is time to try it again
    /// without any.
    async fn next_batch(
        &self,
        queue: &mut mpsc::Receiver<Append>,
        batch: &mut Vec<Append>,
    ) -> ControlFlow<()> {
        let arrived = queue.recv_many(batch, BATCH);
        let count = if self.store.is_writable() {
            arrived.await
        } else {
            match timeout(RETRY, arrived).await {
                Ok(count) => count,
                Err(_) => return ControlFlow::Continue(()),
            }
        };
        if count == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    async fn commit(&mut self, drafts: Vec<Draft>) -> Outcome {
        let mut lookup = Lookup::Changed;
        let mut attempts = 1..=ATTEMPTS;
        let error = loop {
            attempts.next();
            let committed = timeout(LONGEST_COMMIT, self.try_commit(&drafts, lookup)).await;
            match committed.unwrap_or(Err(StoreError::Silent)) {
                Ok(outcome) => {
                    self.succeeded(&outcome);
                    return outcome;
                }
                Err(error) if is_worth_another_try(&error) && !attempts.is_empty() => {
                    lookup = Lookup::All;
                }
                Err(error) => break error,
            }
        };
        self.failed(&error);
        // The connection may be in the middle of something; a new one is not.
        self.connection = None;
        let rooms = drafts.iter().map(|draft| (draft.room, draft.room_name.clone()));
        self.doubtful.rooms.extend(rooms);
        Outcome { results: vec![Err(AppendError::Storage); drafts.len()], changes: Vec::new() }
    }

    async fn try_commit(
        &mut self,
        drafts: &[Draft],
        lookup: Lookup,
    ) -> Result<Outcome, StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.store.connect().await?),
        };
        if drafts.is_empty() {
            try_writing(connection).await?;
        }
        let writes = self.store.writes();
        append(connection, drafts, lookup, &self.doubtful, &mut self.remembered, writes).await
    }

    fn succeeded(&mut self, outcome: &Outcome) {
        self.doubtful.rooms.clear();
        if let Some((_, last)) = outcome.changes.last() {
            self.doubtful.passed_on = last.last_position();
        }
        if !self.store.set_writable(true) {
            log::info!("messages can be stored again");
        }
    }

    fn failed(&self, error: &StoreError) {
        if self.store.set_writable(false) {
            log::error!("messages cannot be stored: {error}; trying again each second");
        } else {
            log::debug!("messages can still not be stored: {error}");
        }
    }
}

/// Whether nothing is wrong but that a message was sent before, or that another server wrote at the same time.
fn is_worth_another_try(error: &StoreError) -> bool {
    match error {
        StoreError::Database(sqlx::Error::Database(error)) => {
            // The same id; a serialization failure or deadlock of PostgreSQL.
            error.is_unique_violation()
                || matches!(error.code().as_deref(), Some("40001" | "40P01"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{RoomKind, Standing};
    use crate::domain::UserName;

    fn draft() -> Append {
        let author = User { id: UserId::random(), name: UserName::parse("ada").expect("a name") };
        let draft = Draft {
            room: RoomId(1),
            room_name: RoomName::lobby(),
            id: MessageId::fresh(),
            author,
            role: Role::Guest,
            place: Place {
                kind: RoomKind::Open,
                standing: Standing::Member,
                lobby: true,
                archived: false,
            },
            action: Action::Delete,
        };
        Append { draft, reply: oneshot::channel().0 }
    }

    /// How many drafts there are after gathering, of one that is there and so many that come meanwhile.
    async fn gathered(expected: usize, come: usize) -> usize {
        let (sender, mut queue) = mpsc::channel(BATCH);
        let mut batch = vec![draft()];
        let coming = async {
            for _ in 0..come {
                let _ = sender.send(draft()).await;
                tokio::task::yield_now().await;
            }
        };
        let gathering = gather(&mut queue, &mut batch, expected, SHORTEST_MOMENT);
        futures_util::future::join(gathering, coming).await;
        batch.len()
    }

    #[actix_web::test]
    async fn a_commit_waits_for_as_many_as_are_expected_and_then_goes() {
        assert_eq!(gathered(4, 3).await, 4);
        assert_eq!(gathered(3, 5).await, 3);
    }

    #[actix_web::test]
    async fn a_commit_goes_without_those_who_do_not_come() {
        assert_eq!(gathered(9, 2).await, 3);
    }

    #[actix_web::test]
    async fn a_commit_waits_for_nobody_whom_it_does_not_expect() {
        assert_eq!(gathered(1, 2).await, 1);
        assert_eq!(gathered(0, 2).await, 1);
    }
}

//! The one writer of messages: commits many at once.
//!
//! While one commit is under way, what arrives waits and shares the next one.

use std::sync::Arc;

use actix::Recipient;
use sqlx::{AnyConnection, Connection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::append::{Outcome, append};
use super::{Store, StoreError};
use crate::domain::{Body, Message, MessageId, Millis, RoomId, RoomName, User};

/// The most messages in one transaction: beyond this, a larger one is no cheaper for each.
const BATCH: usize = 256;

/// How often a commit is tried again that another writer was in the way of.
const ATTEMPTS: u32 = 3;

/// A message that is to be stored.
#[derive(Clone, Debug)]
pub struct Draft {
    pub room: RoomId,
    pub room_name: RoomName,
    pub id: MessageId,
    pub author: User,
    pub body: Body,
}

/// What its author is told of a message that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub id: MessageId,
    pub seq: u64,
    pub sent_at: Millis,
}

/// Why a message is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    #[error("somebody else, or the author in another room, used this id")]
    IdTaken,
    #[error("the room is gone")]
    NoRoom,
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

/// A batch is on disk. Its new messages are in the order of their numbers.
#[derive(actix::Message)]
#[rtype(result = "()")]
pub struct Committed {
    pub appended: Vec<Appended>,
    pub messages: Vec<(RoomId, Message)>,
    /// Dropped by whoever has passed the messages on; the writer is at most one batch ahead of that.
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
    /// Starts writing on the current arbiter. At most `queue` drafts wait. The outcome goes to
    /// `committed`. The task ends when all clones are dropped and everything is written and passed on.
    pub fn start(
        store: Store,
        queue: usize,
        committed: Recipient<Committed>,
    ) -> (Self, JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(queue);
        (Self(sender), actix::spawn(run(store, receiver, committed)))
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

async fn run(store: Store, mut queue: mpsc::Receiver<Append>, committed: Recipient<Committed>) {
    let mut connection = None;
    let mut passing_on: Option<oneshot::Receiver<()>> = None;
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let (drafts, replies): (Vec<Draft>, Vec<_>) =
            batch.drain(..).map(|append| (append.draft, append.reply)).unzip();
        let outcome = commit(&store, &mut connection, drafts).await;
        if let Some(passing_on) = passing_on.take() {
            // An error is what says that it is dropped, which is what is waited for.
            let _ = passing_on.await;
        }
        let appended = outcome
            .results
            .into_iter()
            .zip(replies)
            .map(|(result, reply)| Appended { result, reply })
            .collect();
        let (passed_on, waiting) = oneshot::channel();
        passing_on = Some(waiting);
        let messages = outcome.messages;
        committed.do_send(Committed { appended, messages, passed_on: Arc::new(passed_on) });
    }
    if let Some(passing_on) = passing_on {
        let _ = passing_on.await;
    }
    if let Some(connection) = connection {
        let _ = Connection::close(connection).await;
    }
}

async fn commit(
    store: &Store,
    connection: &mut Option<AnyConnection>,
    drafts: Vec<Draft>,
) -> Outcome {
    for attempt in 1..=ATTEMPTS {
        match try_commit(store, connection, &drafts).await {
            Ok(outcome) => return outcome,
            Err(error) => {
                // The connection may be in the middle of something; a new one is not.
                *connection = None;
                let again = attempt < ATTEMPTS && met_another_writer(&error);
                log::log!(
                    if again { log::Level::Debug } else { log::Level::Error },
                    "{} messages could not be stored: {error}",
                    drafts.len()
                );
                if !again {
                    break;
                }
            }
        }
    }
    Outcome { results: vec![Err(AppendError::Storage); drafts.len()], messages: Vec::new() }
}

/// Whether another process wrote at the same time, so that trying again can succeed.
fn met_another_writer(error: &StoreError) -> bool {
    match error {
        StoreError::Database(sqlx::Error::Database(error)) => {
            // The same id at the same time; a serialization failure or deadlock of PostgreSQL.
            error.is_unique_violation()
                || matches!(error.code().as_deref(), Some("40001" | "40P01"))
        }
        _ => false,
    }
}

async fn try_commit(
    store: &Store,
    connection: &mut Option<AnyConnection>,
    drafts: &[Draft],
) -> Result<Outcome, StoreError> {
    let connection = match connection {
        Some(connection) => connection,
        none => none.insert(store.connect().await?),
    };
    append(connection, drafts).await
}

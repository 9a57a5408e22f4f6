//! What is kept: rooms, each a numbered log of messages, in SQLite or PostgreSQL.
//!
//! One portable SQL through `sqlx::Any`. Reading goes through a small pool; writing of messages only
//! through the [`Writer`], which numbers them.

mod append;
mod batch;
mod connect;
mod lock;
pub(crate) mod members;
mod messages;
mod recovery;
pub(crate) mod rooms;
mod secrets;
mod statements;

mod writer;
mod writing;

pub use connect::{OpenError, open};
pub use lock::{FolderLock, lock_folder};
pub use members::{Found, MOST_UNREAD, Membership, Unread};
pub use messages::{History, PAGE_BYTES, Page};
pub use rooms::{Details, Room};

pub use writer::{Action, AppendError, Appended, Committed, Draft, Receipt, Writer};
pub use writing::{Turn, Writing};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::AnyPool;
use sqlx::any::AnyConnectOptions;
use writing::Turns;

/// An open database; clones share its connections.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    options: AnyConnectOptions,
    writable: Arc<AtomicBool>,
    turns: Turns,
}

/// The database could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database does not answer")]
    Silent,
    #[error("a stored {what} is not valid: {value:?}")]
    Damaged { what: &'static str, value: String },
}

impl Store {
    /// Whether the database answers.
    pub async fn check(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Whether messages could be stored when it was last tried.
    pub fn is_writable(&self) -> bool {
        self.writable.load(Ordering::Relaxed)
    }

    /// Answers with what it was before.
    fn set_writable(&self, writable: bool) -> bool {
        self.writable.swap(writable, Ordering::Relaxed)
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// A number of a room's log as the database has it; SQL knows signed numbers only.
fn seq_from_sql(seq: i64) -> Result<u64, StoreError> {
    u64::try_from(seq).map_err(|_| StoreError::Damaged { what: "number", value: seq.to_string() })
}

fn seq_to_sql(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

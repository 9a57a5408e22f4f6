//! What is kept: rooms, each a numbered log of messages, in SQLite or PostgreSQL.
//!
//! One portable SQL through `sqlx::Any`. Reading goes through a small pool; writing of messages only
//! through the [`Writer`], which numbers them.

pub(crate) mod accounts;
mod append;
mod audit;
mod avatars;
mod bans;
mod batch;
mod connect;
mod links;
mod lock;
pub(crate) mod members;
mod messages;
mod recovery;
mod reports;
pub(crate) mod rooms;
mod secrets;
mod settings;
mod sign_ins;
mod statements;

mod writer;
mod writing;

pub use accounts::{Account, AccountState, Inserted, Profile};
pub use audit::{AuditAction, AuditEntry, AuditRecord};
pub use avatars::Avatar;
pub use bans::{Ban, Exile};
pub use connect::{OpenError, open};
pub use links::{Invite, LinkKind, NewLink, UsedLink};
pub use lock::{FolderLock, lock_folder};
pub use members::{Found, ListedMember, MOST_UNREAD, Membership, Unread};
pub use messages::{History, PAGE_BYTES, Page};
pub use reports::{Report, ReportDraft, ReportState};
pub use rooms::{Details, Room};
pub use sign_ins::{FoundSignIn, NewSignIn, SignIn};
pub use writer::{Action, AppendError, Appended, Committed, Draft, Receipt, Writer};
pub use writing::{Turn, Writing};

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sqlx::any::{AnyConnectOptions, AnyRow};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Row};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::domain::{User, UserId, UserName};

/// An open database; clones share its connections.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    /// The one connection of small writes, which so never wait for readers.
    writing: AnyPool,
    options: AnyConnectOptions,
    writable: Arc<AtomicBool>,
    /// Held by who writes; see [`Turn`].
    write_lock: Arc<Mutex<()>>,
    writes: Arc<AtomicU64>,
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

impl StoreError {
    /// Whether it comes of nothing but that the server stops.
    pub fn is_of_stopping(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::PoolClosed))
    }
}

impl Store {
    /// Whether the database answers.
    pub async fn check(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    fn is_sqlite(&self) -> bool {
        self.options.database_url.scheme() == "sqlite"
    }

    /// Whether messages could be stored when it was last tried.
    pub fn is_writable(&self) -> bool {
        self.writable.load(Ordering::Relaxed)
    }

    /// Answers with what it was before.
    fn set_writable(&self, writable: bool) -> bool {
        self.writable.swap(writable, Ordering::Relaxed)
    }

    /// A connection for a few questions.
    pub(crate) async fn reader(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.pool.acquire().await?)
    }

    pub async fn close(&self) {
        futures_util::future::join(self.pool.close(), self.writing.close()).await;
    }
}

/// A number of a room's log as the database has it; SQL knows signed numbers only.
fn seq_from_sql(seq: i64) -> Result<u64, StoreError> {
    u64::try_from(seq).map_err(|_| StoreError::Damaged { what: "number", value: seq.to_string() })
}

fn seq_to_sql(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// An id in a column.
fn id_from_sql(row: &AnyRow, column: &str) -> Result<Uuid, StoreError> {
    messages::uuid(row.try_get(column)?)
}

/// A person in two columns.
fn user_from_sql(row: &AnyRow, id: &str, name: &str) -> Result<User, StoreError> {
    Ok(User { id: UserId(id_from_sql(row, id)?), name: name_from_sql(row, name)? })
}

fn name_from_sql(row: &AnyRow, column: &str) -> Result<UserName, StoreError> {
    let name: String = row.try_get(column)?;
    UserName::parse(&name).map_err(|_| StoreError::Damaged { what: "name", value: name })
}

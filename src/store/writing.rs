//! Small writes beside the log's. In one process all writers take turns, so that none starves while the
//! log's commits follow each other without a pause; SQLite itself lets whoever comes first go first.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Row, Transaction};
use tokio::sync::OwnedMutexGuard;

use super::connect::BEGIN_WRITING;
use super::{Store, StoreError, seq_from_sql};
use crate::domain::Position;

/// The right to write, until it is dropped. Turns are had in the order in which they are asked for.
pub struct Turn {
    _guard: OwnedMutexGuard<()>,
}

/// A transaction that writes. Dropped before its commit, it has done nothing.
pub struct Writing {
    transaction: Transaction<'static, Any>,
    turn: Turn,
    /// See [`Store::writes`].
    writes: Arc<AtomicU64>,
}

impl Store {
    /// Waits for the turn to write.
    pub(super) async fn turn(&self) -> Turn {
        Turn { _guard: self.write_lock.clone().lock_owned().await }
    }

    /// How many small writes there were, for whoever has the turn; none if other programs write too.
    pub(super) fn writes(&self) -> Option<u64> {
        self.is_sqlite().then(|| self.writes.load(Ordering::Relaxed))
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<Writing, StoreError> {
        let turn = self.turn().await;
        let transaction = if self.is_sqlite() {
            self.writing.begin_with(BEGIN_WRITING).await?
        } else {
            self.writing.begin().await?
        };
        Ok(Writing { transaction, turn, writes: Arc::clone(&self.writes) })
    }
}

impl Writing {
    /// What was written lasts. While the turn is kept nobody else writes, so that what is told of it in
    /// between is told in the order of the commits.
    pub async fn commit(self) -> Result<Turn, StoreError> {
        // Before, as it may be done although it fails.
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.transaction.commit().await?;
        Ok(self.turn)
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// The place of the newest change, and on a database with several servers the turn among them.
    pub(crate) async fn lock_log(&mut self) -> Result<Position, StoreError> {
        let row = sqlx::query("UPDATE log SET position = position RETURNING position")
            .fetch_one(self.connection())
            .await?;
        Ok(Position(seq_from_sql(row.try_get("position")?)?))
    }

    /// Runs a statement, and tells how many rows it changed.
    pub(super) async fn run(
        &mut self,
        query: Query<'_, Any, AnyArguments>,
    ) -> Result<u64, StoreError> {
        Ok(query.execute(self.connection()).await?.rows_affected())
    }
}

//! Transactions that write. In one process they take turns, fairly: a database that many small commits keep
//! busy would otherwise leave others waiting for as long as they have patience.

use std::sync::Arc;

use sqlx::{Any, AnyConnection, Row, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{Store, StoreError, seq_from_sql};
use crate::domain::Position;

/// Whose turn it is to write.
pub(super) type Turns = Arc<Mutex<()>>;

/// Held by whoever writes, and until what was written is told on: who gets it next tells later.
pub struct Turn(#[expect(dead_code, reason = "it is held, not used")] OwnedMutexGuard<()>);

/// A transaction that has its turn. Dropped without a commit, it is taken back.
pub struct Writing {
    transaction: Transaction<'static, Any>,
    turn: Turn,
}

impl Store {
    pub(super) async fn turn(&self) -> Turn {
        Turn(Arc::clone(&self.turns).lock_owned().await)
    }

    /// Begins a transaction of few statements.
    pub async fn begin(&self) -> Result<Writing, StoreError> {
        let turn = self.turn().await;
        // SQLite gives up at once on one that reads first and finds another writer when it wants to write;
        // one that says so at its beginning waits its turn.
        let transaction = if self.options.database_url.scheme() == "sqlite" {
            self.pool.begin_with("BEGIN IMMEDIATE").await?
        } else {
            self.pool.begin().await?
        };
        Ok(Writing { transaction, turn })
    }
}

impl Writing {
    /// Makes it so. What was written is to be told before the turn is dropped.
    pub async fn commit(self) -> Result<Turn, StoreError> {
        self.transaction.commit().await?;
        Ok(self.turn)
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// The place of the newest change, and on a database with several servers their turn.
    pub async fn lock_log(&mut self) -> Result<Position, StoreError> {
        let row = sqlx::query("UPDATE log SET position = position RETURNING position")
            .fetch_one(self.connection())
            .await?;
        Ok(Position(seq_from_sql(row.try_get("position")?)?))
    }
}

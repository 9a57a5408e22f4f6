//! The devices that accounts are signed in on, and the tokens of bots.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::{Store, StoreError, Writing, accounts::marks, id_from_sql};
use crate::auth::TokenHash;
use crate::domain::{Millis, SignInId, UserId};

/// The most that one account has. The one that was not used for the longest time makes room.
const MOST: i64 = 100;

/// How many a statement names.
const AT_ONCE: usize = 500;

/// One of them, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    pub id: SignInId,
    pub device: String,
    pub address: String,
    pub created_at: Millis,
    pub last_used_at: Millis,
}

/// One that begins.
#[derive(Debug)]
pub struct NewSignIn<'a> {
    pub id: SignInId,
    pub account: UserId,
    pub token: &'a TokenHash,
    pub device: &'a str,
    pub address: &'a str,
    pub now: Millis,
    /// None of a bot's.
    pub expires_at: Option<Millis>,
}

/// Whose a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundSignIn {
    pub id: SignInId,
    pub account: UserId,
    pub last_used_at: Millis,
}

impl Store {
    /// What a token stands for, if it still does.
    pub async fn find_sign_in(
        &self,
        token: &TokenHash,
        now: Millis,
    ) -> Result<Option<FoundSignIn>, StoreError> {
        let row = sqlx::query(
            "SELECT id, account_id, last_used_at FROM sign_ins \
             WHERE token_hash = $1 AND (expires_at IS NULL OR expires_at > $2)",
        )
        .bind(token.as_str())
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(FoundSignIn {
                id: SignInId(id_from_sql(&row, "id")?),
                account: UserId(id_from_sql(&row, "account_id")?),
                last_used_at: row.try_get("last_used_at")?,
            })
        })
        .transpose()
    }

    /// Those of an account, the last used first.
    pub async fn sign_ins(&self, account: UserId, now: Millis) -> Result<Vec<SignIn>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, device, address, created_at, last_used_at FROM sign_ins \
             WHERE account_id = $1 AND (expires_at IS NULL OR expires_at > $2) \
             ORDER BY last_used_at DESC, id",
        )
        .bind(account.to_string())
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }
}

impl Writing {
    /// Begins one, and tells which others end for it.
    pub async fn insert_sign_in(
        &mut self,
        sign_in: &NewSignIn<'_>,
    ) -> Result<Vec<SignInId>, StoreError> {
        let account = sign_in.account.to_string();
        let insert = sqlx::query(
            "INSERT INTO sign_ins \
             (id, account_id, token_hash, device, address, created_at, last_used_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(sign_in.id.to_string())
        .bind(account.as_str())
        .bind(sign_in.token.as_str())
        .bind(sign_in.device)
        .bind(sign_in.address)
        .bind(sign_in.now)
        .bind(sign_in.now)
        .bind(sign_in.expires_at);
        self.run(insert).await?;
        let rows = sqlx::query(
            "DELETE FROM sign_ins WHERE account_id = $1 AND id <> $2 AND (expires_at <= $3 \
             OR id NOT IN (SELECT id FROM sign_ins WHERE account_id = $1 ORDER BY last_used_at DESC LIMIT $4)) \
             RETURNING id",
        )
        .bind(account.as_str())
        .bind(sign_in.id.to_string())
        .bind(sign_in.now)
        .bind(MOST)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| Ok(SignInId(id_from_sql(row, "id")?))).collect()
    }

    /// Whether somebody is still signed in.
    pub async fn holds_sign_in(
        &mut self,
        account: UserId,
        sign_in: SignInId,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "SELECT 1 FROM sign_ins WHERE id = $1 AND account_id = $2 \
             AND (expires_at IS NULL OR expires_at > $3)",
        );
        let query = query.bind(sign_in.to_string()).bind(account.to_string()).bind(now);
        Ok(query.fetch_optional(self.connection()).await?.is_some())
    }

    /// Some are used, and last from now on; the tokens of bots last anyway.
    pub async fn touch_sign_ins(
        &mut self,
        sign_ins: &[SignInId],
        now: Millis,
        expires_at: Millis,
    ) -> Result<(), StoreError> {
        for some in sign_ins.chunks(AT_ONCE) {
            let sql = format!(
                "UPDATE sign_ins SET last_used_at = ${}, \
                 expires_at = CASE WHEN expires_at IS NULL THEN expires_at ELSE ${} END \
                 WHERE id IN ({})",
                some.len() + 1,
                some.len() + 2,
                marks(some.len()),
            );
            let update = sqlx::query(AssertSqlSafe(sql));
            let update = some.iter().fold(update, |update, id| update.bind(id.to_string()));
            self.run(update.bind(now).bind(expires_at)).await?;
        }
        Ok(())
    }

    /// Nobody looks any more at sign-ins and links that have expired; invites are listed still.
    pub async fn forget_what_is_over(&mut self, now: Millis) -> Result<(), StoreError> {
        self.run(sqlx::query("DELETE FROM sign_ins WHERE expires_at <= $1").bind(now)).await?;
        let delete = sqlx::query("DELETE FROM links WHERE kind <> 'invite' AND expires_at <= $1");
        self.run(delete.bind(now)).await?;
        Ok(())
    }

    /// False if the account has no such one.
    pub async fn delete_sign_in(
        &mut self,
        account: UserId,
        sign_in: SignInId,
    ) -> Result<bool, StoreError> {
        let delete = sqlx::query("DELETE FROM sign_ins WHERE id = $1 AND account_id = $2");
        Ok(self.run(delete.bind(sign_in.to_string()).bind(account.to_string())).await? > 0)
    }

    /// Ends all of an account, but for one if that is named.
    pub async fn delete_sign_ins(
        &mut self,
        account: UserId,
        except: Option<SignInId>,
    ) -> Result<(), StoreError> {
        let except = except.map_or_else(String::new, |sign_in| sign_in.to_string());
        let delete = sqlx::query("DELETE FROM sign_ins WHERE account_id = $1 AND id <> $2");
        self.run(delete.bind(account.to_string()).bind(except)).await?;
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<SignIn, StoreError> {
    Ok(SignIn {
        id: SignInId(id_from_sql(row, "id")?),
        device: row.try_get("device")?,
        address: row.try_get("address")?,
        created_at: row.try_get("created_at")?,
        last_used_at: row.try_get("last_used_at")?,
    })
}

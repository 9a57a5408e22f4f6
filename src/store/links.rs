//! What somebody can follow: an invite, a way back in, a way in on another device.

use sqlx::Row;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::{Store, StoreError, Writing, id_from_sql, messages::uuid, seq_from_sql};
use crate::auth::TokenHash;
use crate::domain::{Millis, UserId};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    Invite,
    Reset,
    Device,
}

/// A link that is made.
#[derive(Debug)]
pub struct NewLink<'a> {
    pub id: Uuid,
    pub kind: LinkKind,
    pub token: &'a TokenHash,
    /// Who gets in by it; nobody by an invite.
    pub account: Option<UserId>,
    pub by: UserId,
    pub now: Millis,
    pub expires_at: Option<Millis>,
    /// None: as often as anybody likes.
    pub uses: Option<u32>,
}

/// A link that was just used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedLink {
    /// Who gets in by it; nobody by an invite.
    pub account: Option<UserId>,
    /// Who made it.
    pub by: UserId,
}

/// An invite as those who invite see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    pub id: Uuid,
    pub created_by: UserId,
    pub created_at: Millis,
    pub expires_at: Option<Millis>,
    pub uses_left: Option<u64>,
    pub used: u64,
}

/// What is read of an invite.
const INVITE: &str = "id, created_by, created_at, expires_at, uses_left, used";

/// Whether a link still leads somewhere, at the time of $1.
const HOLDS: &str =
    "(expires_at IS NULL OR expires_at > $1) AND (uses_left IS NULL OR uses_left > 0)";

impl LinkKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Reset => "reset",
            Self::Device => "device",
        }
    }
}

impl Store {
    /// The invite of a token, if it still holds.
    pub async fn find_invite(
        &self,
        token: &TokenHash,
        now: Millis,
    ) -> Result<Option<Invite>, StoreError> {
        let sql = format!(
            "SELECT {INVITE} FROM links WHERE {HOLDS} AND kind = 'invite' AND token_hash = $2"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(now)
            .bind(token.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Whether a link of this kind still holds. Only [`Writing::use_link`] makes sure of it.
    pub async fn link_holds(
        &self,
        kind: LinkKind,
        token: &TokenHash,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let sql = format!("SELECT 1 FROM links WHERE {HOLDS} AND kind = $2 AND token_hash = $3");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now).bind(kind.as_str());
        Ok(query.bind(token.as_str()).fetch_optional(&self.pool).await?.is_some())
    }

    /// The newest `limit` invites, those that no longer hold too.
    pub async fn invites(&self, limit: u32) -> Result<Vec<Invite>, StoreError> {
        let sql = format!(
            "SELECT {INVITE} FROM links WHERE kind = 'invite' ORDER BY created_at DESC, id LIMIT $1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(i64::from(limit));
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

impl Writing {
    pub async fn insert_link(&mut self, link: &NewLink<'_>) -> Result<(), StoreError> {
        let insert = sqlx::query(
            "INSERT INTO links \
             (id, kind, token_hash, account_id, created_by, created_at, expires_at, uses_left) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(link.id.to_string())
        .bind(link.kind.as_str())
        .bind(link.token.as_str())
        .bind(link.account.map(|account| account.to_string()))
        .bind(link.by.to_string())
        .bind(link.now)
        .bind(link.expires_at)
        .bind(link.uses.map(i64::from));
        self.run(insert).await?;
        Ok(())
    }

    /// Uses a link once. None if it does not hold.
    pub async fn use_link(
        &mut self,
        kind: LinkKind,
        token: &TokenHash,
        now: Millis,
    ) -> Result<Option<UsedLink>, StoreError> {
        let sql = format!(
            "UPDATE links SET uses_left = uses_left - 1, used = used + 1 \
             WHERE {HOLDS} AND kind = $2 AND token_hash = $3 RETURNING account_id, created_by"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(now)
            .bind(kind.as_str())
            .bind(token.as_str())
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| {
            let account: Option<String> = row.try_get("account_id")?;
            Ok(UsedLink {
                account: account.map(|id| uuid(id).map(UserId)).transpose()?,
                by: UserId(id_from_sql(&row, "created_by")?),
            })
        })
        .transpose()
    }

    /// Gives an invite another token; the one before leads nowhere. None if there is no such invite.
    pub async fn reset_invite(
        &mut self,
        invite: Uuid,
        token: &TokenHash,
    ) -> Result<Option<Invite>, StoreError> {
        let sql = format!(
            "UPDATE links SET token_hash = $1 WHERE id = $2 AND kind = 'invite' RETURNING {INVITE}"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(token.as_str())
            .bind(invite.to_string())
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// False if there is no such invite.
    pub async fn delete_invite(&mut self, invite: Uuid) -> Result<bool, StoreError> {
        let delete = sqlx::query("DELETE FROM links WHERE id = $1 AND kind = 'invite'");
        Ok(self.run(delete.bind(invite.to_string())).await? > 0)
    }

    /// The links by which somebody could get into an account lead nowhere any more.
    pub async fn delete_links_of(&mut self, account: UserId) -> Result<(), StoreError> {
        let delete = sqlx::query("DELETE FROM links WHERE account_id = $1");
        self.run(delete.bind(account.to_string())).await?;
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<Invite, StoreError> {
    let uses_left: Option<i64> = row.try_get("uses_left")?;
    Ok(Invite {
        id: id_from_sql(row, "id")?,
        created_by: UserId(id_from_sql(row, "created_by")?),
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        uses_left: uses_left.map(seq_from_sql).transpose()?,
        used: seq_from_sql(row.try_get("used")?)?,
    })
}

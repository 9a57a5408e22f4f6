use sqlx::Row;

use super::{Store, StoreError, Writing};
use crate::domain::UserId;

/// A picture as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar {
    pub media_type: String,
    pub bytes: Vec<u8>,
}

impl Store {
    pub async fn avatar(&self, account: UserId) -> Result<Option<Avatar>, StoreError> {
        let row = sqlx::query("SELECT media_type, bytes FROM avatars WHERE account_id = $1")
            .bind(account.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            Ok(Avatar { media_type: row.try_get("media_type")?, bytes: row.try_get("bytes")? })
        })
        .transpose()
    }
}

impl Writing {
    pub async fn set_avatar(
        &mut self,
        account: UserId,
        version: &str,
        avatar: &Avatar,
    ) -> Result<(), StoreError> {
        let insert = sqlx::query(
            "INSERT INTO avatars (account_id, media_type, bytes) VALUES ($1, $2, $3) \
             ON CONFLICT (account_id) DO UPDATE SET media_type = excluded.media_type, bytes = excluded.bytes",
        )
        .bind(account.to_string())
        .bind(avatar.media_type.as_str())
        .bind(avatar.bytes.as_slice());
        self.run(insert).await?;
        self.set_version(account, Some(version)).await
    }

    pub async fn delete_avatar(&mut self, account: UserId) -> Result<(), StoreError> {
        let delete = sqlx::query("DELETE FROM avatars WHERE account_id = $1");
        self.run(delete.bind(account.to_string())).await?;
        self.set_version(account, None).await
    }

    async fn set_version(
        &mut self,
        account: UserId,
        version: Option<&str>,
    ) -> Result<(), StoreError> {
        let update = sqlx::query("UPDATE accounts SET avatar = $1 WHERE id = $2");
        self.run(update.bind(version.map(str::to_owned)).bind(account.to_string())).await?;
        Ok(())
    }
}

//! Who has an account.

use std::collections::HashMap;

use futures_util::{StreamExt as _, TryStreamExt as _};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::{Store, StoreError, Writing, id_from_sql, name_from_sql};
use crate::access::Role;
use crate::auth::StoredPassword;
use crate::domain::{Millis, UserId, UserName};

/// What everybody may know of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: UserId,
    pub name: UserName,
    pub role: Role,
    /// The version of the picture, if there is one.
    pub avatar: Option<String>,
}

/// What is read of one account at a time.
#[derive(Debug)]
pub struct Profile {
    pub about: String,
    /// None of who cannot sign in by one, as bots.
    pub password: Option<StoredPassword>,
}

/// How an account is used.
#[derive(Debug, Clone, Copy)]
pub struct AccountState {
    pub created_at: Millis,
    pub last_used_at: Option<Millis>,
}

/// Whether an account was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    Yes,
    /// Another one has the name, or one that looks like it, or the id.
    Taken,
    /// There is an owner already.
    Owned,
}

impl Store {
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let sql = "SELECT id, name, role, avatar FROM accounts";
        // Each as it comes, as all the rows of many accounts at once would take more than the accounts do.
        sqlx::query(sql).fetch(&self.pool).map(|row| read(&row?)).try_collect().await
    }

    pub async fn profile(&self, account: UserId) -> Result<Option<Profile>, StoreError> {
        let row = sqlx::query("SELECT about, password FROM accounts WHERE id = $1")
            .bind(account.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            let password: Option<String> = row.try_get("password")?;
            let password = password.map(StoredPassword::stored);
            Ok(Profile { about: row.try_get("about")?, password })
        })
        .transpose()
    }

    pub async fn account_states(
        &self,
        accounts: &[UserId],
    ) -> Result<HashMap<UserId, AccountState>, StoreError> {
        if accounts.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = format!(
            "SELECT id, created_at, \
             (SELECT MAX(last_used_at) FROM sign_ins WHERE account_id = accounts.id) AS last_used_at \
             FROM accounts WHERE id IN ({})",
            marks(accounts.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for account in accounts {
            query = query.bind(account.to_string());
        }
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                let (created_at, last_used_at) =
                    (row.try_get("created_at")?, row.try_get("last_used_at")?);
                let state = AccountState { created_at, last_used_at };
                Ok((UserId(id_from_sql(row, "id")?), state))
            })
            .collect()
    }

    /// What somebody was called when they wrote last, which is looked for among all messages.
    pub async fn author_name(&self, author: UserId) -> Result<Option<UserName>, StoreError> {
        let sql =
            "SELECT author_name FROM messages WHERE author_id = $1 ORDER BY sent_at DESC LIMIT 1";
        let row = sqlx::query(sql).bind(author.to_string()).fetch_optional(&self.pool).await?;
        row.map(|row| name_from_sql(&row, "author_name")).transpose()
    }
}

impl Writing {
    /// Makes an account that is in the lobby.
    pub async fn insert_account(
        &mut self,
        account: &Account,
        password: Option<&StoredPassword>,
        now: Millis,
    ) -> Result<Inserted, StoreError> {
        self.insert(account, password, now, "").await
    }

    /// Makes the first owner; there is but one first.
    pub async fn insert_first_owner(
        &mut self,
        account: &Account,
        password: &StoredPassword,
        now: Millis,
    ) -> Result<Inserted, StoreError> {
        const UNOWNED: &str = "AND NOT EXISTS (SELECT 1 FROM accounts WHERE role = 'owner')";
        let inserted = self.insert(account, Some(password), now, UNOWNED).await?;
        if inserted == Inserted::Taken {
            let owner = sqlx::query("SELECT 1 FROM accounts WHERE role = 'owner' LIMIT 1")
                .fetch_optional(self.connection())
                .await?;
            return Ok(if owner.is_some() { Inserted::Owned } else { Inserted::Taken });
        }
        Ok(inserted)
    }

    async fn insert(
        &mut self,
        account: &Account,
        password: Option<&StoredPassword>,
        now: Millis,
        condition: &str,
    ) -> Result<Inserted, StoreError> {
        let sql = format!(
            "INSERT INTO accounts (id, name, name_key, role, password, created_at) \
             SELECT $1, $2, $3, $4, $5, $6 WHERE true {condition} ON CONFLICT DO NOTHING"
        );
        let insert = sqlx::query(AssertSqlSafe(sql))
            .bind(account.id.to_string())
            .bind(account.name.as_str())
            .bind(account.name.key())
            .bind(account.role.as_str())
            .bind(password.map(|password| password.as_str().to_owned()))
            .bind(now);
        if self.run(insert).await? == 0 {
            return Ok(Inserted::Taken);
        }
        let join = sqlx::query(
            "INSERT INTO members (user_id, room_id, moderator, level, position, read_seq, joined_at) \
             SELECT $1, rooms.id, 0, 'all', log.position, rooms.seq, $2 FROM rooms, log \
             WHERE rooms.name = 'lobby' ON CONFLICT DO NOTHING",
        );
        self.run(join.bind(account.id.to_string()).bind(now)).await?;
        Ok(Inserted::Yes)
    }

    /// False if another account has the name, or one that looks like it.
    pub async fn rename(&mut self, account: UserId, name: &UserName) -> Result<bool, StoreError> {
        let update = sqlx::query(
            "UPDATE accounts SET name = $1, name_key = $2 WHERE id = $3 \
             AND NOT EXISTS (SELECT 1 FROM accounts WHERE name_key = $2 AND id <> $3)",
        );
        let update = update.bind(name.as_str()).bind(name.key()).bind(account.to_string());
        Ok(self.run(update).await? > 0)
    }

    pub async fn set_about(&mut self, account: UserId, about: &str) -> Result<(), StoreError> {
        let update = sqlx::query("UPDATE accounts SET about = $1 WHERE id = $2");
        self.run(update.bind(about).bind(account.to_string())).await?;
        Ok(())
    }

    /// Whether an account still has the password that was looked at.
    pub async fn still_has_password(
        &mut self,
        account: UserId,
        password: &StoredPassword,
    ) -> Result<bool, StoreError> {
        // Written, so that nobody changes it before this transaction is over.
        let update =
            sqlx::query("UPDATE accounts SET password = $1 WHERE id = $2 AND password = $1");
        let update = update.bind(password.as_str()).bind(account.to_string());
        Ok(self.run(update).await? > 0)
    }

    pub async fn set_password(
        &mut self,
        account: UserId,
        password: &StoredPassword,
    ) -> Result<(), StoreError> {
        let update = sqlx::query("UPDATE accounts SET password = $1 WHERE id = $2");
        self.run(update.bind(password.as_str()).bind(account.to_string())).await?;
        Ok(())
    }

    /// Gives somebody a role on behalf of an owner. False if that is an owner no longer, or if the server
    /// would have none.
    pub async fn set_role(
        &mut self,
        account: UserId,
        role: Role,
        by: UserId,
    ) -> Result<bool, StoreError> {
        let update = sqlx::query(
            "UPDATE accounts SET role = $1 WHERE id = $2 AND role <> 'bot' \
             AND EXISTS (SELECT 1 FROM accounts WHERE id = $3 AND role = 'owner') \
             AND ($4 = 'owner' OR EXISTS (SELECT 1 FROM accounts WHERE role = 'owner' AND id <> $2))",
        );
        let update = update
            .bind(role.as_str())
            .bind(account.to_string())
            .bind(by.to_string())
            .bind(role.as_str());
        Ok(self.run(update).await? > 0)
    }
}

/// So many placeholders from $1 on.
pub(super) fn marks(count: usize) -> String {
    (1..=count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// The account of an id.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    id: UserId,
) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query("SELECT id, name, role, avatar FROM accounts WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &AnyRow) -> Result<Account, StoreError> {
    Ok(Account {
        id: UserId(id_from_sql(row, "id")?),
        name: name_from_sql(row, "name")?,
        role: role_from_sql(row)?,
        avatar: row.try_get("avatar")?,
    })
}

/// What `role` has.
pub(super) fn role_from_sql(row: &AnyRow) -> Result<Role, StoreError> {
    let role: String = row.try_get("role")?;
    Role::parse(&role).map_err(|_| StoreError::Damaged { what: "role", value: role })
}

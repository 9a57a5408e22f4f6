//! What the owner sets while the server runs.

use std::collections::HashMap;

use sqlx::Row;

use super::{Store, StoreError, Writing};

impl Store {
    /// Those that were ever set, by name.
    pub async fn settings(&self) -> Result<HashMap<String, String>, StoreError> {
        let rows = sqlx::query("SELECT name, value FROM settings").fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("name")?, row.try_get("value")?))).collect()
    }
}

impl Writing {
    pub async fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        let insert = sqlx::query(
            "INSERT INTO settings (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        );
        self.run(insert.bind(name).bind(value)).await?;
        Ok(())
    }
}

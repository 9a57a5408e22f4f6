//! Messages that somebody wants the moderators to look at.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::messages::uuid;
use super::{Store, StoreError, Writing, id_from_sql, seq_from_sql, seq_to_sql, user_from_sql};
use crate::domain::{Message, MessageId, Millis, RoomId, User, UserId};

/// Whether somebody has dealt with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportState {
    Open,
    Resolved,
}

/// A report that is made.
#[derive(Debug)]
pub struct ReportDraft<'a> {
    pub room: RoomId,
    pub message: &'a Message,
    pub by: &'a User,
    pub reason: String,
    pub at: Millis,
}

/// A report, with what the message said when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub id: Uuid,
    /// The room's name.
    pub room: String,
    pub message: MessageId,
    pub seq: u64,
    pub author: User,
    pub body: String,
    pub by: User,
    pub reason: String,
    pub at: Millis,
    pub resolved_by: Option<UserId>,
}

const SELECT: &str = "SELECT reports.id, rooms.name AS room_name, message_id, reports.seq, author_id, \
                      author_name, body, by_id, by_name, reason, at, resolved_by \
                      FROM reports JOIN rooms ON rooms.id = reports.room_id";

impl Store {
    /// At most `limit` reports, the newest first; of one state, if it is named.
    pub async fn reports(
        &self,
        state: Option<ReportState>,
        limit: u32,
    ) -> Result<Vec<Report>, StoreError> {
        let which = match state {
            None => "true",
            Some(ReportState::Open) => "resolved_by IS NULL",
            Some(ReportState::Resolved) => "resolved_by IS NOT NULL",
        };
        let sql = format!("{SELECT} WHERE {which} ORDER BY at DESC, reports.id LIMIT $1");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(i64::from(limit));
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

impl Writing {
    /// Keeps a report; a second one of the same person of the same message changes nothing.
    pub async fn insert_report(&mut self, report: &ReportDraft<'_>) -> Result<(), StoreError> {
        let ReportDraft { message, by, .. } = report;
        let insert = sqlx::query(
            "INSERT INTO reports (id, room_id, message_id, seq, author_id, author_name, body, \
             by_id, by_name, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (message_id, by_id) DO NOTHING",
        )
        .bind(Uuid::now_v7().to_string())
        .bind(report.room.0)
        .bind(message.id.to_string())
        .bind(seq_to_sql(message.seq))
        .bind(message.author.id.to_string())
        .bind(message.author.name.to_string())
        .bind(message.body.as_str().to_owned())
        .bind(by.id.to_string())
        .bind(by.name.to_string())
        .bind(report.reason.clone())
        .bind(report.at);
        self.run(insert).await?;
        Ok(())
    }

    /// Says who has dealt with a report, or that nobody has. None if there is no such report.
    pub async fn resolve_report(
        &mut self,
        report: Uuid,
        by: Option<UserId>,
    ) -> Result<Option<Report>, StoreError> {
        let update = sqlx::query("UPDATE reports SET resolved_by = $1 WHERE id = $2");
        let update = update.bind(by.map(|by| by.to_string())).bind(report.to_string());
        self.run(update).await?;
        let row = sqlx::query(AssertSqlSafe(format!("{SELECT} WHERE reports.id = $1")))
            .bind(report.to_string())
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| read(&row)).transpose()
    }
}

fn read(row: &AnyRow) -> Result<Report, StoreError> {
    let resolved_by: Option<String> = row.try_get("resolved_by")?;
    Ok(Report {
        id: id_from_sql(row, "id")?,
        room: row.try_get("room_name")?,
        message: MessageId(id_from_sql(row, "message_id")?),
        seq: seq_from_sql(row.try_get("seq")?)?,
        author: user_from_sql(row, "author_id", "author_name")?,
        body: row.try_get("body")?,
        by: user_from_sql(row, "by_id", "by_name")?,
        reason: row.try_get("reason")?,
        at: row.try_get("at")?,
        resolved_by: resolved_by.map(|id| uuid(id).map(UserId)).transpose()?,
    })
}

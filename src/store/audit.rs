//! Who did what. An entry is written in the transaction of what it tells of, and never changed.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use uuid::Uuid;

use super::{Store, StoreError, Writing, id_from_sql, user_from_sql};
use crate::domain::{Millis, RoomName, User, UserId, now};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditAction {
    ServerClaimed,
    AccountCreated,
    NameChanged,
    PasswordChanged,
    PasswordReset,
    RoleChanged,
    SessionsEnded,
    ResetLinkCreated,
    InviteCreated,
    InviteReset,
    InviteDeleted,
    BotCreated,
    BotTokenRenewed,
    Banned,
    Unbanned,
    SettingsChanged,
    ReportResolved,
    ReportReopened,
    RoomCreated,
    RoomUpdated,
    RoomDeleted,
    RoomMemberRemoved,
    RoomMemberMuted,
    RoomMemberUnmuted,
    RoomMemberBanned,
    RoomMemberUnbanned,
    RoomModeratorMade,
    RoomModeratorUnmade,
    MessageDeleted,
}

/// An entry that is made.
#[derive(Debug)]
pub struct AuditEntry<'a> {
    pub by: &'a User,
    pub action: &'a str,
    pub room: Option<&'a RoomName>,
    pub subject: Option<&'a User>,
    pub detail: Option<&'a str>,
}

/// An entry as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    pub id: Uuid,
    pub at: Millis,
    pub by: User,
    pub action: String,
    pub room: Option<String>,
    pub subject: Option<User>,
    pub detail: Option<String>,
}

impl AuditAction {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServerClaimed => "server_claimed",
            Self::AccountCreated => "account_created",
            Self::NameChanged => "name_changed",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::RoleChanged => "role_changed",
            Self::SessionsEnded => "sessions_ended",
            Self::ResetLinkCreated => "reset_link_created",
            Self::InviteCreated => "invite_created",
            Self::InviteReset => "invite_reset",
            Self::InviteDeleted => "invite_deleted",
            Self::BotCreated => "bot_created",
            Self::BotTokenRenewed => "bot_token_renewed",
            Self::Banned => "banned",
            Self::Unbanned => "unbanned",
            Self::SettingsChanged => "settings_changed",
            Self::ReportResolved => "report_resolved",
            Self::ReportReopened => "report_reopened",
            Self::RoomCreated => "room_created",
            Self::RoomUpdated => "room_updated",
            Self::RoomDeleted => "room_deleted",
            Self::RoomMemberRemoved => "room_member_removed",
            Self::RoomMemberMuted => "room_member_muted",
            Self::RoomMemberUnmuted => "room_member_unmuted",
            Self::RoomMemberBanned => "room_member_banned",
            Self::RoomMemberUnbanned => "room_member_unbanned",
            Self::RoomModeratorMade => "room_moderator_made",
            Self::RoomModeratorUnmade => "room_moderator_unmade",
            Self::MessageDeleted => "message_deleted",
        }
    }
}

impl<'a> AuditEntry<'a> {
    pub fn new(by: &'a User, action: AuditAction) -> Self {
        Self { by, action: action.as_str(), room: None, subject: None, detail: None }
    }
}

impl Store {
    /// At most `limit` entries before one, or the newest; the newest first. Rooms are named that the reader may
    /// know of.
    pub async fn audit(
        &self,
        reader: UserId,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        // Ids are compared as text, and begin with the time.
        let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
        let rows = sqlx::query(
            "SELECT audit.id, at, by_id, by_name, action, subject_id, subject_name, detail, \
             CASE WHEN rooms.kind IN ('open', 'read_only') OR members.user_id IS NOT NULL \
             THEN room_name END AS room_name \
             FROM audit LEFT JOIN rooms ON rooms.name = audit.room_name \
             LEFT JOIN members ON members.room_id = rooms.id AND members.user_id = $3 \
             WHERE audit.id < $1 ORDER BY audit.id DESC LIMIT $2",
        )
        .bind(before)
        .bind(i64::from(limit))
        .bind(reader.to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }
}

impl Writing {
    pub async fn record(&mut self, entry: &AuditEntry<'_>) -> Result<(), StoreError> {
        record(self.connection(), entry).await
    }
}

pub(super) async fn record(
    connection: &mut AnyConnection,
    entry: &AuditEntry<'_>,
) -> Result<(), StoreError> {
    let insert = sqlx::query(
        "INSERT INTO audit \
             (id, at, by_id, by_name, action, room_name, subject_id, subject_name, detail) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(now())
    .bind(entry.by.id.to_string())
    .bind(entry.by.name.as_str())
    .bind(entry.action)
    .bind(entry.room.map(|room| room.as_str().to_owned()))
    .bind(entry.subject.map(|subject| subject.id.to_string()))
    .bind(entry.subject.map(|subject| subject.name.to_string()))
    .bind(entry.detail.map(str::to_owned));
    insert.execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<AuditRecord, StoreError> {
    let subject: Option<String> = row.try_get("subject_id")?;
    let subject = subject.map(|_| user_from_sql(row, "subject_id", "subject_name")).transpose()?;
    Ok(AuditRecord {
        id: id_from_sql(row, "id")?,
        at: row.try_get("at")?,
        by: user_from_sql(row, "by_id", "by_name")?,
        action: row.try_get("action")?,
        room: row.try_get("room_name")?,
        subject,
        detail: row.try_get("detail")?,
    })
}

//! Who did what.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::objects::UserRef;
use super::{Answer, Member, Params, Shared, at};
use crate::domain::Millis;
use crate::store::AuditRecord;

#[derive(Debug, Serialize, ToSchema)]
pub struct Audit {
    entries: Vec<AuditInfo>,
    /// Whether there are older ones.
    more: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AuditInfo {
    id: Uuid,
    at: Millis,
    by: UserRef,
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<UserRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/audit", [(Method::GET, web::to(list))]));
}

/// What was done, the newest first
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", operation_id = "audit",
    params(("before" = Option<Uuid>, Query, description = "The last one of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200)),
    responses((status = 200, body = Audit)))]
pub async fn list(services: Shared, Member(who): Member, params: Params) -> Answer {
    let (before, limit) = (params.id("before")?, params.limit()?);
    // One more than asked for tells whether there are more.
    let mut entries = services.accounts.audit(&who, before, limit + 1).await?;
    let more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    let entries = entries.into_iter().map(AuditInfo::from).collect();
    Ok(HttpResponse::Ok().json(Audit { entries, more }))
}

impl From<AuditRecord> for AuditInfo {
    fn from(record: AuditRecord) -> Self {
        Self {
            id: record.id,
            at: record.at,
            by: (&record.by).into(),
            action: record.action,
            room: record.room,
            subject: record.subject.as_ref().map(UserRef::from),
            detail: record.detail,
        }
    }
}

//! Messages that somebody wants to be looked at.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::wrong;
use super::objects::{UserRef, user_ref};
use super::{Answer, Json, Member, Params, Shared, at, to_the_end};
use crate::accounts::Accounts;
use crate::domain::Millis;
use crate::store::{Report, ReportState};

#[derive(Debug, Deserialize, ToSchema)]
pub struct ReportChange {
    state: ReportStateName,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportState)]
enum ReportStateName {
    Open,
    Resolved,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Reports {
    reports: Vec<ReportInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReportInfo {
    id: Uuid,
    room: String,
    message: ReportedMessage,
    by: UserRef,
    reason: String,
    at: Millis,
    state: ReportStateName,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved_by: Option<UserRef>,
}

/// The message as it was when it was reported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedMessage {
    id: Uuid,
    seq: u64,
    user: UserRef,
    body: String,
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/reports", [(Method::GET, web::to(list))]))
        .service(at("/reports/{id}", [(Method::PATCH, web::to(update))]));
}

/// What was reported, the newest first
#[utoipa::path(get, path = "/api/v1/reports", tag = "reports", operation_id = "reports",
    params(("state" = Option<ReportStateName>, Query, description = "All of them unless said")),
    responses((status = 200, body = Reports)))]
pub async fn list(services: Shared, Member(who): Member, params: Params) -> Answer {
    let state = match params.text("state") {
        "" => None,
        "open" => Some(ReportState::Open),
        "resolved" => Some(ReportState::Resolved),
        _ => return Err(wrong("state", "open or resolved would do")),
    };
    let accounts = &services.accounts;
    let reports = accounts.reports(&who, state).await?;
    let reports = reports.into_iter().map(|report| info(accounts, report)).collect();
    Ok(HttpResponse::Ok().json(Reports { reports }))
}

/// Say that a report is dealt with, or is not
#[utoipa::path(patch, path = "/api/v1/reports/{id}", tag = "reports", operation_id = "update_report",
    params(("id" = Uuid, Path)), request_body = ReportChange,
    responses((status = 200, body = ReportInfo)))]
pub async fn update(
    services: Shared,
    Member(who): Member,
    id: web::Path<Uuid>,
    Json(body): Json<ReportChange>,
) -> Answer {
    let state = match body.state {
        ReportStateName::Open => ReportState::Open,
        ReportStateName::Resolved => ReportState::Resolved,
    };
    let accounts = services.accounts.clone();
    let report = async move { accounts.resolve_report(&who, *id, state).await };
    let report = to_the_end(report).await?;
    Ok(HttpResponse::Ok().json(info(&services.accounts, report)))
}

fn info(accounts: &Accounts, report: Report) -> ReportInfo {
    let state = match report.resolved_by {
        None => ReportStateName::Open,
        Some(_) => ReportStateName::Resolved,
    };
    ReportInfo {
        id: report.id,
        room: report.room,
        message: ReportedMessage {
            id: report.message.0,
            seq: report.seq,
            user: (&report.author).into(),
            body: report.body,
        },
        by: (&report.by).into(),
        reason: report.reason,
        at: report.at,
        state,
        resolved_by: report.resolved_by.map(|id| user_ref(accounts, id)),
    }
}

//! Who is kept out of the whole server.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::wrong;
use super::objects::UserRef;
use super::{Answer, Json, Member, Problem, Shared, at, no_content, to_the_end};
use crate::accounts::NewBan;
use crate::domain::{LONGEST_DISCIPLINE, Millis, REASON_CHARS, UserId};
use crate::store::Ban;

#[derive(Debug, Deserialize, ToSchema)]
pub struct BanBody {
    pub user: Uuid,
    /// Whether a guest is to stay away under other names too.
    address: Option<bool>,
    /// For ever unless said.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 316_224_000_000_i64)]
    pub for_ms: Option<Millis>,
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BanInfo {
    id: Uuid,
    user: UserRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Millis>,
    reason: String,
    by: UserRef,
    at: Millis,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Bans {
    bans: Vec<BanInfo>,
}

impl BanBody {
    pub fn check(&self) -> Result<(), Problem> {
        if self.for_ms.is_some_and(|time| !(1..=LONGEST_DISCIPLINE).contains(&time)) {
            return Err(wrong("for_ms", &format!("1 to {LONGEST_DISCIPLINE} would do")));
        }
        if self
            .reason
            .as_ref()
            .is_some_and(|reason| reason.chars().count() > REASON_CHARS || reason.contains('\0'))
        {
            return Err(wrong(
                "reason",
                &format!("{REASON_CHARS} characters at most, and no NUL, would do"),
            ));
        }
        Ok(())
    }
}

impl From<&[Ban]> for Bans {
    fn from(bans: &[Ban]) -> Self {
        Self { bans: bans.iter().map(BanInfo::from).collect() }
    }
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/bans", [(Method::GET, web::to(list)), (Method::POST, web::to(create))]))
        .service(at("/bans/{id}", [(Method::DELETE, web::to(delete))]));
}

/// The bans that hold
#[utoipa::path(get, path = "/api/v1/bans", tag = "bans", operation_id = "bans",
    responses((status = 200, body = Bans)))]
pub async fn list(services: Shared, Member(who): Member) -> Answer {
    let bans = services.accounts.bans(&who).await?;
    Ok(HttpResponse::Ok().json(Bans::from(&*bans)))
}

/// Keep somebody out
#[utoipa::path(post, path = "/api/v1/bans", tag = "bans", operation_id = "ban",
    request_body = BanBody, responses((status = 201, body = BanInfo)))]
pub async fn create(services: Shared, Member(who): Member, Json(body): Json<BanBody>) -> Answer {
    body.check()?;
    let new = NewBan {
        user: UserId(body.user),
        address: body.address.unwrap_or(false),
        lasts: body.for_ms,
        reason: body.reason.unwrap_or_default(),
    };
    let accounts = services.accounts.clone();
    let ban = to_the_end(async move { accounts.ban(&who, new).await }).await?;
    Ok(HttpResponse::Created().json(BanInfo::from(&ban)))
}

/// Let somebody in again
#[utoipa::path(delete, path = "/api/v1/bans/{id}", tag = "bans", operation_id = "unban",
    params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn delete(services: Shared, Member(who): Member, id: web::Path<Uuid>) -> Answer {
    let accounts = services.accounts.clone();
    to_the_end(async move { accounts.unban(&who, *id).await }).await?;
    Ok(no_content())
}

impl From<&Ban> for BanInfo {
    fn from(ban: &Ban) -> Self {
        Self {
            id: ban.id,
            user: (&ban.user).into(),
            address: ban.address.clone(),
            until: ban.until,
            reason: ban.reason.clone(),
            by: (&ban.by).into(),
            at: ban.at,
        }
    }
}

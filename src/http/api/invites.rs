//! Links by which people may make an account.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::wrong;
use super::objects::{UserRef, link_url, qr, user_ref};
use super::session::TokenBody;
use super::{Answer, Connection, Json, Member, Shared, at, no_content, to_the_end};
use crate::accounts::{InviteTerms, MadeInvite};
use crate::domain::Millis;

/// The longest that an invite holds, if it does not for ever: a year.
const LONGEST: Millis = 366 * 24 * 60 * 60 * 1000;

/// The most people that one invite is for, if it is not for everybody.
const MOST_USES: u32 = 100_000;

#[derive(Debug, Deserialize, ToSchema)]
pub struct InviteBody {
    /// For ever unless said.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 31_622_400_000_i64)]
    expires_in_ms: Option<Millis>,
    /// For as many as like unless said.
    #[schema(minimum = 1, maximum = 100_000)]
    uses: Option<u32>,
}

/// What an invite is to who has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedInvite {
    server_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uses_left: Option<u64>,
}

/// A new invite. Its address is told only now.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteMade {
    id: Uuid,
    url: String,
    /// A data: address of an SVG.
    qr: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uses_left: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Invites {
    invites: Vec<InviteInfo>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InviteInfo {
    id: Uuid,
    created_at: Millis,
    created_by: UserRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uses_left: Option<u64>,
    used: u64,
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/invites/check", [(Method::POST, web::to(check))]))
        .service(at("/invites", [(Method::GET, web::to(list)), (Method::POST, web::to(create))]))
        .service(at("/invites/{id}", [(Method::DELETE, web::to(delete))]))
        .service(at("/invites/{id}/reset", [(Method::POST, web::to(reset))]));
}

/// Whether an invite still holds
#[utoipa::path(post, path = "/api/v1/invites/check", tag = "invites", operation_id = "check_invite",
    request_body = TokenBody, responses((status = 200, body = CheckedInvite)), security(()))]
pub async fn check(
    services: Shared,
    connection: Connection,
    Json(body): Json<TokenBody>,
) -> Answer {
    let accounts = &services.accounts;
    let invite = accounts.check_invite(&body.token, &connection.visit).await?;
    Ok(HttpResponse::Ok().json(CheckedInvite {
        server_name: accounts.settings().name,
        expires_at: invite.expires_at,
        uses_left: invite.uses_left,
    }))
}

/// The invites that there are
#[utoipa::path(get, path = "/api/v1/invites", tag = "invites", operation_id = "invites",
    responses((status = 200, body = Invites)))]
pub async fn list(services: Shared, Member(who): Member) -> Answer {
    let accounts = &services.accounts;
    let invites = accounts.invites(&who).await?.into_iter().map(|invite| InviteInfo {
        id: invite.id,
        created_at: invite.created_at,
        created_by: user_ref(accounts, invite.created_by),
        expires_at: invite.expires_at,
        uses_left: invite.uses_left,
        used: invite.used,
    });
    Ok(HttpResponse::Ok().json(Invites { invites: invites.collect() }))
}

/// Make an invite
#[utoipa::path(post, path = "/api/v1/invites", tag = "invites", operation_id = "create_invite",
    request_body = InviteBody, responses((status = 201, body = InviteMade)))]
pub async fn create(
    services: Shared,
    Member(who): Member,
    connection: Connection,
    Json(body): Json<InviteBody>,
) -> Answer {
    if body.expires_in_ms.is_some_and(|time| !(1..=LONGEST).contains(&time)) {
        return Err(wrong("expires_in_ms", &format!("1 to {LONGEST} would do")));
    }
    if body.uses.is_some_and(|uses| !(1..=MOST_USES).contains(&uses)) {
        return Err(wrong("uses", &format!("1 to {MOST_USES} would do")));
    }
    let accounts = services.accounts.clone();
    let terms = InviteTerms { expires_in: body.expires_in_ms, uses: body.uses };
    let made = to_the_end(async move { accounts.create_invite(&who, terms).await }).await?;
    Ok(HttpResponse::Created().json(shown(&made, &connection)))
}

/// Take an invite back
#[utoipa::path(delete, path = "/api/v1/invites/{id}", tag = "invites", operation_id = "delete_invite",
    params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn delete(services: Shared, Member(who): Member, id: web::Path<Uuid>) -> Answer {
    let accounts = services.accounts.clone();
    to_the_end(async move { accounts.delete_invite(&who, *id).await }).await?;
    Ok(no_content())
}

/// Give an invite another address; the one before leads nowhere any more
#[utoipa::path(post, path = "/api/v1/invites/{id}/reset", tag = "invites", operation_id = "reset_invite",
    params(("id" = Uuid, Path)), responses((status = 200, body = InviteMade)))]
pub async fn reset(
    services: Shared,
    Member(who): Member,
    connection: Connection,
    id: web::Path<Uuid>,
) -> Answer {
    let accounts = services.accounts.clone();
    let made = to_the_end(async move { accounts.reset_invite(&who, *id).await }).await?;
    Ok(HttpResponse::Ok().json(shown(&made, &connection)))
}

fn shown(made: &MadeInvite, connection: &Connection) -> InviteMade {
    let url = link_url(&connection.base, "invite", &made.token);
    InviteMade {
        id: made.invite.id,
        qr: qr(&url),
        url,
        expires_at: made.invite.expires_at,
        uses_left: made.invite.uses_left,
    }
}

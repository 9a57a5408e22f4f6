//! Accounts as admins see them; and the place where one makes one's own.

use std::rc::Rc;

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::objects::{Link, link_url, qr};
use super::{
    Answer, Connection, Json, Member, Params, Shared, at, no_content, session, to_the_end,
};
use crate::access::Role;
use crate::domain::{Millis, UserId};
use crate::session::Services;
use crate::store::{Account, AccountState, Ban};
use crate::wire::Person;

/// A person with the state of their account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountInfo {
    #[serde(flatten)]
    person: Person,
    created_at: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Millis>,
    /// Of a ban that ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    banned_until: Option<Millis>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AccountsBody {
    accounts: Vec<AccountInfo>,
    /// Whether there are others behind them.
    more: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct RoleBody {
    role: GivenRole,
}

/// The roles that somebody can be given.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum GivenRole {
    Owner,
    Admin,
    Member,
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at(
        "/accounts",
        [(Method::GET, web::to(list)), (Method::POST, web::to(session::sign_up))],
    ))
    .service(at("/accounts/{id}", [(Method::PATCH, web::to(update))]))
    .service(at("/accounts/{id}/reset-link", [(Method::POST, web::to(create_reset_link))]))
    .service(at("/accounts/{id}/sessions", [(Method::DELETE, web::to(end_sessions))]));
}

/// The accounts that there are, by name
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", operation_id = "accounts",
    params(("query" = Option<String>, Query, description = "A part of the name"),
        ("after" = Option<Uuid>, Query, description = "The last one of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200)),
    responses((status = 200, body = AccountsBody)))]
pub async fn list(services: Shared, Member(who): Member, params: Params) -> Answer {
    let (after, limit) = (params.id("after")?.map(UserId), params.limit()? as usize);
    let page = services.accounts.accounts(&who, params.text("query"), after, limit).await?;
    let info = |account: &Account| info(account, page.states.get(&account.id), &page.bans);
    let accounts = page.people.accounts.iter().map(|account| info(account)).collect();
    Ok(HttpResponse::Ok().json(AccountsBody { accounts, more: page.people.more }))
}

/// Give somebody a role
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts", operation_id = "update_account",
    params(("id" = Uuid, Path)), request_body = RoleBody,
    responses((status = 200, body = AccountInfo)))]
pub async fn update(
    services: Shared,
    Member(who): Member,
    id: web::Path<Uuid>,
    Json(body): Json<RoleBody>,
) -> Answer {
    let role = match body.role {
        GivenRole::Owner => Role::Owner,
        GivenRole::Admin => Role::Admin,
        GivenRole::Member => Role::Member,
    };
    let accounts = services.accounts.clone();
    let id = UserId(id.into_inner());
    let account = to_the_end(async move { accounts.set_role(&who, id, role).await }).await?;
    let services: &Rc<Services> = &services;
    let (state, bans) = services.accounts.account_state(&account).await?;
    Ok(HttpResponse::Ok().json(info(&account, state.as_ref(), &bans)))
}

/// A link by which somebody sets a new password
#[utoipa::path(post, path = "/api/v1/accounts/{id}/reset-link", tag = "accounts",
    operation_id = "create_reset_link", params(("id" = Uuid, Path)),
    responses((status = 201, body = Link)))]
pub async fn create_reset_link(
    services: Shared,
    Member(who): Member,
    connection: Connection,
    id: web::Path<Uuid>,
) -> Answer {
    let accounts = services.accounts.clone();
    let id = UserId(id.into_inner());
    let link = to_the_end(async move { accounts.create_reset_link(&who, id).await }).await?;
    let url = link_url(&connection.base, "reset", &link.token);
    let link = Link { qr: qr(&url), url, expires_at: link.expires_at };
    Ok(HttpResponse::Created().json(link))
}

/// Sign somebody out everywhere
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/sessions", tag = "accounts",
    operation_id = "end_sessions_of", params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn end_sessions(services: Shared, Member(who): Member, id: web::Path<Uuid>) -> Answer {
    let accounts = services.accounts.clone();
    let id = UserId(id.into_inner());
    to_the_end(async move { accounts.end_sign_ins_of(&who, id).await }).await?;
    Ok(no_content())
}

fn info(account: &Account, state: Option<&AccountState>, bans: &[Ban]) -> AccountInfo {
    let ban = bans.iter().find(|ban| ban.user.id == account.id);
    AccountInfo {
        person: Person { banned: ban.is_some(), ..Person::from(account) },
        created_at: state.map(|state| state.created_at).unwrap_or_default(),
        last_used_at: state.and_then(|state| state.last_used_at),
        banned_until: ban.and_then(|ban| ban.until),
    }
}

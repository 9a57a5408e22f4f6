//! Who has an account, as everybody sees them who has one too.

use std::collections::HashSet;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, Caller, Params, Shared, at};
use crate::access::{ServerAction, decide_on_server};
use crate::accounts::AccountError;
use crate::domain::UserId;
use crate::wire::Person;

/// A picture does nothing, whatever a browser may take it for.
const AVATAR_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

#[derive(Debug, Serialize, ToSchema)]
pub struct PeopleBody {
    people: Vec<Person>,
    /// Whether there are others behind them.
    more: bool,
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/people", [(Method::GET, web::to(list))]))
        .service(at("/people/{id}", [(Method::GET, web::to(show))]))
        .service(at("/people/{id}/avatar", [(Method::GET, web::to(avatar))]));
}

/// People with an account, by name
#[utoipa::path(get, path = "/api/v1/people", tag = "people", operation_id = "people",
    params(("query" = Option<String>, Query, description = "A part of the name"),
        ("after" = Option<Uuid>, Query, description = "The last one of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200)),
    responses((status = 200, body = PeopleBody)))]
pub async fn list(services: Shared, caller: Caller, params: Params) -> Answer {
    let (after, limit) = (params.id("after")?.map(UserId), params.limit()? as usize);
    let found = services.accounts.people(caller.role(), params.text("query"), after, limit);
    let (people, bans) = found.await?;
    let banned: HashSet<_> = bans.iter().map(|ban| ban.user.id).collect();
    let person = |account: &_| {
        let person = Person::from(account);
        Person { banned: banned.contains(&UserId(person.id)), ..person }
    };
    let body = PeopleBody {
        people: people.accounts.iter().map(|account| person(&**account)).collect(),
        more: people.more,
    };
    Ok(HttpResponse::Ok().json(body))
}

/// One person
#[utoipa::path(get, path = "/api/v1/people/{id}", tag = "people", operation_id = "person",
    params(("id" = Uuid, Path)), responses((status = 200, body = Person)))]
pub async fn show(services: Shared, caller: Caller, id: web::Path<Uuid>) -> Answer {
    decide_on_server(caller.role(), ServerAction::People).map_err(AccountError::from)?;
    let accounts = &services.accounts;
    let account = accounts.person(UserId(id.into_inner()))?;
    let about = Some(accounts.about(account.id).await?).filter(|about| !about.is_empty());
    let (_, bans) = accounts.account_state(&account).await?;
    let banned = !bans.is_empty();
    Ok(HttpResponse::Ok().json(Person { about, banned, ..Person::from(&*account) }))
}

/// Somebody's picture
///
/// Who names its version, which is told only to who may see it, needs no sign-in.
#[utoipa::path(get, path = "/api/v1/people/{id}/avatar", tag = "people", operation_id = "avatar",
    params(("id" = Uuid, Path), ("v" = Option<String>, Query, description = "The version")),
    responses((status = 200, content_type = "image/png")), security((), ("session" = []), ("token" = [])))]
pub async fn avatar(
    request: HttpRequest,
    services: Shared,
    id: web::Path<Uuid>,
    params: Params,
) -> Answer {
    let accounts = &services.accounts;
    let account = accounts.directory().account(UserId(id.into_inner()));
    let version = account.as_ref().and_then(|account| account.avatar.as_deref());
    let caching = if version == Some(params.text("v")) {
        "private, max-age=31536000, immutable"
    } else {
        let caller = Caller::extract(&request).await?;
        decide_on_server(caller.role(), ServerAction::People).map_err(AccountError::from)?;
        "private, no-cache"
    };
    let account = account.ok_or(AccountError::PersonUnknown)?;
    let avatar = accounts.avatar(account.id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, avatar.media_type))
        .insert_header((CACHE_CONTROL, caching))
        .insert_header((CONTENT_SECURITY_POLICY, AVATAR_POLICY))
        .body(avatar.bytes))
}

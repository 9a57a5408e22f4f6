//! Ways in and out, and the devices that one is signed in on.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::caller::{device_cookie, no_cookie, session_cookie, sign_in_cookie};
use super::objects::{self, Link, link_url, qr};
use super::{
    Answer, Caller, Connection, Json, Member, Problem, Shared, at, no_content, to_the_end,
};
use crate::accounts::{Claim, Entered, Registration, SignedIn};
use crate::auth::Secret;
use crate::domain::{Millis, SignInId};
use crate::session::Services;
use crate::wire::Me;

/// What the first owner says.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ClaimBody {
    /// As the server printed it when it started.
    #[schema(value_type = String)]
    token: Secret,
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    #[schema(value_type = String, min_length = 8, max_length = 1024)]
    password: Secret,
    #[schema(min_length = 1, max_length = 64)]
    server_name: Option<String>,
}

/// What somebody says who wants an account.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignUpBody {
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    #[schema(value_type = String, min_length = 8, max_length = 1024)]
    password: Secret,
    #[schema(value_type = Option<String>)]
    invite: Option<Secret>,
    /// Of a guest who wants to stay who they are.
    #[schema(value_type = Option<String>)]
    guest_token: Option<Secret>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct SignInBody {
    name: String,
    #[schema(value_type = String)]
    password: Secret,
    /// False for a program that wants a token instead.
    cookie: Option<bool>,
}

/// A link's token.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TokenBody {
    #[schema(value_type = String)]
    pub token: Secret,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ResetBody {
    #[schema(value_type = String)]
    token: Secret,
    #[schema(value_type = String, min_length = 8, max_length = 1024)]
    password: Secret,
}

/// Oneself, with the token if it is in no cookie.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeWithToken {
    #[serde(flatten)]
    me: Me,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Sessions {
    sessions: Vec<SessionInfo>,
}

/// A device that one is signed in on.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionInfo {
    id: Uuid,
    device: String,
    address: String,
    created_at: Millis,
    last_used_at: Millis,
    current: bool,
}

/// How a token is handed over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handover {
    Cookie,
    Body,
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/claim", [(Method::POST, web::to(claim))]))
        .service(at("/password-resets", [(Method::POST, web::to(reset_password))]))
        .service(at("/session/device", [(Method::POST, web::to(sign_in_by_link))]))
        .service(at(
            "/session",
            [
                (Method::GET, web::to(show)),
                (Method::POST, web::to(sign_in)),
                (Method::DELETE, web::to(sign_out)),
            ],
        ))
        .service(at("/sessions", [(Method::GET, web::to(list))]))
        .service(at("/sessions/{id}", [(Method::DELETE, web::to(end))]))
        .service(at("/device-links", [(Method::POST, web::to(create_device_link))]));
}

/// Become the owner of a server that has none
#[utoipa::path(post, path = "/api/v1/claim", tag = "session", operation_id = "claim",
    request_body = ClaimBody, responses((status = 201, body = Me)), security(()))]
pub async fn claim(
    request: HttpRequest,
    services: Shared,
    connection: Connection,
    Json(body): Json<ClaimBody>,
) -> Answer {
    let ClaimBody { token, name, password, server_name } = body;
    let claim = Claim { token, name, password, server_name };
    let accounts = services.accounts.clone();
    let entered = to_the_end(async move { accounts.claim(claim, &connection.visit).await }).await?;
    welcome(&request, &services, entered, HttpResponse::Created(), Handover::Cookie).await
}

/// Make an account
#[utoipa::path(post, path = "/api/v1/accounts", tag = "session", operation_id = "sign_up",
    request_body = SignUpBody, responses((status = 201, body = Me)), security(()))]
pub async fn sign_up(
    request: HttpRequest,
    services: Shared,
    connection: Connection,
    Json(body): Json<SignUpBody>,
) -> Answer {
    let SignUpBody { name, password, invite, guest_token } = body;
    let registration = Registration { name, password, invite, guest_token };
    let accounts = services.accounts.clone();
    let signed_up = async move { accounts.sign_up(registration, &connection.visit).await };
    let entered = to_the_end(signed_up).await?;
    welcome(&request, &services, entered, HttpResponse::Created(), Handover::Cookie).await
}

/// Sign in by a password
#[utoipa::path(post, path = "/api/v1/session", tag = "session", operation_id = "sign_in",
    request_body = SignInBody, responses((status = 200, body = MeWithToken)), security(()))]
pub async fn sign_in(
    request: HttpRequest,
    services: Shared,
    connection: Connection,
    Json(body): Json<SignInBody>,
) -> Answer {
    let SignInBody { name, password, cookie } = body;
    let accounts = services.accounts.clone();
    let signed_in = async move { accounts.sign_in(&name, password, &connection.visit).await };
    let entered = to_the_end(signed_in).await?;
    let handover = if cookie.unwrap_or(true) { Handover::Cookie } else { Handover::Body };
    welcome(&request, &services, entered, HttpResponse::Ok(), handover).await
}

/// Sign in by a link from another device
#[utoipa::path(post, path = "/api/v1/session/device", tag = "session", operation_id = "sign_in_by_link",
    request_body = TokenBody, responses((status = 200, body = Me)), security(()))]
pub async fn sign_in_by_link(
    request: HttpRequest,
    services: Shared,
    connection: Connection,
    Json(body): Json<TokenBody>,
) -> Answer {
    let accounts = services.accounts.clone();
    let signed_in = async move { accounts.sign_in_by_link(&body.token, &connection.visit).await };
    let entered = to_the_end(signed_in).await?;
    welcome(&request, &services, entered, HttpResponse::Ok(), Handover::Cookie).await
}

/// Set a new password by a link
#[utoipa::path(post, path = "/api/v1/password-resets", tag = "session", operation_id = "reset_password",
    request_body = ResetBody, responses((status = 200, body = Me)), security(()))]
pub async fn reset_password(
    request: HttpRequest,
    services: Shared,
    connection: Connection,
    Json(body): Json<ResetBody>,
) -> Answer {
    let ResetBody { token, password } = body;
    let accounts = services.accounts.clone();
    let reset = async move { accounts.reset_password(&token, password, &connection.visit).await };
    let entered = to_the_end(reset).await?;
    welcome(&request, &services, entered, HttpResponse::Ok(), Handover::Cookie).await
}

/// Oneself
#[utoipa::path(get, path = "/api/v1/session", tag = "session", operation_id = "session",
    responses((status = 200, body = Me)))]
pub async fn show(request: HttpRequest, services: Shared, caller: Caller) -> Answer {
    let mut response = HttpResponse::Ok();
    // A sign-in lasts from its last use on, and so has the cookie to.
    if let Some(token) = session_cookie(&request) {
        response.cookie(sign_in_cookie(&request, token));
    }
    let me = match caller {
        Caller::Account(who) => objects::me(&services.accounts, &who).await?,
        Caller::Guest(user) => objects::guest(&services.accounts, &user),
    };
    Ok(response.json(me))
}

/// Sign out
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", operation_id = "sign_out",
    responses((status = 204)))]
pub async fn sign_out(request: HttpRequest, services: Shared, Member(who): Member) -> Answer {
    let accounts = services.accounts.clone();
    to_the_end(async move { accounts.sign_out(&who).await }).await?;
    Ok(HttpResponse::NoContent().cookie(no_cookie(&request)).finish())
}

/// The devices that one is signed in on
#[utoipa::path(get, path = "/api/v1/sessions", tag = "session", operation_id = "sessions",
    responses((status = 200, body = Sessions)))]
pub async fn list(services: Shared, Member(who): Member) -> Answer {
    let sign_ins = services.accounts.sign_ins(&who).await?;
    let sessions = sign_ins.into_iter().map(|it| SessionInfo {
        id: it.id.0,
        device: it.device,
        address: it.address,
        created_at: it.created_at,
        last_used_at: it.last_used_at,
        current: it.id == who.sign_in,
    });
    Ok(HttpResponse::Ok().json(Sessions { sessions: sessions.collect() }))
}

/// Sign out on another device
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "session", operation_id = "end_session",
    params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn end(services: Shared, Member(who): Member, id: web::Path<Uuid>) -> Answer {
    let accounts = services.accounts.clone();
    let id = SignInId(id.into_inner());
    to_the_end(async move { accounts.end_sign_in(&who, id).await }).await?;
    Ok(no_content())
}

/// A link by which to sign in on another device
#[utoipa::path(post, path = "/api/v1/device-links", tag = "session", operation_id = "create_device_link",
    responses((status = 201, body = Link)))]
pub async fn create_device_link(
    services: Shared,
    Member(who): Member,
    connection: Connection,
) -> Answer {
    let accounts = services.accounts.clone();
    let link = to_the_end(async move { accounts.create_device_link(&who).await }).await?;
    let url = link_url(&connection.base, "device", &link.token);
    let link = Link { qr: qr(&url), url, expires_at: link.expires_at };
    Ok(HttpResponse::Created().json(link))
}

/// Hands over the token, and lets the device be known.
async fn welcome(
    request: &HttpRequest,
    services: &Services,
    entered: Entered,
    mut response: actix_web::HttpResponseBuilder,
    handover: Handover,
) -> Result<HttpResponse, Problem> {
    let Entered { account, sign_in, token, device } = entered;
    let me = objects::me(&services.accounts, &SignedIn { account, sign_in }).await?;
    if handover == Handover::Body {
        let token = Some(token.reveal().to_owned());
        return Ok(response.json(MeWithToken { me, token }));
    }
    response.cookie(sign_in_cookie(request, token.reveal()));
    response.cookie(device_cookie(request, &services.signer, device));
    Ok(response.json(MeWithToken { me, token: None }))
}

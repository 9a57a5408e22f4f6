//! What everybody may know of the server.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Shared, at};
use crate::auth::PASSWORD_CHARS;

#[derive(Debug, Serialize, ToSchema)]
pub struct ServerInfo {
    name: String,
    #[schema(value_type = String)]
    version: &'static str,
    /// Whether somebody owns it.
    claimed: bool,
    /// Whether one may come without an account.
    guests: bool,
    /// closed, invite or open
    #[schema(value_type = String)]
    sign_up: &'static str,
    /// The fewest characters of a password.
    password_chars: usize,
    limits: ServerLimits,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ServerLimits {
    message_bytes: usize,
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/server", [(Method::GET, web::to(show))]));
}

/// What the server is called, and who may come
#[utoipa::path(get, path = "/api/v1/server", tag = "server", operation_id = "server",
    responses((status = 200, body = ServerInfo)), security(()))]
pub async fn show(services: Shared) -> Answer {
    let (accounts, config) = (&services.accounts, &services.config);
    let settings = accounts.settings();
    Ok(HttpResponse::Ok().json(ServerInfo {
        name: settings.name,
        version: env!("CARGO_PKG_VERSION"),
        claimed: accounts.directory().has_owner(),
        guests: accounts.admits_guests(),
        sign_up: settings.sign_up.as_str(),
        password_chars: PASSWORD_CHARS,
        limits: ServerLimits { message_bytes: config.limits.message_bytes },
    }))
}

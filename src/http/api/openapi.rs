//! The API's description, made from the handlers.

use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use super::caller::SESSION_COOKIE;
use super::problem::ProblemBody;
use super::{
    Answer, accounts, at, audit, bans, bots, invites, me, members, messages, people, reports,
    rooms, server, session, settings,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Stonechat",
        description = "People, rooms and messages of a Stonechat server. Times are milliseconds since 1970."
    ),
    paths(
        server::show,
        session::claim, session::sign_up, session::sign_in, session::sign_in_by_link,
        session::reset_password, session::show, session::sign_out, session::list, session::end,
        session::create_device_link,
        me::update, me::change_password, me::set_avatar, me::delete_avatar,
        people::list, people::show, people::avatar,
        invites::check, invites::list, invites::create, invites::delete, invites::reset,
        accounts::list, accounts::update, accounts::create_reset_link, accounts::end_sessions,
        bots::create, bots::renew,
        bans::list, bans::create, bans::delete,
        settings::show, settings::update,
        reports::list, reports::update,
        audit::list,
        rooms::list, rooms::create, rooms::direct, rooms::show, rooms::update, rooms::delete,
        rooms::read, rooms::set_level,
        members::list, members::join, members::leave, members::invite, members::update,
        members::remove, members::list_bans, members::ban, members::unban,
        messages::list, messages::create, messages::update, messages::delete, messages::report,
    ),
    components(schemas(ProblemBody<'static>)),
    security(("session" = []), ("token" = [])),
    modifiers(&Security, &Problems)
)]
struct Api;

/// Who asks is known by the cookie or by a token.
struct Security;

impl Modify for Security {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE)));
        components.add_security_scheme("session", cookie);
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
    }
}

/// Every request can be refused, and is so with a problem.
struct Problems;

impl Modify for Problems {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        for item in api.paths.paths.values_mut() {
            let operations: [&mut Option<Operation>; 5] =
                [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                for (status, what) in
                    [("4XX", "The request is refused."), ("5XX", "The server could not do it.")]
                {
                    operation.responses.responses.insert(status.into(), problem(what));
                }
            }
        }
    }
}

fn problem(what: &str) -> RefOr<utoipa::openapi::Response> {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new().description(what);
    RefOr::T(response.content("application/problem+json", content).build())
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/openapi.json", [(Method::GET, web::to(show))]));
}

async fn show() -> Answer {
    static API: LazyLock<String> =
        LazyLock::new(|| Api::openapi().to_json().expect("the description is JSON"));
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(API.as_str()))
}

//! Programs with an account.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, Connection, Json, Member, Shared, at, to_the_end};
use crate::domain::UserId;
use crate::wire::Person;

#[derive(Debug, Deserialize, ToSchema)]
pub struct BotBody {
    #[schema(min_length = 1, max_length = 64)]
    name: String,
}

/// A bot, and its token, which is told only now.
#[derive(Debug, Serialize, ToSchema)]
pub struct BotMade {
    user: Person,
    token: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BotToken {
    token: String,
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/bots", [(Method::POST, web::to(create))]))
        .service(at("/bots/{id}/token", [(Method::POST, web::to(renew))]));
}

/// Make a bot
#[utoipa::path(post, path = "/api/v1/bots", tag = "bots", operation_id = "create_bot",
    request_body = BotBody, responses((status = 201, body = BotMade)))]
pub async fn create(
    services: Shared,
    Member(who): Member,
    connection: Connection,
    Json(body): Json<BotBody>,
) -> Answer {
    let accounts = services.accounts.clone();
    let made = async move { accounts.create_bot(&who, &body.name, &connection.visit).await };
    let made = to_the_end(made).await?;
    let (user, token) = (Person::from(&*made.account), made.token.reveal().to_owned());
    Ok(HttpResponse::Created().json(BotMade { user, token }))
}

/// Give a bot another token; the one before is none any more
#[utoipa::path(post, path = "/api/v1/bots/{id}/token", tag = "bots", operation_id = "renew_bot_token",
    params(("id" = Uuid, Path)), responses((status = 200, body = BotToken)))]
pub async fn renew(
    services: Shared,
    Member(who): Member,
    connection: Connection,
    id: web::Path<Uuid>,
) -> Answer {
    let accounts = services.accounts.clone();
    let id = UserId(id.into_inner());
    let renewed = async move { accounts.renew_bot_token(&who, id, &connection.visit).await };
    let token = to_the_end(renewed).await?;
    Ok(HttpResponse::Ok().json(BotToken { token: token.reveal().to_owned() }))
}

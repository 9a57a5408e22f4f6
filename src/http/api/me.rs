//! One's own profile, password and picture.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::input::Image;
use super::{Answer, Connection, Json, Member, Shared, at, no_content, objects, to_the_end};
use crate::accounts::ProfileChange;
use crate::auth::Secret;
use crate::wire::Me;

/// What is to be another one.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ProfileBody {
    #[schema(min_length = 1, max_length = 64)]
    name: Option<String>,
    #[schema(max_length = 500)]
    about: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct PasswordBody {
    #[schema(value_type = String)]
    old: Secret,
    #[schema(value_type = String, min_length = 8, max_length = 1024)]
    new: Secret,
}

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(at("/me", [(Method::PATCH, web::to(update))]))
        .service(at("/me/password", [(Method::PUT, web::to(change_password))]))
        .service(at(
            "/me/avatar",
            [(Method::PUT, web::to(set_avatar)), (Method::DELETE, web::to(delete_avatar))],
        ));
}

/// Change one's name or what one says about oneself
#[utoipa::path(patch, path = "/api/v1/me", tag = "me", operation_id = "update_me",
    request_body = ProfileBody, responses((status = 200, body = Me)))]
pub async fn update(
    services: Shared,
    Member(who): Member,
    Json(body): Json<ProfileBody>,
) -> Answer {
    let change = ProfileChange { name: body.name, about: body.about };
    let (accounts, asker) = (services.accounts.clone(), who.clone());
    to_the_end(async move { accounts.change_profile(&asker, change).await }).await?;
    Ok(HttpResponse::Ok().json(objects::me(&services.accounts, &who).await?))
}

/// Change one's password, which ends the other sign-ins
#[utoipa::path(put, path = "/api/v1/me/password", tag = "me", operation_id = "change_password",
    request_body = PasswordBody, responses((status = 204)))]
pub async fn change_password(
    services: Shared,
    Member(who): Member,
    connection: Connection,
    Json(body): Json<PasswordBody>,
) -> Answer {
    let accounts = services.accounts.clone();
    let PasswordBody { old, new } = body;
    let changed = async move { accounts.change_password(&who, old, new, &connection.visit).await };
    to_the_end(changed).await?;
    Ok(no_content())
}

/// Give oneself a picture
#[utoipa::path(put, path = "/api/v1/me/avatar", tag = "me", operation_id = "set_avatar",
    request_body(content(("image/png"), ("image/jpeg"), ("image/webp"), ("image/gif"))),
    responses((status = 200, body = Me)))]
pub async fn set_avatar(services: Shared, Member(who): Member, image: Image) -> Answer {
    let (accounts, asker) = (services.accounts.clone(), who.clone());
    // The picture keeps its place until it is done with.
    to_the_end(async move { accounts.set_avatar(&asker, image.bytes.clone()).await }).await?;
    Ok(HttpResponse::Ok().json(objects::me(&services.accounts, &who).await?))
}

/// Take one's picture away
#[utoipa::path(delete, path = "/api/v1/me/avatar", tag = "me", operation_id = "delete_avatar",
    responses((status = 200, body = Me)))]
pub async fn delete_avatar(services: Shared, Member(who): Member) -> Answer {
    let (accounts, asker) = (services.accounts.clone(), who.clone());
    to_the_end(async move { accounts.delete_avatar(&asker).await }).await?;
    Ok(HttpResponse::Ok().json(objects::me(&services.accounts, &who).await?))
}

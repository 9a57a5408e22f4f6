//! What is said in rooms.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::{some_number, wrong};
use super::rooms::Room;
use super::{Answer, Caller, Json, Params, Problem, Shared, at, to_the_end};
use crate::access::Denied;
use crate::domain::{Body, MessageId, RoomName};
use crate::rooms::RoomError;
use crate::store::{Action, Page, Receipt};
use crate::wire;

#[derive(Debug, Deserialize, ToSchema)]
pub struct NewMessage {
    /// Of one's own choosing: the same one again is the same message again.
    id: Option<Uuid>,
    /// At most as many bytes as /api/v1/server says.
    #[schema(min_length = 1, pattern = r"\S")]
    body: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangedMessage {
    /// At most as many bytes as /api/v1/server says.
    #[schema(min_length = 1, pattern = r"\S")]
    body: String,
    /// The number of the version that was edited; one that was changed since is left alone.
    #[serde(default, deserialize_with = "some_number")]
    #[schema(nullable = false)]
    version: Option<u64>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct ReportBody {
    #[serde(default, deserialize_with = "wire::reason")]
    #[schema(max_length = 500)]
    reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Reported {
    id: Uuid,
}

#[derive(Deserialize)]
pub struct InRoom {
    room: String,
    id: Uuid,
}

impl InRoom {
    fn parts(&self) -> Result<(RoomName, MessageId), Problem> {
        let room = RoomName::parse(&self.room).map_err(|_| RoomError::from(Denied::Hidden))?;
        Ok((room, MessageId(self.id)))
    }
}

pub fn configure(app: &mut web::ServiceConfig) {
    let messages = [(Method::GET, web::to(list)), (Method::POST, web::to(create))];
    let message = [(Method::PATCH, web::to(update)), (Method::DELETE, web::to(delete))];
    app.service(at("/rooms/{room}/messages", messages))
        .service(at("/rooms/{room}/messages/{id}", message))
        .service(at("/rooms/{room}/messages/{id}/reports", [(Method::POST, web::to(report))]));
}

/// A page of a room's messages, in ascending order
///
/// The newest, unless one of before, after, around and at is said; at is a time in milliseconds.
#[utoipa::path(get, path = "/api/v1/rooms/{room}/messages", tag = "messages", operation_id = "history",
    params(("room" = String, Path), ("before" = Option<u64>, Query), ("after" = Option<u64>, Query),
        ("around" = Option<u64>, Query), ("at" = Option<u64>, Query),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200)),
    responses((status = 200, body = wire::Page)))]
pub async fn list(services: Shared, caller: Caller, room: Room, params: Params) -> Answer {
    let pages = [
        params.number("before")?.map(Page::Before),
        params.number("after")?.map(Page::After),
        params.number("around")?.map(Page::Around),
        params.number("at")?.map(|time| Page::At(time.cast_signed())),
    ];
    let mut given = pages.into_iter().flatten();
    let wanted = given.next();
    if given.next().is_some() {
        return Err(wrong("before", "only one of before, after, around and at may be given"));
    }
    let limit = params.limit()?;
    let name = room.name()?;
    let scene = services.rooms.inside(&caller.actor(), &name).await?;
    let page = wanted.unwrap_or(Page::UpTo(scene.room.seq));
    let history = services.store.history(&scene.room, page, limit).await;
    let history = history.map_err(RoomError::from)?;
    Ok(HttpResponse::Ok().json(wire::Page {
        room: name.as_str(),
        messages: history.messages.iter().map(Into::into).collect(),
        more: history.more,
    }))
}

/// Say something
#[utoipa::path(post, path = "/api/v1/rooms/{room}/messages", tag = "messages", operation_id = "send",
    params(("room" = String, Path)), request_body = NewMessage,
    responses((status = 201, body = wire::Receipt)))]
pub async fn create(
    services: Shared,
    caller: Caller,
    room: Room,
    Json(body): Json<NewMessage>,
) -> Answer {
    let id = body.id.map_or_else(MessageId::fresh, MessageId);
    let body = parse(&services, &body.body)?;
    let mentions = services.accounts.directory().called_in(body.as_str());
    let name = room.name()?;
    let receipt = write(&services, &caller, name, id, Action::Post { body, mentions }).await?;
    let Receipt { id, seq, sent_at, .. } = receipt;
    Ok(HttpResponse::Created().json(wire::Receipt { id: id.0, seq, sent_at }))
}

/// Edit a message
#[utoipa::path(patch, path = "/api/v1/rooms/{room}/messages/{id}", tag = "messages", operation_id = "edit",
    params(("room" = String, Path), ("id" = Uuid, Path)), request_body = ChangedMessage,
    responses((status = 200, body = wire::ChangeReceipt)))]
pub async fn update(
    services: Shared,
    caller: Caller,
    path: web::Path<InRoom>,
    Json(body): Json<ChangedMessage>,
) -> Answer {
    let (room, id) = path.parts()?;
    let action = Action::Edit { body: parse(&services, &body.body)?, version: body.version };
    change(&services, &caller, room, id, action).await
}

/// Delete a message
#[utoipa::path(delete, path = "/api/v1/rooms/{room}/messages/{id}", tag = "messages",
    operation_id = "delete", params(("room" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = wire::ChangeReceipt)))]
pub async fn delete(services: Shared, caller: Caller, path: web::Path<InRoom>) -> Answer {
    let (room, id) = path.parts()?;
    change(&services, &caller, room, id, Action::Delete).await
}

/// Ask the admins to look at a message
#[utoipa::path(post, path = "/api/v1/rooms/{room}/messages/{id}/reports", tag = "messages",
    operation_id = "report", params(("room" = String, Path), ("id" = Uuid, Path)),
    request_body = ReportBody, responses((status = 201, body = Reported)))]
pub async fn report(
    services: Shared,
    caller: Caller,
    path: web::Path<InRoom>,
    Json(body): Json<ReportBody>,
) -> Answer {
    let ((room, id), rooms, actor) = (path.parts()?, services.rooms.clone(), caller.actor());
    to_the_end(async move { rooms.report(&actor, &room, id, body.reason).await }).await?;
    Ok(HttpResponse::Created().json(Reported { id: id.0 }))
}

fn parse(services: &Shared, body: &str) -> Result<Body, Problem> {
    Ok(Body::parse(body, services.config.limits.message_bytes)?)
}

async fn change(
    services: &Shared,
    caller: &Caller,
    room: RoomName,
    id: MessageId,
    action: Action,
) -> Answer {
    let Receipt { id, seq, change, .. } = write(services, caller, room, id, action).await?;
    Ok(HttpResponse::Ok().json(wire::ChangeReceipt::new(id.0, seq, change.as_ref())))
}

async fn write(
    services: &Shared,
    caller: &Caller,
    room: RoomName,
    id: MessageId,
    action: Action,
) -> Result<Receipt, Problem> {
    Ok(services.rooms.write(&caller.actor(), &room, id, action).await?)
}

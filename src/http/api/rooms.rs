//! Rooms, for whoever may see them.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::input::number;
use super::{Answer, Caller, Json, Params, Problem, Shared, at, no_content, to_the_end};
use crate::chat::View;
use crate::domain::{Level, RoomName, Search, UserId};
use crate::rooms::{Draft, RoomError};
use crate::views;
use crate::wire;

#[derive(Debug, Deserialize, ToSchema)]
pub struct ReadBody {
    /// The number of the last message that was seen.
    #[serde(deserialize_with = "number")]
    seq: u64,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct LevelBody {
    /// all, mentions or nothing
    #[serde(deserialize_with = "wire::level")]
    #[schema(value_type = String, pattern = "^(all|mentions|nothing)$")]
    level: Level,
}

pub fn configure(app: &mut web::ServiceConfig) {
    let room = [
        (Method::GET, web::to(show)),
        (Method::PATCH, web::to(update)),
        (Method::DELETE, web::to(delete)),
    ];
    app.service(at("/rooms", [(Method::GET, web::to(list)), (Method::POST, web::to(create))]))
        .service(at("/direct", [(Method::POST, web::to(direct))]))
        .service(at("/rooms/{room}", room))
        .service(at("/rooms/{room}/read", [(Method::PUT, web::to(read))]))
        .service(at("/rooms/{room}/level", [(Method::PUT, web::to(set_level))]));
}

/// The rooms that one may see, by name; not the direct ones
#[utoipa::path(get, path = "/api/v1/rooms", tag = "rooms", operation_id = "rooms",
    params(("query" = Option<String>, Query, description = "A part of the name or the title"),
        ("after" = Option<String>, Query, description = "The name of the last one of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200)),
    responses((status = 200, body = wire::RoomList)))]
pub async fn list(services: Shared, caller: Caller, params: Params) -> Answer {
    let text = |name| Some(params.text(name)).filter(|text| !text.is_empty()).map(str::to_owned);
    let search = Search::new(text("query"), text("after"), Some(params.limit()?));
    let page = services.rooms.list(&caller.actor(), search).await?;
    Ok(HttpResponse::Ok().json(views::room_list(&page, &services.accounts)))
}

/// Make a room
#[utoipa::path(post, path = "/api/v1/rooms", tag = "rooms", operation_id = "create_room",
    request_body = wire::CreateRoom, responses((status = 201, body = wire::Room)))]
pub async fn create(
    services: Shared,
    caller: Caller,
    Json(body): Json<wire::CreateRoom>,
) -> Answer {
    let wire::CreateRoom { title, kind, topic } = body;
    let makers = services.accounts.settings().create_rooms;
    let (rooms, actor) = (services.rooms.clone(), caller.actor());
    let draft = Draft { title, topic, kind };
    let view = to_the_end(async move { rooms.create(&actor, draft, makers).await }).await?;
    Ok(HttpResponse::Created().json(views::room(&view, None, &services.accounts)))
}

/// The direct room of oneself and others, which is made if there is none
#[utoipa::path(post, path = "/api/v1/direct", tag = "rooms", operation_id = "direct",
    request_body = wire::Direct, responses((status = 200, body = wire::Room)))]
pub async fn direct(services: Shared, caller: Caller, Json(body): Json<wire::Direct>) -> Answer {
    let people: Vec<_> = body.people.into_iter().map(UserId).collect();
    let (rooms, actor) = (services.rooms.clone(), caller.actor());
    let view = to_the_end(async move { rooms.direct(&actor, &people).await }).await?;
    answer(&services, &caller, view).await
}

/// One room
#[utoipa::path(get, path = "/api/v1/rooms/{room}", tag = "rooms", operation_id = "room",
    params(("room" = String, Path)), responses((status = 200, body = wire::Room)))]
pub async fn show(services: Shared, caller: Caller, room: Room) -> Answer {
    let view = services.rooms.show(&caller.actor(), &room.name()?).await?;
    answer(&services, &caller, view).await
}

/// Change a room
#[utoipa::path(patch, path = "/api/v1/rooms/{room}", tag = "rooms", operation_id = "update_room",
    params(("room" = String, Path)), request_body = wire::RoomChanges,
    responses((status = 200, body = wire::Room)))]
pub async fn update(
    services: Shared,
    caller: Caller,
    room: Room,
    Json(body): Json<wire::RoomChanges>,
) -> Answer {
    let (rooms, actor, name) = (services.rooms.clone(), caller.actor(), room.name()?);
    let update = body.into();
    let view = to_the_end(async move { rooms.update(&actor, &name, update).await }).await?;
    answer(&services, &caller, view).await
}

/// Delete a room with all that is in it
#[utoipa::path(delete, path = "/api/v1/rooms/{room}", tag = "rooms", operation_id = "delete_room",
    params(("room" = String, Path)), responses((status = 204)))]
pub async fn delete(services: Shared, caller: Caller, room: Room) -> Answer {
    let (rooms, actor, name) = (services.rooms.clone(), caller.actor(), room.name()?);
    to_the_end(async move { rooms.delete(&actor, &name).await }).await?;
    Ok(no_content())
}

/// Say how far one has read
#[utoipa::path(put, path = "/api/v1/rooms/{room}/read", tag = "rooms", operation_id = "mark_read",
    params(("room" = String, Path)), request_body = ReadBody,
    responses((status = 200, body = wire::HasRead)))]
pub async fn read(
    services: Shared,
    caller: Caller,
    room: Room,
    Json(body): Json<ReadBody>,
) -> Answer {
    let (rooms, actor, name) = (services.rooms.clone(), caller.actor(), room.name()?);
    let marked = async move { rooms.mark_read(&actor, &name, body.seq).await };
    let (read, unread) = to_the_end(marked).await?;
    Ok(HttpResponse::Ok().json(views::has_read(&room.name()?, read, unread)))
}

/// Say which messages one wants to be told of
#[utoipa::path(put, path = "/api/v1/rooms/{room}/level", tag = "rooms", operation_id = "set_level",
    params(("room" = String, Path)), request_body = LevelBody,
    responses((status = 200, body = wire::Room)))]
pub async fn set_level(
    services: Shared,
    caller: Caller,
    room: Room,
    Json(body): Json<LevelBody>,
) -> Answer {
    let (rooms, actor, name) = (services.rooms.clone(), caller.actor(), room.name()?);
    let set = async move { rooms.set_level(&actor, &name, body.level).await };
    let view = to_the_end(set).await?;
    answer(&services, &caller, view).await
}

/// The room that a path names.
#[derive(Deserialize)]
pub struct RoomPath {
    room: String,
}

pub type Room = web::Path<RoomPath>;

impl RoomPath {
    /// What cannot be a room's name is none's.
    pub fn name(&self) -> Result<RoomName, Problem> {
        RoomName::parse(&self.room)
            .map_err(|_| RoomError::from(crate::access::Denied::Hidden).into())
    }
}

/// A room, with what is unread of it.
pub async fn answer(services: &Shared, caller: &Caller, view: View) -> Answer {
    let counted = services.rooms.with_unread(caller.user().id, vec![view]).await?;
    let rooms: Vec<_> = counted
        .iter()
        .map(|(view, unread)| views::room(view, Some(*unread), &services.accounts))
        .collect();
    let room = rooms.first().ok_or(RoomError::from(crate::access::Denied::Hidden))?;
    Ok(HttpResponse::Ok().json(room))
}

//! Who belongs to a room, and who is kept out of it.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::bans::{BanBody, BanInfo, Bans};
use super::rooms::{Room, answer};
use super::{Answer, Caller, Json, Params, Problem, Shared, at, no_content, to_the_end};
use crate::access::Denied;
use crate::domain::{Millis, RoomName, Search, UserId};
use crate::rooms::{NewBan, RoomError};
use crate::views;
use crate::wire;

/// What is to be changed about a member.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MemberChanges {
    moderator: Option<bool>,
    /// For how long they are silenced, in milliseconds; 0 ends it.
    #[serde(default, deserialize_with = "wire::some_lasting")]
    #[schema(value_type = Option<i64>, nullable = false, minimum = 0, maximum = 316_224_000_000_i64)]
    muted_for: Option<Millis>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MemberChanged {
    #[serde(skip_serializing_if = "Option::is_none")]
    moderator: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    muted_until: Option<Millis>,
}

#[derive(Deserialize)]
pub struct InRoom {
    room: String,
    user: Uuid,
}

impl InRoom {
    fn parts(&self) -> Result<(RoomName, UserId), Problem> {
        let room = RoomName::parse(&self.room).map_err(|_| RoomError::from(Denied::Hidden))?;
        Ok((room, UserId(self.user)))
    }
}

pub fn configure(app: &mut web::ServiceConfig) {
    let me = [(Method::PUT, web::to(join)), (Method::DELETE, web::to(leave))];
    let member = [
        (Method::PUT, web::to(invite)),
        (Method::PATCH, web::to(update)),
        (Method::DELETE, web::to(remove)),
    ];
    let bans = [(Method::GET, web::to(list_bans)), (Method::POST, web::to(ban))];
    app.service(at("/rooms/{room}/members", [(Method::GET, web::to(list))]))
        .service(at("/rooms/{room}/members/me", me))
        .service(at("/rooms/{room}/members/{user}", member))
        .service(at("/rooms/{room}/bans", bans))
        .service(at("/rooms/{room}/bans/{user}", [(Method::DELETE, web::to(unban))]));
}

/// The members with accounts, by id
#[utoipa::path(get, path = "/api/v1/rooms/{room}/members", tag = "members", operation_id = "members",
    params(("room" = String, Path),
        ("query" = Option<String>, Query, description = "A part of the name"),
        ("after" = Option<Uuid>, Query, description = "The last one of the page before"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200)),
    responses((status = 200, body = wire::MemberList)))]
pub async fn list(services: Shared, caller: Caller, room: Room, params: Params) -> Answer {
    let query = Some(params.text("query").to_owned());
    let search = Search::new(query, params.id("after")?.map(UserId), Some(params.limit()?));
    let page = services.rooms.members(&caller.actor(), &room.name()?, search).await?;
    Ok(HttpResponse::Ok().json(views::member_list(&page)))
}

/// Join
#[utoipa::path(put, path = "/api/v1/rooms/{room}/members/me", tag = "members", operation_id = "join",
    params(("room" = String, Path)), responses((status = 200, body = wire::Room)))]
pub async fn join(services: Shared, caller: Caller, room: Room) -> Answer {
    let (rooms, actor, name) = (services.rooms.clone(), caller.actor(), room.name()?);
    let (view, _) = to_the_end(async move { rooms.join(&actor, &name).await }).await?;
    answer(&services, &caller, view).await
}

/// Leave
#[utoipa::path(delete, path = "/api/v1/rooms/{room}/members/me", tag = "members", operation_id = "leave",
    params(("room" = String, Path)), responses((status = 204)))]
pub async fn leave(services: Shared, caller: Caller, room: Room) -> Answer {
    let (rooms, actor, name) = (services.rooms.clone(), caller.actor(), room.name()?);
    to_the_end(async move { rooms.leave(&actor, &name).await }).await?;
    Ok(no_content())
}

/// Take somebody in
#[utoipa::path(put, path = "/api/v1/rooms/{room}/members/{user}", tag = "members", operation_id = "invite",
    params(("room" = String, Path), ("user" = Uuid, Path)),
    responses((status = 200, body = wire::Room)))]
pub async fn invite(services: Shared, caller: Caller, path: web::Path<InRoom>) -> Answer {
    let ((room, user), rooms, actor) = (path.parts()?, services.rooms.clone(), caller.actor());
    let view = to_the_end(async move { rooms.invite(&actor, &room, user).await }).await?;
    answer(&services, &caller, view).await
}

/// Make a moderator, or silence
#[utoipa::path(patch, path = "/api/v1/rooms/{room}/members/{user}", tag = "members",
    operation_id = "update_member", params(("room" = String, Path), ("user" = Uuid, Path)),
    request_body = MemberChanges, responses((status = 200, body = MemberChanged)))]
pub async fn update(
    services: Shared,
    caller: Caller,
    path: web::Path<InRoom>,
    Json(body): Json<MemberChanges>,
) -> Answer {
    let ((room, user), rooms, actor) = (path.parts()?, services.rooms.clone(), caller.actor());
    let MemberChanges { moderator, muted_for } = body;
    let update = async move {
        if let Some(moderator) = moderator {
            rooms.appoint(&actor, &room, user, moderator).await?;
        }
        match muted_for {
            Some(lasting) => rooms.mute(&actor, &room, user, lasting).await,
            None => Ok(None),
        }
    };
    let muted_until = to_the_end(update).await?;
    Ok(HttpResponse::Ok().json(MemberChanged { moderator, muted_until }))
}

/// Put somebody out
#[utoipa::path(delete, path = "/api/v1/rooms/{room}/members/{user}", tag = "members",
    operation_id = "remove", params(("room" = String, Path), ("user" = Uuid, Path)),
    responses((status = 204)))]
pub async fn remove(services: Shared, caller: Caller, path: web::Path<InRoom>) -> Answer {
    let ((room, user), rooms, actor) = (path.parts()?, services.rooms.clone(), caller.actor());
    to_the_end(async move { rooms.remove(&actor, &room, user).await }).await?;
    Ok(no_content())
}

/// Who is kept out of a room
#[utoipa::path(get, path = "/api/v1/rooms/{room}/bans", tag = "members", operation_id = "room_bans",
    params(("room" = String, Path)), responses((status = 200, body = Bans)))]
pub async fn list_bans(services: Shared, caller: Caller, room: Room) -> Answer {
    let bans = services.rooms.bans(&caller.actor(), &room.name()?).await?;
    Ok(HttpResponse::Ok().json(Bans::from(&*bans)))
}

/// Keep somebody out of a room
#[utoipa::path(post, path = "/api/v1/rooms/{room}/bans", tag = "members", operation_id = "ban_from_room",
    params(("room" = String, Path)), request_body = BanBody,
    responses((status = 201, body = BanInfo)))]
pub async fn ban(
    services: Shared,
    caller: Caller,
    room: Room,
    Json(body): Json<BanBody>,
) -> Answer {
    body.check()?;
    let (rooms, actor, name) = (services.rooms.clone(), caller.actor(), room.name()?);
    let BanBody { user, for_ms, reason, .. } = body;
    let ban = NewBan { user: UserId(user), lasting: for_ms, reason: reason.unwrap_or_default() };
    let ban = to_the_end(async move { rooms.ban(&actor, &name, ban).await }).await?;
    Ok(HttpResponse::Created().json(BanInfo::from(&ban)))
}

/// Let somebody come again
#[utoipa::path(delete, path = "/api/v1/rooms/{room}/bans/{user}", tag = "members",
    operation_id = "unban_from_room", params(("room" = String, Path), ("user" = Uuid, Path)),
    responses((status = 204)))]
pub async fn unban(services: Shared, caller: Caller, path: web::Path<InRoom>) -> Answer {
    let ((room, user), rooms, actor) = (path.parts()?, services.rooms.clone(), caller.actor());
    to_the_end(async move { rooms.unban(&actor, &room, user).await }).await?;
    Ok(no_content())
}

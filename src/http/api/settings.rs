//! What the owner sets while the server runs.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Json, Member, Shared, at, to_the_end};
use crate::access::RoomMakers;
use crate::accounts::{Accounts, Settings, SignUp};

#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsBody {
    name: String,
    sign_up: SignUpName,
    guests: bool,
    create_rooms: RoomMakersName,
}

/// What is to be another one.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SettingsChange {
    #[schema(min_length = 1, max_length = 64)]
    name: Option<String>,
    sign_up: Option<SignUpName>,
    guests: Option<bool>,
    create_rooms: Option<RoomMakersName>,
}

/// Who may have an account.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignUp)]
enum SignUpName {
    Closed,
    Invite,
    Open,
}

/// Who may make rooms.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RoomMakers)]
enum RoomMakersName {
    Members,
    Admins,
}

pub fn configure(app: &mut web::ServiceConfig) {
    let routes = [(Method::GET, web::to(show)), (Method::PATCH, web::to(update))];
    app.service(at("/settings", routes));
}

/// The settings
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings", operation_id = "settings",
    responses((status = 200, body = SettingsBody)))]
pub async fn show(services: Shared, Member(who): Member) -> Answer {
    Ok(HttpResponse::Ok().json(SettingsBody::from(services.accounts.settings_for(&who)?)))
}

/// Change settings
#[utoipa::path(patch, path = "/api/v1/settings", tag = "settings", operation_id = "update_settings",
    request_body = SettingsChange, responses((status = 200, body = SettingsBody)))]
pub async fn update(
    services: Shared,
    Member(who): Member,
    Json(body): Json<SettingsChange>,
) -> Answer {
    let accounts = services.accounts.clone();
    let changed = async move {
        let change = |settings: &mut Settings| {
            if let Some(name) = &body.name {
                settings.name = Accounts::server_name(name, "name")?;
            }
            settings.sign_up = body.sign_up.map_or(settings.sign_up, SignUp::from);
            settings.guests = body.guests.unwrap_or(settings.guests);
            settings.create_rooms =
                body.create_rooms.map_or(settings.create_rooms, RoomMakers::from);
            Ok(())
        };
        accounts.change_settings(&who, change).await
    };
    Ok(HttpResponse::Ok().json(SettingsBody::from(to_the_end(changed).await?)))
}

impl From<Settings> for SettingsBody {
    fn from(settings: Settings) -> Self {
        Self {
            name: settings.name,
            sign_up: match settings.sign_up {
                SignUp::Closed => SignUpName::Closed,
                SignUp::Invite => SignUpName::Invite,
                SignUp::Open => SignUpName::Open,
            },
            guests: settings.guests,
            create_rooms: match settings.create_rooms {
                RoomMakers::Members => RoomMakersName::Members,
                RoomMakers::Admins => RoomMakersName::Admins,
            },
        }
    }
}

impl From<SignUpName> for SignUp {
    fn from(name: SignUpName) -> Self {
        match name {
            SignUpName::Closed => Self::Closed,
            SignUpName::Invite => Self::Invite,
            SignUpName::Open => Self::Open,
        }
    }
}

impl From<RoomMakersName> for RoomMakers {
    fn from(name: RoomMakersName) -> Self {
        match name {
            RoomMakersName::Members => Self::Members,
            RoomMakersName::Admins => Self::Admins,
        }
    }
}

//! What several areas answer with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Role, powers};
use crate::accounts::{AccountError, Accounts, SignedIn};
use crate::auth::Secret;
use crate::domain::{Millis, User, UserId};
use crate::wire::{Me, Person};

/// The size of a module of a QR code, in pixels.
const QR_MODULE: u32 = 4;

/// A person by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserRef {
    pub id: Uuid,
    pub name: String,
}

/// A link to give on, as an address and as a picture of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Link {
    pub url: String,
    /// A data: address of an SVG.
    pub qr: String,
    pub expires_at: Millis,
}

impl From<&User> for UserRef {
    fn from(user: &User) -> Self {
        Self { id: user.id.0, name: user.name.to_string() }
    }
}

/// Somebody who may have no account any more.
pub fn user_ref(accounts: &Accounts, id: UserId) -> UserRef {
    let name = accounts.directory().account(id).map(|account| account.name.to_string());
    UserRef { id: id.0, name: name.unwrap_or_default() }
}

/// The address behind which the page does something with a token. Behind the #, it is in no log.
pub fn link_url(base: &str, what: &str, token: &Secret) -> String {
    format!("{base}/#/{what}/{}", token.reveal())
}

/// A QR code of a text, as an address that an image can have.
pub fn qr(text: &str) -> String {
    let Ok(code) = QrCode::new(text.as_bytes()) else {
        // Only a text of thousands of characters does not fit.
        return String::new();
    };
    let image = code.render::<svg::Color<'_>>().module_dimensions(QR_MODULE, QR_MODULE).build();
    format!("data:image/svg+xml;base64,{}", BASE64.encode(image))
}

/// Oneself, as the account is now.
pub async fn me(accounts: &Accounts, who: &SignedIn) -> Result<Me, AccountError> {
    let account = accounts.person(who.account.id)?;
    let about = accounts.about(account.id).await?;
    let about = Some(about).filter(|about| !about.is_empty());
    Ok(Me {
        user: Person { about, ..Person::from(&*account) },
        may: powers(account.role, accounts.settings().create_rooms),
        guest: false,
        sign_in: Some(who.sign_in.0),
    })
}

/// Oneself without an account.
pub fn guest(accounts: &Accounts, user: &User) -> Me {
    Me {
        user: Person::guest(user),
        may: powers(Role::Guest, accounts.settings().create_rooms),
        guest: true,
        sign_in: None,
    }
}

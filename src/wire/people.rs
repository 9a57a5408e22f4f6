//! People as clients see them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Role;
use crate::domain::User;
use crate::store::Account;

/// A person. In messages and notices they are but an id and a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    pub id: Uuid,
    pub name: String,
    /// owner, admin, member, guest or bot
    pub role: &'static str,
    /// What they say about themselves, where one person is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The version of the picture, which is at /api/v1/people/ID/avatar?v=VERSION.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// Whether they are kept out of the server; said only if so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub banned: bool,
}

/// Oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    pub user: Person,
    /// What one may do on the server.
    pub may: Vec<&'static str>,
    pub guest: bool,
    /// By which one is known here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<Uuid>,
}

impl From<&Account> for Person {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.0,
            name: account.name.to_string(),
            role: account.role.as_str(),
            about: None,
            avatar: account.avatar.clone(),
            online: None,
            banned: false,
        }
    }
}

impl Person {
    pub fn guest(user: &User) -> Self {
        Self {
            id: user.id.0,
            name: user.name.to_string(),
            role: Role::Guest.as_str(),
            about: None,
            avatar: None,
            online: None,
            banned: false,
        }
    }
}

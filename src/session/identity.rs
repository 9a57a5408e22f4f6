//! Whom a client says it is, and whether that can be so.

use uuid::Uuid;

use crate::access::Role;
use crate::auth::{Recoverable, Signer};
use crate::config;
use crate::domain::{Position, SignInId, User, UserId, UserName};
use crate::views::sentence;
use crate::wire::{ErrorCode, Failure, Identity};

/// Somebody who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub user: User,
    pub role: Role,
    pub sign_in: Option<SignInId>,
    /// Somebody of whom nothing is stored yet.
    pub unheard_of: bool,
    /// Whether the client wants to recover its connection later on.
    pub recovery: bool,
    pub past: Past,
    /// The name of its connection, as the client has it.
    pub pid: Option<String>,
}

/// Whether it has been here before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    New,
    /// It says so, but not as we would have told it.
    Unknown,
    /// The client has seen everything up to this place.
    Known {
        connection: Uuid,
        seen: Position,
    },
}

pub fn identify(
    identity: Identity,
    access: &config::Access,
    signer: &Signer,
) -> Result<Arrival, Failure> {
    if !access.guests {
        return Err(Failure::new(ErrorCode::GuestsOff, "This server does not admit guests."));
    }
    let recoverable = identity.pid.as_deref().map(|pid| signer.verify_connection(pid));
    let known = identity.token.map(|token| signer.verify_guest(&token)).transpose();
    let known = known.map_err(|_| {
        let why = "The token was not made by this server. Connect without it.";
        Failure::new(ErrorCode::TokenInvalid, why)
    })?;
    // Who comes back without a token is still who they were.
    let known = known.or_else(|| recoverable.clone()?.ok().map(|it| it.user));
    let wanted = identity.name.map(|name| UserName::parse(&name)).transpose();
    let wanted = wanted
        .map_err(|error| Failure::new(ErrorCode::NameInvalid, sentence(&error.to_string())))?;
    let unheard_of = known.is_none();
    let user = match (known, wanted) {
        (Some(known), None) => known,
        (Some(known), Some(name)) => User { id: known.id, name },
        (None, Some(name)) => User { id: UserId::random(), name },
        (None, None) => {
            let why = "Say who you are: a \"name\" is missing.";
            return Err(Failure::new(ErrorCode::NameInvalid, why));
        }
    };
    let seen = identity.offset.map(|offset| signer.verify_cursor(&offset));
    let past = match (recoverable, seen) {
        (None, _) => Past::New,
        (Some(Ok(Recoverable { connection, user: owner })), Some(Ok(seen)))
            if owner.id == user.id =>
        {
            Past::Known { connection, seen }
        }
        _ => Past::Unknown,
    };
    let (role, sign_in) = (Role::Guest, None);
    Ok(Arrival {
        user,
        role,
        sign_in,
        unheard_of,
        recovery: identity.recovery.unwrap_or(true),
        past,
        pid: identity.pid,
    })
}

//! Whom a client says it is, and whether that can be so.

use std::net::IpAddr;

use crate::access::Role;
use crate::accounts::{Accounts, SignedIn};
use crate::auth::{Recoverable, Secret, Signer, TokenKind};
use crate::domain::{Position, SignInId, User, UserId, UserName};
use crate::wire::{ErrorCode, Failure, Identity, sentence};

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
        seen: Position,
    },
}

/// What a client says, and what its handshake says of it.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub address: IpAddr,
    /// The token of a browser that is signed in.
    pub cookie: Option<Secret>,
}

/// Who a client is. What it says itself comes before the cookie.
pub async fn identify(
    identity: &Identity,
    visitor: &Visitor,
    accounts: &Accounts,
    signer: &Signer,
) -> Result<Arrival, Failure> {
    let token = identity.token.clone().map(Secret::new);
    let of_account = token.filter(|token| TokenKind::is_of_account(token.reveal()));
    let says = identity.token.is_some() || identity.name.is_some();
    let cookie = visitor.cookie.clone().filter(|_| !says);
    let signed_in = match of_account.or(cookie) {
        Some(token) => Some(accounts.authenticate(&token).await?),
        None => None,
    };
    let recoverable = identity.pid.as_deref().map(|pid| signer.verify_connection(pid));
    let back = recoverable.clone().and_then(Result::ok).map(|back| back.user);
    let (user, role, sign_in, unheard_of) = if let Some(SignedIn { account, sign_in }) = signed_in {
        let user = User { id: account.id, name: account.name.clone() };
        (user, account.role, Some(sign_in), false)
    } else {
        let (guest, unheard_of) = guest(identity, back, signer)?;
        accounts.check_guest(&guest, visitor.address).await?;
        (guest, Role::Guest, None, unheard_of)
    };
    let seen = identity.offset.as_deref().map(|offset| signer.verify_cursor(offset));
    let past = match (recoverable, seen) {
        (None, _) => Past::New,
        (Some(Ok(Recoverable { user: owner, .. })), Some(Ok(seen))) if owner.id == user.id => {
            Past::Known { seen }
        }
        _ => Past::Unknown,
    };
    let recovery = identity.recovery.unwrap_or(true);
    Ok(Arrival { user, role, sign_in, unheard_of, recovery, past, pid: identity.pid.clone() })
}

/// The guest that a client says it is, and whether it is a new one. `back` is who had the connection that it
/// wants to recover.
fn guest(
    identity: &Identity,
    back: Option<User>,
    signer: &Signer,
) -> Result<(User, bool), Failure> {
    let known = identity.token.as_deref().map(|token| signer.verify_guest(token)).transpose();
    let known = known.map_err(|_| {
        let why = "The token was not made by this server. Connect without it.";
        Failure::new(ErrorCode::TokenInvalid, why)
    })?;
    // Who comes back without a token is still who they were.
    let known = known.or(back);
    let wanted = identity.name.as_deref().map(UserName::parse).transpose();
    let wanted = wanted
        .map_err(|error| Failure::new(ErrorCode::NameInvalid, sentence(&error.to_string())))?;
    match (known, wanted) {
        (Some(known), None) => Ok((known, false)),
        (Some(known), Some(name)) => Ok((User { id: known.id, name }, false)),
        (None, Some(name)) => Ok((User { id: UserId::random(), name }, true)),
        (None, None) => {
            let why = "Say who you are: a \"name\" is missing.";
            Err(Failure::new(ErrorCode::NameInvalid, why))
        }
    }
}

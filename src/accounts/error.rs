use std::time::Duration;

use crate::access::Denied;
use crate::auth::{Busy, PasswordError, TooSoon};
use crate::domain::{Millis, NameError, now};
use crate::store::StoreError;
use crate::wire::{ErrorCode, Failure, sentence};

/// Why something about an account is not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("you are not signed in")]
    NotSignedIn,
    /// Also when there is no such account: nobody is to find out.
    #[error("the name or the password is wrong")]
    CredentialsWrong,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("you were banned from this server")]
    Banned { until: Option<Millis> },
    #[error("this server does not admit guests")]
    GuestsOff,
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("somebody else has this name, or one that looks like it")]
    NameTaken,
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A field is not what it has to be.
    #[error("{why}")]
    Field { field: &'static str, why: &'static str },
    #[error("the link was used up, has expired, or never was one")]
    LinkInvalid,
    #[error("the token is no guest's, or its guest has an account already")]
    GuestTokenInvalid,
    #[error("only who is invited may have an account here")]
    SignUpClosed,
    #[error("there is no such person")]
    PersonUnknown,
    #[error("there is no such thing")]
    NotFound,
    #[error("this server has an owner already")]
    AlreadyClaimed,
    #[error("there are as many accounts as this server may have")]
    TooManyAccounts,
    #[error("the server needs an owner, and this is the last one")]
    LastOwner,
    #[error("this is no PNG, JPEG, WebP or GIF, or too large a one")]
    ImageInvalid,
    #[error("too many tries")]
    TooSoon { retry_after: Duration },
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<TooSoon> for AccountError {
    fn from(TooSoon { retry_after }: TooSoon) -> Self {
        Self::TooSoon { retry_after }
    }
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        let code = match &error {
            AccountError::NotSignedIn => ErrorCode::NotSignedIn,
            AccountError::CredentialsWrong => ErrorCode::CredentialsWrong,
            AccountError::Denied(_) | AccountError::LastOwner => ErrorCode::Forbidden,
            AccountError::Banned { .. } => ErrorCode::Banned,
            AccountError::GuestsOff => ErrorCode::GuestsOff,
            AccountError::Name(_) => ErrorCode::NameInvalid,
            AccountError::NameTaken => ErrorCode::NameTaken,
            AccountError::Password(_) | AccountError::Field { .. } => ErrorCode::BadField,
            AccountError::LinkInvalid => ErrorCode::LinkInvalid,
            AccountError::GuestTokenInvalid => ErrorCode::TokenInvalid,
            AccountError::SignUpClosed => ErrorCode::SignUpClosed,
            AccountError::PersonUnknown => ErrorCode::PersonUnknown,
            AccountError::NotFound => ErrorCode::NotFound,
            AccountError::AlreadyClaimed => ErrorCode::Claimed,
            AccountError::TooManyAccounts => ErrorCode::TooManyAccounts,
            AccountError::ImageInvalid => ErrorCode::ImageInvalid,
            AccountError::TooSoon { .. } => ErrorCode::RateLimited,
            AccountError::Busy(_) => ErrorCode::Overloaded,
            AccountError::Store(error) => {
                log::error!("an account's question to the database failed: {error}");
                let why = "The database could not be used. Try again.";
                return Self::new(ErrorCode::Storage, why);
            }
        };
        let field = match &error {
            AccountError::Name(_) | AccountError::NameTaken => Some("name"),
            AccountError::Password(_) => Some("password"),
            AccountError::Field { field, .. } => Some(*field),
            _ => None,
        };
        // A ban of a time ends, and is worth another try then.
        let wait = match &error {
            AccountError::TooSoon { retry_after } => Some(retry_after.as_millis()),
            AccountError::Banned { until: Some(until) } => {
                u128::try_from(until.saturating_sub(now())).ok()
            }
            _ => None,
        };
        Self {
            field: field.map(str::to_owned),
            retry_after_ms: wait.map(|wait| u64::try_from(wait).unwrap_or(u64::MAX)),
            ..Self::new(code, sentence(&error.to_string()))
        }
    }
}

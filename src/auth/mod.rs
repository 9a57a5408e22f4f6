//! Who somebody is: passwords, secrets, and what the server signs.

mod password;
mod secret;
mod throttle;
mod token;

pub use password::{
    Busy, PASSWORD_BYTES, PASSWORD_CHARS, PasswordError, Passwords, StoredPassword, check_password,
};
pub use secret::{Secret, TokenHash, TokenKind, hex};
pub use throttle::{KnownDevice, Throttle, TooSoon, network};
pub use token::{Recoverable, Signer, TokenError};

//! Who somebody is.

mod token;

pub use token::{Recoverable, Signer, TokenError};

//! Who somebody is.

mod token;

pub use token::{Signer, TokenError};

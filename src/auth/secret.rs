//! What only its owner knows: passwords on their way in, and random tokens.
//!
//! Of a token the database keeps a SHA-256 only. With 256 random bits it needs no salt and no slow hash.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Text that shows nowhere.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

/// What a token is for, by which it begins; a link's token begins by nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    SignIn,
    Bot,
    Link,
}

/// What is kept of a token.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A token that nobody can guess.
    pub fn token(kind: TokenKind) -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system has random numbers");
        Self(format!("{}{}", kind.prefix(), BASE64.encode(bytes)))
    }

    pub fn hash(&self) -> TokenHash {
        TokenHash(hex(&Sha256::digest(self.0.as_bytes())))
    }

    /// For who is to have it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl TokenKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::SignIn => "s1.",
            Self::Bot => "b1.",
            Self::Link => "",
        }
    }

    /// Whether a text begins as the token of an account.
    pub fn is_of_account(token: &str) -> bool {
        [Self::SignIn, Self::Bot].iter().any(|kind| token.starts_with(kind.prefix()))
    }
}

impl TokenHash {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_random_and_hidden() {
        let (one, other) = (Secret::token(TokenKind::SignIn), Secret::token(TokenKind::SignIn));
        assert_ne!(one.reveal(), other.reveal());
        assert!(one.hash() != other.hash());
        assert_eq!(one.reveal().len(), "s1.".len() + 43);
        assert_eq!(format!("{one:?} {:?}", one.hash()), "… …");
        assert!(TokenKind::is_of_account(one.reveal()));
        assert!(!TokenKind::is_of_account(Secret::token(TokenKind::Link).reveal()));
    }

    #[test]
    fn a_hash_is_sha_256_in_hexadecimal() {
        let hash = Secret::new("abc").hash();
        assert_eq!(
            hash.as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}

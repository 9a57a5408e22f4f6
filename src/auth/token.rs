//! Signed tokens, by which a guest is the same person again.
//!
//! A token is `g1.` and two parts in base64url: whom it is for, and an HMAC-SHA-256 of that under the
//! server's key. Nothing is stored for it, and it holds for as long as the key does.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::domain::{User, UserId, UserName};
use crate::store::{Store, StoreError};

const PREFIX: &str = "g1.";

/// The token was not made with this key, or is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token was not made by this server")]
pub struct TokenError;

/// Makes and checks tokens.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

impl Signer {
    /// With the key that the database keeps; made at the first start.
    pub async fn load(store: &Store) -> Result<Self, StoreError> {
        let key = store.secret("token_key", make_key).await?;
        Ok(Self::new(key.as_bytes()))
    }

    fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    pub fn sign(&self, user: &User) -> String {
        let mut claim = user.id.0.into_bytes().to_vec();
        claim.extend_from_slice(user.name.as_str().as_bytes());
        let signature = self.mac(&claim).finalize().into_bytes();
        format!("{PREFIX}{}.{}", BASE64.encode(claim), BASE64.encode(signature))
    }

    /// The person whom the token was made for, under the name that they had.
    pub fn verify(&self, token: &str) -> Result<User, TokenError> {
        let parts = token.strip_prefix(PREFIX).and_then(|rest| rest.split_once('.'));
        let (claim, signature) = parts.ok_or(TokenError)?;
        let claim = BASE64.decode(claim).map_err(|_| TokenError)?;
        let signature = BASE64.decode(signature).map_err(|_| TokenError)?;
        self.mac(&claim).verify_slice(&signature).map_err(|_| TokenError)?;
        let (id, name) = claim.split_first_chunk().ok_or(TokenError)?;
        let name = std::str::from_utf8(name).map_err(|_| TokenError)?;
        let name = UserName::parse(name).map_err(|_| TokenError)?;
        Ok(User { id: UserId(Uuid::from_bytes(*id)), name })
    }

    fn mac(&self, claim: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(PREFIX.as_bytes());
        mac.update(claim);
        mac
    }
}

/// 244 random bits: two version 4 UUIDs, from the operating system's generator.
fn make_key() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> User {
        User { id: UserId::random(), name: UserName::parse("Ada 😀").expect("a name") }
    }

    #[test]
    fn a_token_names_whom_it_was_made_for() {
        let (signer, ada) = (Signer::new(b"key"), ada());
        assert_eq!(signer.verify(&signer.sign(&ada)), Ok(ada));
    }

    #[test]
    fn a_token_that_was_changed_or_made_elsewhere_is_refused() {
        let (signer, ada) = (Signer::new(b"key"), ada());
        let token = signer.sign(&ada);
        assert_eq!(Signer::new(b"other").verify(&token), Err(TokenError));
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(signer.verify(&changed), Err(TokenError), "{changed}");
        }
        for none in ["", "g1.", "g1..", "g1.AA.AA", "g1.AA", "x"] {
            assert_eq!(signer.verify(none), Err(TokenError), "{none:?}");
        }
    }
}

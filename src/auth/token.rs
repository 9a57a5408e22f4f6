//! Signed tokens: what the server said of somebody or something, and can trust when it comes back.
//!
//! A token is a prefix and two parts in base64url: a claim, and an HMAC-SHA-256 of prefix and claim under
//! the server's key. Nothing is stored for it, and it holds for as long as the key does.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::KnownDevice;
use crate::domain::{Position, User, UserId, UserName};
use crate::store::{Store, StoreError};

const GUEST: &str = "g1.";
const CONNECTION: &str = "p1.";
const CURSOR: &str = "c1.";
const DEVICE: &str = "d1.";

/// Bytes of the signature of a cursor. Guessing one gives somebody no more than the messages of the rooms
/// they are in, so that it need not be as long as the others.
const CURSOR_SIGNATURE: usize = 8;

/// The token was not made with this key, or is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token was not made by this server")]
pub struct TokenError;

/// A connection that can be recovered, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recoverable {
    pub connection: Uuid,
    pub user: User,
}

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

    /// By which a guest is the same person again.
    pub fn guest(&self, user: &User) -> String {
        self.sign(GUEST, &user_claim(user))
    }

    /// The person whom the token was made for, under the name that they had.
    pub fn verify_guest(&self, token: &str) -> Result<User, TokenError> {
        read_user(&self.verify(GUEST, token)?)
    }

    /// By which a device is known to an account that was signed in on it.
    pub fn device(&self, known: KnownDevice) -> String {
        let KnownDevice { account, device } = known;
        self.sign(DEVICE, &[account.0.into_bytes(), device.into_bytes()].concat())
    }

    pub fn verify_device(&self, token: &str) -> Result<KnownDevice, TokenError> {
        let claim = self.verify(DEVICE, token)?;
        let (account, device) = claim.split_first_chunk().ok_or(TokenError)?;
        let device = device.try_into().map_err(|_| TokenError)?;
        Ok(KnownDevice {
            account: UserId(Uuid::from_bytes(*account)),
            device: Uuid::from_bytes(device),
        })
    }

    /// By which a connection is recovered: Socket.IO's `pid`.
    pub fn connection(&self, recoverable: &Recoverable) -> String {
        let mut claim = recoverable.connection.into_bytes().to_vec();
        claim.extend(user_claim(&recoverable.user));
        self.sign(CONNECTION, &claim)
    }

    pub fn verify_connection(&self, token: &str) -> Result<Recoverable, TokenError> {
        let claim = self.verify(CONNECTION, token)?;
        let (connection, user) = claim.split_first_chunk().ok_or(TokenError)?;
        Ok(Recoverable { connection: Uuid::from_bytes(*connection), user: read_user(user)? })
    }

    /// A place in the log, for a client to come back to: Socket.IO's `offset`.
    pub fn cursor(&self, position: Position) -> String {
        let claim = position.0.to_be_bytes();
        let signature = self.mac(CURSOR, &claim).finalize().into_bytes();
        let mut bytes = [0; size_of::<u64>() + CURSOR_SIGNATURE];
        let (head, tail) = bytes.split_at_mut(claim.len());
        head.copy_from_slice(&claim);
        tail.copy_from_slice(&signature[..CURSOR_SIGNATURE]);
        BASE64.encode(bytes)
    }

    pub fn verify_cursor(&self, cursor: &str) -> Result<Position, TokenError> {
        let bytes = BASE64.decode(cursor).map_err(|_| TokenError)?;
        let (claim, signature) = bytes.split_first_chunk().ok_or(TokenError)?;
        if signature.len() != CURSOR_SIGNATURE {
            return Err(TokenError);
        }
        let mac = self.mac(CURSOR, claim);
        mac.verify_truncated_left(signature).map_err(|_| TokenError)?;
        Ok(Position(u64::from_be_bytes(*claim)))
    }

    fn sign(&self, prefix: &str, claim: &[u8]) -> String {
        let signature = self.mac(prefix, claim).finalize().into_bytes();
        format!("{prefix}{}.{}", BASE64.encode(claim), BASE64.encode(signature))
    }

    fn verify(&self, prefix: &str, token: &str) -> Result<Vec<u8>, TokenError> {
        let parts = token.strip_prefix(prefix).and_then(|rest| rest.split_once('.'));
        let (claim, signature) = parts.ok_or(TokenError)?;
        let claim = BASE64.decode(claim).map_err(|_| TokenError)?;
        let signature = BASE64.decode(signature).map_err(|_| TokenError)?;
        self.mac(prefix, &claim).verify_slice(&signature).map_err(|_| TokenError)?;
        Ok(claim)
    }

    fn mac(&self, prefix: &str, claim: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(prefix.as_bytes());
        mac.update(claim);
        mac
    }
}

fn user_claim(user: &User) -> Vec<u8> {
    let mut claim = user.id.0.into_bytes().to_vec();
    claim.extend_from_slice(user.name.as_str().as_bytes());
    claim
}

fn read_user(claim: &[u8]) -> Result<User, TokenError> {
    let (id, name) = claim.split_first_chunk().ok_or(TokenError)?;
    let name = std::str::from_utf8(name).map_err(|_| TokenError)?;
    let name = UserName::parse(name).map_err(|_| TokenError)?;
    Ok(User { id: UserId(Uuid::from_bytes(*id)), name })
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

    /// Every token that differs from this one in one place.
    fn changed(token: &str) -> impl Iterator<Item = String> {
        (0..token.len()).map(|at| {
            let mut changed = token.as_bytes().to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(changed).expect("ASCII")
        })
    }

    #[test]
    fn a_token_says_what_it_was_made_for() {
        let (signer, user) = (Signer::new(b"key"), ada());
        assert_eq!(signer.verify_guest(&signer.guest(&user)), Ok(user.clone()));
        let recoverable = Recoverable { connection: Uuid::new_v4(), user };
        let pid = signer.connection(&recoverable);
        assert_eq!(signer.verify_connection(&pid), Ok(recoverable));
        let cursor = signer.cursor(Position(4711));
        assert_eq!(signer.verify_cursor(&cursor), Ok(Position(4711)));
        let device = KnownDevice { account: UserId::random(), device: Uuid::new_v4() };
        assert_eq!(signer.verify_device(&signer.device(device)), Ok(device));
    }

    #[test]
    fn a_token_that_was_changed_or_made_elsewhere_is_refused() {
        let (signer, other, user) = (Signer::new(b"key"), Signer::new(b"other"), ada());
        let guest = signer.guest(&user);
        let pid = signer.connection(&Recoverable { connection: Uuid::new_v4(), user });
        let cursor = signer.cursor(Position(4711));
        assert_eq!(other.verify_guest(&guest), Err(TokenError));
        assert_eq!(other.verify_connection(&pid), Err(TokenError));
        assert_eq!(other.verify_cursor(&cursor), Err(TokenError));
        for guest in changed(&guest) {
            assert_eq!(signer.verify_guest(&guest), Err(TokenError), "{guest}");
        }
        for pid in changed(&pid) {
            assert_eq!(signer.verify_connection(&pid), Err(TokenError), "{pid}");
        }
        for cursor in changed(&cursor) {
            assert_eq!(signer.verify_cursor(&cursor), Err(TokenError), "{cursor}");
        }
    }

    #[test]
    fn one_kind_of_token_is_no_other() {
        let (signer, user) = (Signer::new(b"key"), ada());
        let guest = signer.guest(&user);
        assert_eq!(signer.verify_connection(&guest.replace(GUEST, CONNECTION)), Err(TokenError));
        for none in ["", "g1.", "g1..", "g1.AA.AA", "g1.AA", "p1.", "c1.", "x", "AAAAAAAAAAA"] {
            assert_eq!(signer.verify_guest(none), Err(TokenError), "{none:?}");
            assert_eq!(signer.verify_connection(none), Err(TokenError), "{none:?}");
            assert_eq!(signer.verify_cursor(none), Err(TokenError), "{none:?}");
            assert_eq!(signer.verify_device(none), Err(TokenError), "{none:?}");
        }
        assert_eq!(signer.verify_device(&guest.replace(GUEST, DEVICE)), Err(TokenError));
    }
}

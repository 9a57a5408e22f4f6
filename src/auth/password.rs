//! Passwords: hashed by Argon2id, a few at a time, on threads of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{Semaphore, TryAcquireError};

use super::Secret;

/// The fewest characters of a password.
pub const PASSWORD_CHARS: usize = 8;

/// The longest password, in bytes.
pub const PASSWORD_BYTES: usize = 1024;

/// What OWASP recommends: 19 MiB of memory, two passes, one thread.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes at a time; each takes 19 MiB and a core for some 20 ms.
const AT_ONCE: usize = 2;

/// Hashes that may wait for their turn: about half a second's.
const WAITING: usize = 32;

/// Why a password is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("a password has at least {PASSWORD_CHARS} characters")]
    TooShort,
    #[error("a password has at most {PASSWORD_BYTES} bytes")]
    TooLong,
}

/// Too many passwords wait to be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct Busy;

/// What is kept of a password: algorithm, parameters, salt and hash in the PHC format.
#[derive(Clone)]
pub struct StoredPassword(String);

/// Hashes and compares; clones share the bounds.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

/// Whether a password can be one.
pub fn check_password(password: &Secret) -> Result<(), PasswordError> {
    if password.reveal().len() > PASSWORD_BYTES {
        Err(PasswordError::TooLong)
    } else if password.reveal().chars().count() < PASSWORD_CHARS {
        Err(PasswordError::TooShort)
    } else {
        Ok(())
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::default() }
    }
}

impl Passwords {
    pub async fn hash(&self, password: Secret) -> Result<StoredPassword, Busy> {
        self.run(move || hash(&password)).await
    }

    /// Whether it is the password that is kept. Without one it is not, which takes as long to find out.
    pub async fn verify(
        &self,
        password: Secret,
        stored: Option<StoredPassword>,
    ) -> Result<bool, Busy> {
        self.run(move || {
            let is_somebodys = stored.is_some();
            let stored = stored.unwrap_or_else(nobodys);
            // What is longer than any password is still hashed, up to there.
            let bytes = password.reveal().as_bytes();
            let (known, fits) = (bytes.get(..PASSWORD_BYTES), bytes.len() <= PASSWORD_BYTES);
            let matches = PasswordHash::new(&stored.0).is_ok_and(|stored| {
                argon2().verify_password(known.unwrap_or(bytes), &stored).is_ok()
            });
            matches && is_somebodys && fits
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let turns = Arc::clone(&self.turns);
        let turn = match turns.clone().try_acquire_owned() {
            Ok(turn) => turn,
            Err(TryAcquireError::Closed) => return Err(Busy),
            Err(TryAcquireError::NoPermits) => {
                let place = Place::take(&self.waiting).ok_or(Busy)?;
                let turn = turns.acquire_owned().await.map_err(|_| Busy)?;
                drop(place);
                turn
            }
        };
        // The turn goes with the work, which goes on when nobody waits for it any more.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(|_| Busy)
    }
}

/// A place among those that wait, until it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Option<Self> {
        let place = Self(Arc::clone(waiting));
        (waiting.fetch_add(1, Ordering::Relaxed) < WAITING).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl StoredPassword {
    /// One that the database has.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("OWASP's parameters");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What takes as long to compare with as what [`hash`] makes. It has the shape of it and nothing more: to hash
/// for it would keep whoever starts the server waiting, and for nothing.
fn nobodys() -> StoredPassword {
    let (salt, hash) = ("A".repeat(22), "A".repeat(43));
    StoredPassword(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}"))
}

fn hash(password: &Secret) -> StoredPassword {
    let hash: PasswordHash =
        argon2().hash_password(password.reveal().as_bytes()).expect("a salt of its own making");
    StoredPassword(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_neither_short_nor_endless() {
        for (password, expected) in [
            ("1234567".to_owned(), Err(PasswordError::TooShort)),
            ("ééééééé".to_owned(), Err(PasswordError::TooShort)),
            ("12345678".to_owned(), Ok(())),
            ("x".repeat(1024), Ok(())),
            ("x".repeat(1025), Err(PasswordError::TooLong)),
        ] {
            assert_eq!(check_password(&Secret::new(password)), expected);
        }
    }

    #[actix_web::test]
    async fn only_the_right_password_matches_and_nobodys_never_does() {
        let passwords = Passwords::default();
        let stored = passwords.hash(Secret::new("correct horse")).await.expect("a turn");
        assert!(stored.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let verify = |word: &str, stored| passwords.verify(Secret::new(word), stored);
        assert_eq!(verify("correct horse", Some(stored.clone())).await, Ok(true));
        assert_eq!(verify("correct horsf", Some(stored)).await, Ok(false));
        assert_eq!(verify("correct horse", None).await, Ok(false));
        let damaged = StoredPassword::stored("nonsense".into());
        assert_eq!(verify("correct horse", Some(damaged)).await, Ok(false));
    }

    #[test]
    fn nobodys_password_takes_as_long_as_anybodys() {
        let anybodys = hash(&Secret::new("correct horse"));
        let [anybodys, nobodys] = [anybodys, nobodys()].map(|stored| {
            let parsed = PasswordHash::new(&stored.0).expect("a hash");
            let lengths = (parsed.salt.map(|salt| salt.len()), parsed.hash.map(|hash| hash.len()));
            (parsed.algorithm, parsed.version, parsed.params, lengths)
        });
        assert_eq!(nobodys, anybodys);
        assert!(nobodys.3.0.is_some() && nobodys.3.1.is_some());
    }

    #[actix_web::test]
    async fn a_flood_is_refused_and_leaves_nothing_behind() {
        let passwords = Passwords::default();
        let flood = (0..AT_ONCE + WAITING + 3).map(|_| passwords.run(|| ()));
        let refused = futures_util::future::join_all(flood).await;
        assert_eq!(refused.iter().filter(|result| result.is_err()).count(), 3);
        assert_eq!(passwords.waiting.load(Ordering::Relaxed), 0);
        assert_eq!(passwords.run(|| 7).await, Ok(7));
    }
}

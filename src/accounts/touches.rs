//! Which sign-ins were used lately, until it is written down: all of them at once, so that nobody waits for
//! the disk who comes in.

use std::collections::HashSet;
use std::time::Duration;

use parking_lot::Mutex;

use super::{AccountError, Accounts, SIGN_IN_LASTS};
use crate::domain::{SignInId, now};

/// How often it is written down.
pub const WRITTEN_EVERY: Duration = Duration::from_secs(5);

/// The most that wait. What comes when it is full is noted when it is used again.
const MOST: usize = 20_000;

/// See the module.
#[derive(Default)]
pub struct Touches(Mutex<HashSet<SignInId>>);

impl Touches {
    pub fn note(&self, sign_in: SignInId) {
        let mut touched = self.0.lock();
        if touched.len() < MOST {
            touched.insert(sign_in);
        }
    }

    fn take(&self) -> Vec<SignInId> {
        std::mem::take(&mut *self.0.lock()).into_iter().collect()
    }
}

impl Accounts {
    /// Writes down what waits. If it cannot be, it is forgotten: it is noted again when it is used again.
    pub async fn write_touches(&self) {
        let touched = self.0.touches.take();
        if !touched.is_empty()
            && let Err(error) = self.write_touched(&touched).await
        {
            log::debug!("{} sign-ins cannot be prolonged: {error}", touched.len());
        }
    }

    async fn write_touched(&self, touched: &[SignInId]) -> Result<(), AccountError> {
        let mut writing = self.0.store.begin().await?;
        let now = now();
        writing.touch_sign_ins(touched, now, now + SIGN_IN_LASTS).await?;
        writing.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_sign_ins_wait_and_no_more_until_they_are_taken() {
        let touches = Touches::default();
        let first = SignInId::random();
        touches.note(first);
        touches.note(first);
        assert_eq!(touches.take(), [first]);
        for _ in 0..=MOST {
            touches.note(SignInId::random());
        }
        assert_eq!(touches.take().len(), MOST);
        assert!(touches.take().is_empty());
    }
}

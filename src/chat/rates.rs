//! How much one person may write, over all their sessions. Coming back with a new connection does not
//! start the count anew.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::domain::UserId;

/// How often those are forgotten who could write as much as somebody new.
pub const FORGOTTEN_EVERY: Duration = Duration::from_secs(10);

pub struct Rates(Option<RateLimiter<UserId, HashMapStateStore<UserId>, DefaultClock>>);

impl Rates {
    /// 0 is no limit.
    pub fn new(messages_per_second: u32) -> Self {
        let rate = NonZeroU32::new(messages_per_second);
        Self(rate.map(|rate| RateLimiter::hashmap(Quota::per_second(rate))))
    }

    /// Counts something that a person writes, or says how long it has to wait.
    pub fn check(&self, user: UserId) -> Result<(), Duration> {
        match self.0.as_ref().map(|rates| rates.check_key(&user)) {
            Some(Err(until)) => Err(until.wait_time_from(DefaultClock::default().now())),
            Some(Ok(())) | None => Ok(()),
        }
    }

    pub fn forget_idle(&self) {
        if let Some(rates) = &self.0 {
            rates.retain_recent();
            rates.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_person_has_a_rate_of_their_own() {
        let (rates, ada, bob) = (Rates::new(3), UserId::random(), UserId::random());
        assert!((0..3).all(|_| rates.check(ada).is_ok()));
        let wait = rates.check(ada).expect_err("it is too much");
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert!(rates.check(bob).is_ok());
        rates.forget_idle();
        assert!(rates.check(ada).is_err());
    }

    #[test]
    fn no_limit_is_no_limit() {
        let (rates, ada) = (Rates::new(0), UserId::random());
        assert!((0..1000).all(|_| rates.check(ada).is_ok()));
    }
}

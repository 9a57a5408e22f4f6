//! How much one person may do, over all their sessions. Coming back with a new connection does not start the
//! count anew.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::domain::{LONGEST_PAUSE, RoomId, UserId};

/// How often those are forgotten who could do as much as somebody new.
pub const FORGOTTEN_EVERY: Duration = Duration::from_secs(10);

/// See the module.
pub struct Rates(Option<RateLimiter<UserId, HashMapStateStore<UserId>, DefaultClock>>);

impl Rates {
    /// 0 is no limit.
    pub fn new(per_second: u32) -> Self {
        let rate = NonZeroU32::new(per_second);
        Self(rate.map(|rate| RateLimiter::hashmap(Quota::per_second(rate))))
    }

    /// Counts something that a person does, or says how long it has to wait.
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

/// When somebody last wrote in a room that is in slow mode.
#[derive(Default)]
pub struct Pace(HashMap<(RoomId, UserId), Instant>);

impl Pace {
    /// Counts a message, or refuses it with the time that is left to wait.
    pub fn check(&mut self, room: RoomId, user: UserId, pause: Duration) -> Result<(), Duration> {
        let now = Instant::now();
        let free = self.0.get(&(room, user)).map(|last| *last + pause);
        match free.and_then(|free| free.checked_duration_since(now)) {
            Some(left) if !left.is_zero() => Err(left),
            _ => {
                self.0.insert((room, user), now);
                Ok(())
            }
        }
    }

    pub fn forget_idle(&mut self) {
        let longest = Duration::from_secs(u64::from(LONGEST_PAUSE));
        self.0.retain(|_, last| last.elapsed() < longest);
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

//! How much one session and one address may ask for.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;

use crate::config;
use crate::views::too_fast;
use crate::wire::Failure;

/// The rates of one session.
pub struct RateLimits {
    messages: Option<DefaultDirectRateLimiter>,
    commands: Option<DefaultDirectRateLimiter>,
}

impl RateLimits {
    pub fn new(limits: &config::Limits) -> Self {
        let limiter =
            |rate| NonZeroU32::new(rate).map(|rate| RateLimiter::direct(Quota::per_second(rate)));
        Self {
            messages: limiter(limits.messages_per_second),
            commands: limiter(limits.commands_per_second),
        }
    }

    /// Counts something that the client wants, whether it can be understood or not, or refuses it.
    pub fn check(&self, event: &str) -> Result<(), Failure> {
        let limiter = match event {
            "send" | "edit" | "delete" => &self.messages,
            _ => &self.commands,
        };
        let Some(Err(until)) = limiter.as_ref().map(RateLimiter::check) else { return Ok(()) };
        Err(too_fast(until.wait_time_from(DefaultClock::default().now())))
    }
}

/// Counts the connections of each address; clones share the counts. Holds an entry for an address only
/// while it has a connection.
#[derive(Clone)]
pub struct PerAddress {
    limit: u32,
    counts: Arc<Mutex<HashMap<IpAddr, u32>>>,
}

impl PerAddress {
    /// `limit` 0 is no limit.
    pub fn new(limit: u32) -> Self {
        Self { limit, counts: Arc::default() }
    }

    /// One more connection from an address, or none if it has too many.
    pub fn admit(&self, address: IpAddr) -> Option<Admission> {
        if self.limit > 0 {
            let mut counts = self.counts.lock();
            let count = counts.entry(address).or_default();
            if *count >= self.limit {
                return None;
            }
            *count += 1;
        }
        Some(Admission { per_address: self.clone(), address })
    }
}

/// A connection that counts until this is dropped.
pub struct Admission {
    per_address: PerAddress,
    address: IpAddr,
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut counts = self.per_address.counts.lock();
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_connections_and_no_more() {
        let per_address = PerAddress::new(2);
        let (here, there) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let first = per_address.admit(here);
        let second = per_address.admit(here);
        assert!(first.is_some() && second.is_some());
        assert!(per_address.admit(here).is_none());
        assert!(per_address.admit(there).is_some());
        drop(first);
        assert!(per_address.admit(here).is_some());
        drop(second);
        assert!(per_address.counts.lock().is_empty());
    }

    #[test]
    fn no_limit_counts_nothing() {
        let per_address = PerAddress::new(0);
        let address = IpAddr::from([127, 0, 0, 1]);
        let all: Vec<_> = (0..1000).map_while(|_| per_address.admit(address)).collect();
        assert_eq!(all.len(), 1000);
        assert!(per_address.counts.lock().is_empty());
    }
}

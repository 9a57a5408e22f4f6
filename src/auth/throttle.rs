//! How often somebody may try to get in.
//!
//! Each try counts against its address, against the account from this address, and against the account
//! as a whole, so that neither one machine nor many guess passwords. The owner's own devices carry a
//! signed cookie and have a bucket of their own: strangers who use up the account's cannot lock the
//! owner out (OWASP calls it a device cookie).

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::UserId;

/// The most addresses or accounts that are counted at a time, some 10 MB. Who comes when it is full waits.
const MOST: usize = 50_000;

/// How often the map is searched for those that need no longer be counted, when it is full.
const PRUNED_EVERY: Duration = Duration::from_secs(1);

/// Tries of one account from one address: at once, and the time until another one.
const FROM_ADDRESS: (u32, Duration) = (5, Duration::from_secs(20));

/// Tries of one account from anywhere but its own devices.
const OF_ACCOUNT: (u32, Duration) = (20, Duration::from_secs(30));

/// Tries of one account from a device that it was signed in on.
const OF_DEVICE: (u32, Duration) = (10, Duration::from_secs(10));

/// How long to wait for another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSoon {
    pub retry_after: Duration,
}

/// A device that an account was signed in on before, as its cookie says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KnownDevice {
    pub account: UserId,
    pub device: Uuid,
}

/// A name as it is counted: as short as any other, however long a stranger makes it.
type NameHash = [u8; 32];

/// See the module.
pub struct Throttle {
    /// None without a limit.
    by_address: Option<Buckets<IpAddr>>,
    from_address: Buckets<(NameHash, IpAddr)>,
    of_account: Buckets<NameHash>,
    of_device: Buckets<KnownDevice>,
}

impl Throttle {
    /// `per_minute` is how often all of one address may try in a minute, on average and at once; with 0
    /// only each account's tries count.
    pub fn new(per_minute: u32) -> Self {
        let by_address =
            NonZeroU32::new(per_minute).map(|rate| Buckets::new(Quota::per_minute(rate)));
        Self {
            by_address,
            from_address: Buckets::of(FROM_ADDRESS),
            of_account: Buckets::of(OF_ACCOUNT),
            of_device: Buckets::of(OF_DEVICE),
        }
    }

    /// Counts a try that names no account.
    pub fn check_address(&self, address: IpAddr) -> Result<(), TooSoon> {
        self.by_address.as_ref().map_or(Ok(()), |buckets| buckets.check(&network(address)))
    }

    /// Counts a try to sign in under a name, of which there need be no account. `device` counts if it is
    /// known to that account.
    pub fn check_sign_in(
        &self,
        key: &str,
        address: IpAddr,
        device: Option<KnownDevice>,
    ) -> Result<(), TooSoon> {
        if let Some(device) = device {
            return self.of_device.check(&device);
        }
        self.check_address(address)?;
        let name: NameHash = Sha256::digest(key.as_bytes()).into();
        self.from_address.check(&(name, network(address)))?;
        self.of_account.check(&name)
    }
}

/// What counts as one address: a household or a server has a whole /64 of IPv6.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        IpAddr::V4(address) => IpAddr::V4(address),
    }
}

struct Buckets<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    pruned: Mutex<Instant>,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn of((burst, period): (u32, Duration)) -> Self {
        let burst = NonZeroU32::new(burst).expect("not 0");
        let quota = Quota::with_period(period).expect("not 0").allow_burst(burst);
        Self::new(quota)
    }

    fn new(quota: Quota) -> Self {
        Self { limiter: RateLimiter::keyed(quota), pruned: Mutex::new(Instant::now()) }
    }

    fn check(&self, key: &K) -> Result<(), TooSoon> {
        if self.limiter.len() >= MOST {
            self.make_room()?;
        }
        self.limiter.check_key(key).map_err(|until| TooSoon {
            retry_after: until.wait_time_from(DefaultClock::default().now()),
        })
    }

    fn make_room(&self) -> Result<(), TooSoon> {
        let mut pruned = self.pruned.lock();
        if pruned.elapsed() >= PRUNED_EVERY {
            self.limiter.retain_recent();
            *pruned = Instant::now();
        }
        if self.limiter.len() < MOST { Ok(()) } else { Err(TooSoon { retry_after: PRUNED_EVERY }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn tries(
        throttle: &Throttle,
        from: impl Fn(u8) -> IpAddr,
        device: Option<KnownDevice>,
    ) -> usize {
        (0..100).take_while(|n| throttle.check_sign_in("ada", from(*n), device).is_ok()).count()
    }

    #[test]
    fn one_address_tries_a_name_five_times_and_another_name_again() {
        let throttle = Throttle::new(0);
        assert_eq!(tries(&throttle, |_| address(1), None), 5);
        assert!(throttle.check_sign_in("bob", address(1), None).is_ok());
    }

    #[test]
    fn many_addresses_do_not_lock_out_a_device_that_is_known() {
        let throttle = Throttle::new(0);
        assert_eq!(tries(&throttle, address, None), 20);
        let device = KnownDevice { account: UserId::random(), device: Uuid::new_v4() };
        assert_eq!(tries(&throttle, address, Some(device)), 10);
    }

    #[test]
    fn an_address_tries_so_many_names_and_no_more() {
        let throttle = Throttle::new(7);
        let names = (0..100).map(|n| format!("name {n}"));
        let tried = names.take_while(|n| throttle.check_sign_in(n, address(1), None).is_ok());
        assert_eq!(tried.count(), 7);
        assert!(throttle.check_address(address(1)).is_err());
        assert!(throttle.check_address(address(2)).is_ok());
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_and_mapped_ipv4_as_ipv4() {
        let parse = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(parse("2001:db8::1"), parse("2001:db8::ffff:1:2"));
        assert_ne!(parse("2001:db8::1"), parse("2001:db8:0:1::1"));
        assert_eq!(parse("::ffff:192.0.2.1"), address(1));
    }

    #[test]
    fn a_full_map_lets_nobody_new_in_and_grows_no_further() {
        let buckets = Buckets::of((1, Duration::from_hours(1)));
        for n in 0..MOST {
            assert!(buckets.check(&n).is_ok());
        }
        assert!(buckets.check(&MOST).is_err());
        assert_eq!(buckets.limiter.len(), MOST);
    }
}

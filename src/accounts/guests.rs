//! Guests who were here lately, so that one can be kept out after they have left.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use parking_lot::Mutex;

use crate::domain::{User, UserId, UserName};

/// The most guests that are remembered.
const MOST: usize = 10_000;

/// What is remembered of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenGuest {
    pub name: UserName,
    pub address: IpAddr,
}

/// See the module; the one that came first is forgotten first.
#[derive(Default)]
pub struct Guests(Mutex<Book>);

#[derive(Default)]
struct Book {
    seen: HashMap<UserId, SeenGuest>,
    order: VecDeque<UserId>,
}

impl Guests {
    pub fn note(&self, guest: &User, address: IpAddr) {
        let mut book = self.0.lock();
        let seen = SeenGuest { name: guest.name.clone(), address: address.to_canonical() };
        if book.seen.insert(guest.id, seen).is_none() {
            book.order.push_back(guest.id);
        }
        if book.order.len() > MOST
            && let Some(first) = book.order.pop_front()
        {
            book.seen.remove(&first);
        }
    }

    pub fn find(&self, guest: UserId) -> Option<SeenGuest> {
        self.0.lock().seen.get(&guest).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_guests_are_remembered_and_no_more() {
        let guests = Guests::default();
        let name = UserName::parse("ada").expect("a name");
        let address = IpAddr::from([192, 0, 2, 1]);
        let all: Vec<_> = (0..=MOST).map(|_| UserId::random()).collect();
        for id in &all {
            guests.note(&User { id: *id, name: name.clone() }, address);
            guests.note(&User { id: *id, name: name.clone() }, address);
        }
        assert_eq!(guests.find(all[0]), None);
        assert_eq!(guests.find(all[1]), Some(SeenGuest { name, address }));
    }
}

//! What was read from the database may be old by the time it arrives: somebody could be let into a room that
//! they were just put out of. Readers note the time, so to say, before they read, and what has changed since
//! is known here.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::UserId;

/// How many people's changes are told apart. Beyond that everything counts as changed.
const KEPT: usize = 4096;

/// The number of the newest change, for readers; clones share it.
#[derive(Clone, Default)]
pub struct Clock(Arc<AtomicU64>);

/// A time before which something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AsOf(u64);

impl Clock {
    pub fn now(&self) -> AsOf {
        AsOf(self.0.load(Ordering::Acquire))
    }
}

/// Who has changed, and when.
#[derive(Default)]
pub struct Changes {
    clock: Clock,
    people: HashMap<UserId, AsOf>,
    everybody: u64,
}

impl Changes {
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Something about one person changes.
    pub fn of(&mut self, user: UserId) {
        if self.people.len() >= KEPT {
            self.of_everybody();
        }
        let time = self.tick();
        self.people.insert(user, AsOf(time));
    }

    /// Something changes that may concern everybody.
    pub fn of_everybody(&mut self) {
        self.everybody = self.tick();
        self.people.clear();
    }

    /// Whether what was read of a person may be old.
    pub fn since(&self, user: UserId, read: AsOf) -> bool {
        read.0 < self.everybody || self.people.get(&user).is_some_and(|changed| read < *changed)
    }

    fn tick(&self) -> u64 {
        self.clock.0.fetch_add(1, Ordering::AcqRel) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_old() {
        let (mut changes, ada, bob) = (Changes::default(), UserId::random(), UserId::random());
        let before = changes.clock().now();
        changes.of(ada);
        assert!(changes.since(ada, before) && !changes.since(bob, before));
        assert!(!changes.since(ada, changes.clock().now()));
        changes.of_everybody();
        assert!(changes.since(bob, before));
        assert!(!changes.since(bob, changes.clock().now()));
    }

    #[test]
    fn too_many_changes_to_tell_apart_make_everything_old() {
        let mut changes = Changes::default();
        let before = changes.clock().now();
        for _ in 0..=KEPT {
            changes.of(UserId::random());
        }
        assert!(changes.since(UserId::random(), before));
        assert_eq!(changes.people.len(), 1);
    }
}

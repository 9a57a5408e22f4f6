//! Join and leave notices, gathered over a short time: a notice each to everyone would be quadratic.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::{RoomName, User, UserId};

/// Who comes and goes within this time is told in one notice, and who comes back within it not at all. The
/// more people are to be told, the longer it is: a notice to thousands takes as long as letting hundreds in.
pub fn window(members: usize) -> Duration {
    const SHORTEST: u64 = 250;
    const LONGEST: u64 = 750;
    Duration::from_millis((SHORTEST + members as u64 / 8).min(LONGEST))
}

/// How many people a notice names.
const NAMED: usize = 10;

/// People who came into a room, or left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub room: RoomName,
    /// Some of them, by name.
    pub users: Vec<User>,
    /// How many there were besides.
    pub others: usize,
    /// How many people are in the room now.
    pub members: usize,
}

/// What happened in a room since the last notices.
#[derive(Default)]
pub struct Pending {
    joined: HashMap<UserId, User>,
    left: HashMap<UserId, User>,
    pub scheduled: bool,
}

impl Pending {
    pub fn joined(&mut self, user: &User) {
        // Somebody back under another name has to be told of, or lists would keep the old one.
        if self.left.get(&user.id) == Some(user) {
            self.left.remove(&user.id);
        } else {
            self.joined.insert(user.id, user.clone());
        }
    }

    pub fn left(&mut self, user: &User) {
        if self.joined.remove(&user.id).is_none() {
            self.left.insert(user.id, user.clone());
        }
    }

    pub fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.left.is_empty()
    }

    /// The notices, of those who left and of those who joined.
    pub fn take(&mut self, room: &RoomName, members: usize) -> (Option<Notice>, Option<Notice>) {
        self.scheduled = false;
        let notice = |users: &mut HashMap<UserId, User>| {
            let count = users.len();
            let mut users: Vec<User> = users.drain().map(|(_, user)| user).collect();
            users.sort_unstable_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
            users.truncate(NAMED);
            let others = count - users.len();
            (count > 0).then(|| Notice { room: room.clone(), users, others, members })
        };
        (notice(&mut self.left), notice(&mut self.joined))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserName;

    fn named(id: UserId, name: &str) -> User {
        User { id, name: UserName::parse(name).expect("a name") }
    }

    fn take(pending: &mut Pending) -> (Option<Notice>, Option<Notice>) {
        pending.take(&RoomName::lobby(), 7)
    }

    #[test]
    fn a_burst_is_one_notice_that_names_ten() {
        let mut pending = Pending::default();
        for i in 10..52 {
            pending.joined(&named(UserId::random(), &format!("u{i}")));
        }
        let (left, joined) = take(&mut pending);
        let joined = joined.expect("somebody joined");
        assert_eq!(left, None);
        assert_eq!((joined.users.len(), joined.others, joined.members), (10, 32, 7));
        assert_eq!(joined.users[0].name.as_str(), "u10");
        assert_eq!(take(&mut pending), (None, None));
    }

    #[test]
    fn a_full_room_is_told_later_than_a_small_one_but_soon() {
        let window = |members| window(members).as_millis();
        assert_eq!((window(1), window(2_000), window(1_000_000)), (250, 500, 750));
    }

    #[test]
    fn who_comes_back_at_once_never_left() {
        let (mut pending, ada) = (Pending::default(), named(UserId::random(), "ada"));
        pending.left(&ada);
        pending.joined(&ada);
        assert!(pending.is_empty());
        pending.joined(&ada);
        pending.left(&ada);
        assert!(pending.is_empty());
    }

    #[test]
    fn who_comes_back_under_another_name_left_and_joined() {
        let (mut pending, id) = (Pending::default(), UserId::random());
        pending.left(&named(id, "ada"));
        pending.joined(&named(id, "grace"));
        let (left, joined) = take(&mut pending);
        assert_eq!(left.map(|n| n.users), Some(vec![named(id, "ada")]));
        assert_eq!(joined.map(|n| n.users), Some(vec![named(id, "grace")]));
    }
}

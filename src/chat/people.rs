//! Who is online, and that no two of them have the same name.

use std::collections::HashMap;

use crate::domain::{User, UserId};

pub struct People {
    /// The most sessions that one person has.
    limit: usize,
    online: HashMap<UserId, Online>,
    /// By the name as people would take it for the same.
    names: HashMap<String, UserId>,
}

struct Online {
    user: User,
    sessions: usize,
}

/// The person has so many sessions already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManySessions {
    pub limit: usize,
}

impl People {
    pub fn new(limit: usize) -> Self {
        Self { limit, online: HashMap::new(), names: HashMap::new() }
    }

    /// Counts a session in. While somebody has another session, their name stays; otherwise it is the
    /// one they ask for, with a number behind it if that is taken.
    pub fn arrive(&mut self, user: &User) -> Result<User, TooManySessions> {
        if let Some(online) = self.online.get_mut(&user.id) {
            if online.sessions >= self.limit {
                return Err(TooManySessions { limit: self.limit });
            }
            online.sessions += 1;
            return Ok(online.user.clone());
        }
        let mut name = user.name.clone();
        let mut number = 1;
        while self.names.contains_key(&name.key()) {
            number += 1;
            name = user.name.numbered(number);
        }
        self.names.insert(name.key(), user.id);
        let user = User { id: user.id, name };
        self.online.insert(user.id, Online { user: user.clone(), sessions: 1 });
        Ok(user)
    }

    /// Counts a session out. The last one frees the name.
    pub fn depart(&mut self, user: &User) {
        let Some(online) = self.online.get_mut(&user.id) else { return };
        online.sessions -= 1;
        if online.sessions == 0 {
            self.names.remove(&online.user.name.key());
            self.online.remove(&user.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserName;

    fn somebody(name: &str) -> User {
        User { id: UserId::random(), name: UserName::parse(name).expect("a name") }
    }

    fn arrive(people: &mut People, user: &User) -> User {
        people.arrive(user).expect("there is a place")
    }

    #[test]
    fn a_second_guest_of_the_same_name_gets_a_number() {
        let mut people = People::new(2);
        for (wanted, given) in
            [("ada", "ada"), ("ADA", "ADA 2"), ("ada", "ada 3"), ("ada 3", "ada 3 2")]
        {
            assert_eq!(arrive(&mut people, &somebody(wanted)).name.as_str(), given);
        }
    }

    #[test]
    fn somebody_with_two_sessions_is_one_person_and_keeps_the_name() {
        let mut people = People::new(2);
        let ada = somebody("ada");
        arrive(&mut people, &ada);
        let renamed = User { id: ada.id, name: UserName::parse("grace").expect("a name") };
        assert_eq!(arrive(&mut people, &renamed), ada);
        people.depart(&ada);
        assert_eq!(arrive(&mut people, &somebody("ada")).name.as_str(), "ada 2");
    }

    #[test]
    fn the_last_session_frees_the_name() {
        let mut people = People::new(2);
        let ada = arrive(&mut people, &somebody("ada"));
        people.depart(&ada);
        people.depart(&ada);
        assert_eq!(arrive(&mut people, &somebody("ada")).name.as_str(), "ada");
        assert_eq!(people.online.len(), 1);
        assert_eq!(people.names.len(), 1);
    }

    #[test]
    fn one_person_has_so_many_sessions_and_no_more() {
        let mut people = People::new(2);
        let ada = arrive(&mut people, &somebody("ada"));
        arrive(&mut people, &ada);
        assert_eq!(people.arrive(&ada), Err(TooManySessions { limit: 2 }));
        people.depart(&ada);
        assert!(people.arrive(&ada).is_ok());
    }
}

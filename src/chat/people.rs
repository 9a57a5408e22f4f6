//! Who is online, and that no two of them have the same name.

use std::collections::HashMap;

use crate::domain::{User, UserId};

#[derive(Default)]
pub struct People {
    online: HashMap<UserId, Online>,
    /// By the name as people would take it for the same.
    names: HashMap<String, UserId>,
}

struct Online {
    user: User,
    sessions: usize,
}

impl People {
    /// Counts a session in. While somebody has another session, their name stays; otherwise it is the
    /// one they ask for, with a number behind it if that is taken.
    pub fn arrive(&mut self, user: &User) -> User {
        if let Some(online) = self.online.get_mut(&user.id) {
            online.sessions += 1;
            return online.user.clone();
        }
        let mut name = user.name.clone();
        let mut number = 1;
        while self.names.contains_key(&name.folded()) {
            number += 1;
            name = user.name.numbered(number);
        }
        self.names.insert(name.folded(), user.id);
        let user = User { id: user.id, name };
        self.online.insert(user.id, Online { user: user.clone(), sessions: 1 });
        user
    }

    /// Counts a session out. The last one frees the name.
    pub fn depart(&mut self, user: &User) {
        let Some(online) = self.online.get_mut(&user.id) else { return };
        online.sessions -= 1;
        if online.sessions == 0 {
            self.names.remove(&online.user.name.folded());
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

    #[test]
    fn a_second_guest_of_the_same_name_gets_a_number() {
        let mut people = People::default();
        assert_eq!(people.arrive(&somebody("ada")).name.as_str(), "ada");
        assert_eq!(people.arrive(&somebody("ADA")).name.as_str(), "ADA 2");
        assert_eq!(people.arrive(&somebody("ada")).name.as_str(), "ada 3");
        assert_eq!(people.arrive(&somebody("ada 3")).name.as_str(), "ada 3 2");
    }

    #[test]
    fn somebody_with_two_sessions_is_one_person_and_keeps_the_name() {
        let mut people = People::default();
        let ada = somebody("ada");
        people.arrive(&ada);
        let renamed = User { id: ada.id, name: UserName::parse("grace").expect("a name") };
        assert_eq!(people.arrive(&renamed), ada);
        people.depart(&ada);
        assert_eq!(people.arrive(&somebody("ada")).name.as_str(), "ada 2");
    }

    #[test]
    fn the_last_session_frees_the_name() {
        let mut people = People::default();
        let ada = people.arrive(&somebody("ada"));
        people.depart(&ada);
        people.depart(&ada);
        assert_eq!(people.arrive(&somebody("ada")).name.as_str(), "ada");
        assert_eq!(people.online.len(), 1);
        assert_eq!(people.names.len(), 1);
    }
}

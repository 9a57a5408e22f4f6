//! Who is online, with what they belong to, and that no two of them have the same name.

use std::collections::HashMap;

use crate::access::Role;
use crate::domain::{RoomId, SessionId, User, UserId};
use crate::store::Membership;

/// Whether the key of a name is that of somebody who may be away; see [`UserName::key`].
///
/// [`UserName::key`]: crate::domain::UserName::key
pub type Reserved = Box<dyn Fn(&str) -> bool + Send>;

pub struct People {
    /// Names that no number behind one may lead to.
    reserved: Reserved,
    /// The most sessions that one person has.
    limit: usize,
    online: HashMap<UserId, Online>,
    /// By the name as people would take it for the same.
    names: HashMap<String, UserId>,
}

/// Somebody who has a session.
pub struct Online {
    pub user: User,
    pub role: Role,
    pub sessions: Vec<SessionId>,
    /// As the database has them.
    pub rooms: Vec<(RoomId, Membership)>,
}

/// The person has so many sessions already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManySessions {
    pub limit: usize,
}

impl Online {
    pub fn membership(&self, room: RoomId) -> Option<&Membership> {
        self.rooms.iter().find(|(id, _)| *id == room).map(|(_, membership)| membership)
    }

    pub fn membership_mut(&mut self, room: RoomId) -> Option<&mut Membership> {
        self.rooms.iter_mut().find(|(id, _)| *id == room).map(|(_, membership)| membership)
    }
}

impl People {
    pub fn new(limit: usize, reserved: Reserved) -> Self {
        Self { reserved, limit, online: HashMap::new(), names: HashMap::new() }
    }

    pub fn find(&self, user: UserId) -> Option<&Online> {
        self.online.get(&user)
    }

    pub fn find_mut(&mut self, user: UserId) -> Option<&mut Online> {
        self.online.get_mut(&user)
    }

    /// Who has a name, or one that people would take for it.
    pub fn named(&self, key: &str) -> Option<&Online> {
        self.online.get(self.names.get(key)?)
    }

    /// Counts a session in. While somebody has another session, their name stays; otherwise it is the
    /// one they ask for, with a number behind it if that is taken.
    pub fn arrive(
        &mut self,
        user: &User,
        role: Role,
        session: SessionId,
    ) -> Result<&mut Online, TooManySessions> {
        let sessions = self.online.get(&user.id).map_or(0, |online| online.sessions.len());
        if sessions >= self.limit {
            return Err(TooManySessions { limit: self.limit });
        }
        let (names, reserved) = (&mut self.names, &self.reserved);
        let online = self.online.entry(user.id).or_insert_with(|| {
            let mut name = user.name.clone();
            let mut number = 1;
            let is_taken =
                |key: &str, number| names.contains_key(key) || (number > 1 && reserved(key));
            while is_taken(&name.key(), number) {
                number += 1;
                name = user.name.numbered(number);
            }
            names.insert(name.key(), user.id);
            let user = User { id: user.id, name };
            Online { user, role, sessions: Vec::new(), rooms: Vec::new() }
        });
        online.sessions.push(session);
        Ok(online)
    }

    /// Counts a session out. The last one frees the name; then the person is answered with.
    pub fn depart(&mut self, user: UserId, session: SessionId) -> Option<Online> {
        let online = self.online.get_mut(&user)?;
        online.sessions.retain(|other| *other != session);
        if !online.sessions.is_empty() {
            return None;
        }
        let online = self.online.remove(&user)?;
        self.names.remove(&online.user.name.key());
        Some(online)
    }

    /// Gives somebody who is online another name. It has to be free.
    pub fn rename(&mut self, user: &User) {
        let Some(online) = self.online.get_mut(&user.id) else { return };
        self.names.remove(&online.user.name.key());
        self.names.insert(user.name.key(), user.id);
        online.user = user.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserName;

    /// Two sessions for each, and an account that is away.
    fn people() -> People {
        People::new(2, Box::new(|key| key == "bob2"))
    }

    fn somebody(name: &str) -> User {
        User { id: UserId::random(), name: UserName::parse(name).expect("a name") }
    }

    /// With a session of their own.
    fn arrive(people: &mut People, user: &User) -> (User, SessionId) {
        let session = SessionId::random();
        let online = people.arrive(user, Role::Guest, session).map(|online| online.user.clone());
        (online.expect("there is a place"), session)
    }

    #[test]
    fn a_second_guest_of_the_same_name_gets_a_number() {
        let mut people = people();
        for (wanted, given) in
            [("ada", "ada"), ("ADA", "ADA 2"), ("ada", "ada 3"), ("ada 3", "ada 3 2")]
        {
            assert_eq!(arrive(&mut people, &somebody(wanted)).0.name.as_str(), given);
        }
    }

    #[test]
    fn the_number_leads_to_no_name_of_an_account() {
        let mut people = people();
        for given in ["bob", "bob 3", "bob 4"] {
            assert_eq!(arrive(&mut people, &somebody("bob")).0.name.as_str(), given);
        }
    }

    #[test]
    fn somebody_with_two_sessions_is_one_person_and_keeps_the_name() {
        let mut people = people();
        let ada = somebody("ada");
        let (_, session) = arrive(&mut people, &ada);
        let renamed = User { id: ada.id, name: UserName::parse("grace").expect("a name") };
        assert_eq!(arrive(&mut people, &renamed).0, ada);
        assert!(people.depart(ada.id, session).is_none());
        assert_eq!(arrive(&mut people, &somebody("ada")).0.name.as_str(), "ada 2");
    }

    #[test]
    fn the_last_session_frees_the_name() {
        let mut people = people();
        let (ada, session) = arrive(&mut people, &somebody("ada"));
        assert!(people.depart(ada.id, session).is_some());
        assert!(people.depart(ada.id, session).is_none());
        assert_eq!(arrive(&mut people, &somebody("ada")).0.name.as_str(), "ada");
        assert_eq!((people.online.len(), people.names.len()), (1, 1));
    }

    #[test]
    fn one_person_has_so_many_sessions_and_no_more() {
        let mut people = people();
        let (ada, first) = arrive(&mut people, &somebody("ada"));
        arrive(&mut people, &ada);
        let refused = people.arrive(&ada, Role::Guest, SessionId::random()).err();
        assert_eq!(refused, Some(TooManySessions { limit: 2 }));
        people.depart(ada.id, first);
        assert!(people.arrive(&ada, Role::Guest, first).is_ok());
    }

    #[test]
    fn who_is_renamed_is_found_by_the_new_name_only() {
        let mut people = people();
        let (ada, _) = arrive(&mut people, &somebody("ada"));
        people.rename(&User { id: ada.id, name: UserName::parse("grace").expect("a name") });
        assert!(people.named("ada").is_none());
        assert_eq!(people.named("grace").map(|online| online.user.id), Some(ada.id));
    }
}

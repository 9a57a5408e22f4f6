//! Who is where. Plain data: the rooms in use, the people in each, and what is to be told of them.

use std::collections::HashMap;

use super::notices::Pending;
use super::relay::Event;
use crate::access::Role;
use crate::domain::{RoomId, RoomName, User, UserId};
use crate::store;

/// How many people an answer to `join` names.
const LISTED: usize = 200;

/// The rooms that somebody has come into since the start; there are never more than the store has.
#[derive(Default)]
pub struct Presence {
    in_use: HashMap<RoomId, Room>,
    by_name: HashMap<RoomName, RoomId>,
    /// The numbers that rooms have reached while they were not in use, as when a bot writes there.
    reached: HashMap<RoomId, u64>,
}

struct Room {
    stored: store::Room,
    present: HashMap<UserId, (User, Role)>,
    notices: Pending,
}

impl Presence {
    pub fn find(&self, name: &RoomName) -> Option<&store::Room> {
        self.room(*self.by_name.get(name)?)
    }

    pub fn room(&self, id: RoomId) -> Option<&store::Room> {
        self.in_use.get(&id).map(|room| &room.stored)
    }

    /// Takes a room from the store into use. What has gone out since it was read there is known better here.
    pub fn open(&mut self, mut stored: store::Room) -> &store::Room {
        self.by_name.insert(stored.name.clone(), stored.id);
        stored.seq = stored.seq.max(self.reached.remove(&stored.id).unwrap_or_default());
        let room = self.in_use.entry(stored.id).or_insert_with(|| Room {
            stored,
            present: HashMap::new(),
            notices: Pending::default(),
        });
        &room.stored
    }

    /// What is new about a room that is in use.
    pub fn update(&mut self, stored: &store::Room) {
        if let Some(room) = self.in_use.get_mut(&stored.id) {
            room.stored.details = stored.details.clone();
        }
    }

    /// Takes a room out of use. Answers with the people who were there.
    pub fn close(&mut self, id: RoomId) -> Vec<UserId> {
        self.reached.remove(&id);
        let Some(room) = self.in_use.remove(&id) else { return Vec::new() };
        self.by_name.remove(&room.stored.name);
        room.present.into_keys().collect()
    }

    /// Somebody comes in; who is there already does not come again.
    pub fn enter(&mut self, id: RoomId, user: &User, role: Role) {
        let Some(room) = self.in_use.get_mut(&id) else { return };
        if room.present.insert(user.id, (user.clone(), role)).is_none() {
            room.notices.joined(user);
        }
    }

    /// Somebody goes.
    pub fn leave(&mut self, id: RoomId, user: UserId) {
        let Some(room) = self.in_use.get_mut(&id) else { return };
        if let Some((user, _)) = room.present.remove(&user) {
            room.notices.left(&user);
        }
    }

    /// How many people are there.
    pub fn count(&self, id: RoomId) -> usize {
        self.in_use.get(&id).map_or(0, |room| room.present.len())
    }

    pub fn people(&self, id: RoomId) -> impl Iterator<Item = UserId> {
        self.in_use.get(&id).into_iter().flat_map(|room| room.present.keys().copied())
    }

    /// Some of the people in a room, by name.
    pub fn some_people(&self, id: RoomId) -> Vec<(User, Role)> {
        let present = self.in_use.get(&id).into_iter().flat_map(|room| room.present.values());
        let mut people: Vec<_> = present.take(LISTED).cloned().collect();
        people.sort_unstable_by(|(a, _), (b, _)| a.name.as_str().cmp(b.name.as_str()));
        people
    }

    /// What has this number is on disk and goes out.
    pub fn advance(&mut self, id: RoomId, seq: u64) {
        let reached = match self.in_use.get_mut(&id) {
            Some(room) => &mut room.stored.seq,
            None => self.reached.entry(id).or_default(),
        };
        *reached = seq.max(*reached);
    }

    /// Whether notices of the room have to be scheduled now.
    pub fn schedule_notices(&mut self, id: RoomId) -> bool {
        let Some(room) = self.in_use.get_mut(&id) else { return false };
        let schedule = !room.notices.is_empty() && !room.notices.scheduled;
        room.notices.scheduled |= schedule;
        schedule
    }

    pub fn take_notices(&mut self, id: RoomId) -> impl Iterator<Item = Event> + use<> {
        let notices = self.in_use.get_mut(&id).map(|room| {
            let members = room.present.len();
            room.notices.take(&room.stored.name, members)
        });
        let (left, joined) = notices.unwrap_or_default();
        left.map(Event::Left).into_iter().chain(joined.map(Event::Joined))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserName;
    use crate::store::Details;

    const LOBBY: RoomId = RoomId(1);

    fn lobby() -> store::Room {
        store::Room {
            id: LOBBY,
            name: RoomName::lobby(),
            seq: 3,
            details: Details::default().into(),
        }
    }

    fn presence() -> Presence {
        let mut presence = Presence::default();
        presence.open(lobby());
        presence
    }

    fn somebody(name: &str) -> User {
        User { id: UserId::random(), name: UserName::parse(name).expect("a name") }
    }

    fn notices(presence: &mut Presence) -> Vec<String> {
        let names =
            |users: &[User]| -> Vec<_> { users.iter().map(|u| u.name.to_string()).collect() };
        presence
            .take_notices(LOBBY)
            .map(|event| match event {
                Event::Joined(notice) => format!("joined {:?}", names(&notice.users)),
                Event::Left(notice) => format!("left {:?}", names(&notice.users)),
                other => panic!("{other:?} is no notice"),
            })
            .collect()
    }

    #[test]
    fn somebody_comes_once_and_goes_once() {
        let (mut presence, ada) = (presence(), somebody("ada"));
        presence.enter(LOBBY, &ada, Role::Guest);
        presence.enter(LOBBY, &ada, Role::Guest);
        assert_eq!(presence.count(LOBBY), 1);
        assert!(presence.schedule_notices(LOBBY) && !presence.schedule_notices(LOBBY));
        assert_eq!(notices(&mut presence), [r#"joined ["ada"]"#]);
        presence.leave(LOBBY, ada.id);
        presence.leave(LOBBY, ada.id);
        assert!(presence.schedule_notices(LOBBY));
        assert_eq!(notices(&mut presence), [r#"left ["ada"]"#]);
        assert!(presence.some_people(LOBBY).is_empty());
    }

    #[test]
    fn a_room_in_use_knows_its_number_better_than_the_store() {
        let mut presence = presence();
        presence.advance(LOBBY, 7);
        assert_eq!(presence.open(lobby()).seq, 7);
        assert_eq!(presence.find(&RoomName::lobby()).map(|room| room.seq), Some(7));
    }

    #[test]
    fn what_is_said_in_a_room_between_reading_and_opening_it_counts() {
        let mut presence = Presence::default();
        presence.advance(LOBBY, 4);
        presence.advance(LOBBY, 5);
        assert_eq!(presence.open(lobby()).seq, 5);
        presence.close(LOBBY);
        assert_eq!(presence.open(lobby()).seq, 3);
    }

    #[test]
    fn a_room_that_is_closed_is_not_found() {
        let (mut presence, ada) = (presence(), somebody("ada"));
        presence.enter(LOBBY, &ada, Role::Guest);
        assert_eq!(presence.close(LOBBY), [ada.id]);
        assert_eq!(presence.find(&RoomName::lobby()), None);
        assert!(presence.close(LOBBY).is_empty());
    }
}

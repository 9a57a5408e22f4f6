//! Who is where. Plain data: the rooms in use, the people in each, and what is to be told of them.

use std::collections::HashMap;

use super::notices::Pending;
use super::people::TooManySessions;
use super::relay::Event;
use crate::domain::{RoomId, RoomName, User, UserId};
use crate::store;

/// How many people an answer to `join` names.
const LISTED: usize = 200;

/// Why one cannot join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    #[error("there is no such room")]
    NoRoom,
    #[error("the session is in {limit} rooms already")]
    TooManyRooms { limit: usize },
    #[error("this person has {limit} sessions already")]
    TooManySessions { limit: usize },
    #[error("the session has not said who it is")]
    NotConnected,
    #[error("the database could not find the room")]
    Storage,
}

impl From<TooManySessions> for JoinError {
    fn from(TooManySessions { limit }: TooManySessions) -> Self {
        Self::TooManySessions { limit }
    }
}

/// The session is not in the room, whether there is one or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session is not in the room")]
pub struct NotInRoom;

/// A room at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    pub room: store::Room,
    /// How many people are in it.
    pub members: usize,
    /// Whether the session was in it before.
    pub again: bool,
}

/// The rooms that somebody has joined since the start; there are never more than the store has.
pub struct Rooms {
    in_use: HashMap<RoomId, Room>,
    by_name: HashMap<RoomName, RoomId>,
    lobby: RoomId,
    /// The most rooms that one session is in.
    limit: usize,
}

struct Room {
    stored: store::Room,
    members: HashMap<UserId, Member>,
    notices: Pending,
}

struct Member {
    user: User,
    sessions: usize,
}

impl Rooms {
    pub fn new(lobby: store::Room, limit: usize) -> Self {
        let id = lobby.id;
        let mut rooms = Self { in_use: HashMap::new(), by_name: HashMap::new(), lobby: id, limit };
        rooms.open(lobby);
        rooms
    }

    pub fn lobby(&self) -> RoomId {
        self.lobby
    }

    pub fn find(&self, name: &RoomName) -> Option<RoomId> {
        self.by_name.get(name).copied()
    }

    /// The room of a name, if it is one of `joined`.
    pub fn find_among(
        &self,
        joined: &[RoomId],
        name: &RoomName,
    ) -> Result<&store::Room, NotInRoom> {
        let id = self.find(name).filter(|id| joined.contains(id)).ok_or(NotInRoom)?;
        self.in_use.get(&id).map(|room| &room.stored).ok_or(NotInRoom)
    }

    /// Takes a room from the store into use. One that is in use already knows its number better.
    pub fn open(&mut self, stored: store::Room) -> RoomId {
        let id = stored.id;
        self.by_name.insert(stored.name.clone(), id);
        self.in_use.entry(id).or_insert_with(|| Room {
            stored,
            members: HashMap::new(),
            notices: Pending::default(),
        });
        id
    }

    /// Puts one session of a user into a room; `joined` are the rooms that the session is in.
    pub fn enter(
        &mut self,
        id: RoomId,
        user: &User,
        joined: &mut Vec<RoomId>,
    ) -> Result<Roster, JoinError> {
        let limit = self.limit;
        let room = self.in_use.get_mut(&id).ok_or(JoinError::NoRoom)?;
        let again = joined.contains(&id);
        if !again {
            if joined.len() >= limit {
                return Err(JoinError::TooManyRooms { limit });
            }
            joined.push(id);
            let member = room
                .members
                .entry(user.id)
                .or_insert_with(|| Member { user: user.clone(), sessions: 0 });
            member.sessions += 1;
            if member.sessions == 1 {
                room.notices.joined(user);
            }
        }
        let (room, members) = (room.stored.clone(), room.members.len());
        Ok(Roster { room, members, again })
    }

    /// Takes one session of a user out of a room that it is in.
    pub fn leave(&mut self, id: RoomId, user: &User) {
        let Some(room) = self.in_use.get_mut(&id) else { return };
        let Some(member) = room.members.get_mut(&user.id) else { return };
        member.sessions -= 1;
        if member.sessions == 0 {
            room.members.remove(&user.id);
            room.notices.left(user);
        }
    }

    /// Some of the people in a room, by name.
    pub fn members(&self, id: RoomId) -> Vec<User> {
        let members = self.in_use.get(&id).into_iter().flat_map(|room| room.members.values());
        let mut users: Vec<User> = members.take(LISTED).map(|member| member.user.clone()).collect();
        users.sort_unstable_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
        users
    }

    /// What has this number is on disk and goes out.
    pub fn advance(&mut self, id: RoomId, seq: u64) {
        if let Some(room) = self.in_use.get_mut(&id) {
            room.stored.seq = room.stored.seq.max(seq);
        }
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
            let members = room.members.len();
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

    const LOBBY: RoomId = RoomId(1);

    fn rooms() -> Rooms {
        Rooms::new(store::Room { id: LOBBY, name: RoomName::lobby(), seq: 3 }, 2)
    }

    fn somebody(name: &str) -> User {
        User { id: UserId::random(), name: UserName::parse(name).expect("a name") }
    }

    fn notices(rooms: &mut Rooms) -> Vec<String> {
        let names =
            |users: &[User]| -> Vec<_> { users.iter().map(|u| u.name.to_string()).collect() };
        rooms
            .take_notices(LOBBY)
            .map(|event| match event {
                Event::Joined(notice) => format!("joined {:?}", names(&notice.users)),
                Event::Left(notice) => format!("left {:?}", names(&notice.users)),
                other => panic!("{other:?} is no notice"),
            })
            .collect()
    }

    #[test]
    fn somebody_with_two_sessions_joins_once_and_leaves_with_the_last() {
        let (mut rooms, ada) = (rooms(), somebody("ada"));
        let (mut one, mut two) = (vec![], vec![]);
        assert_eq!(rooms.enter(LOBBY, &ada, &mut one).map(|r| (r.members, r.room.seq)), Ok((1, 3)));
        assert!(rooms.schedule_notices(LOBBY) && !rooms.schedule_notices(LOBBY));
        assert_eq!(notices(&mut rooms), [r#"joined ["ada"]"#]);
        assert!(rooms.enter(LOBBY, &ada, &mut two).is_ok());
        rooms.leave(LOBBY, &ada);
        assert!(!rooms.schedule_notices(LOBBY));
        rooms.leave(LOBBY, &ada);
        assert!(rooms.schedule_notices(LOBBY));
        assert_eq!(notices(&mut rooms), [r#"left ["ada"]"#]);
        assert!(rooms.members(LOBBY).is_empty());
    }

    #[test]
    fn joining_twice_is_joining_once() {
        let (mut rooms, ada, mut joined) = (rooms(), somebody("ada"), vec![]);
        assert!(rooms.enter(LOBBY, &ada, &mut joined).is_ok());
        assert_eq!(rooms.enter(LOBBY, &ada, &mut joined).map(|r| r.members), Ok(1));
        rooms.leave(LOBBY, &ada);
        assert!(rooms.members(LOBBY).is_empty());
    }

    #[test]
    fn a_session_is_in_so_many_rooms_and_no_more() {
        let (mut rooms, ada, mut joined) = (rooms(), somebody("ada"), vec![]);
        for id in 1..=3 {
            let name = RoomName::parse(&format!("room-{id}")).expect("a slug");
            rooms.open(store::Room { id: RoomId(id), name, seq: 0 });
        }
        assert!(rooms.enter(RoomId(1), &ada, &mut joined).is_ok());
        assert!(rooms.enter(RoomId(2), &ada, &mut joined).is_ok());
        assert_eq!(
            rooms.enter(RoomId(3), &ada, &mut joined),
            Err(JoinError::TooManyRooms { limit: 2 })
        );
        assert_eq!(joined.len(), 2);
    }

    #[test]
    fn a_room_is_found_only_by_who_is_in_it() {
        let rooms = rooms();
        assert!(rooms.find_among(&[LOBBY], &RoomName::lobby()).is_ok());
        assert_eq!(rooms.find_among(&[], &RoomName::lobby()), Err(NotInRoom));
    }
}

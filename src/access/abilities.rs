//! What somebody may do, by names that clients know: a page shows what can be done, and decides nothing.

use super::{Place, Role, RoomAction, RoomMakers, ServerAction, Subject, decide, decide_on_server};

/// Somebody with no say.
const ANYBODY: Subject = Subject { role: Role::Member, moderator: false };

const IN_ROOM: [(&str, RoomAction); 12] = [
    ("join", RoomAction::Join),
    ("leave", RoomAction::Leave),
    ("read", RoomAction::Read),
    ("post", RoomAction::Post),
    ("report", RoomAction::Report),
    ("invite", RoomAction::Invite),
    ("remove", RoomAction::Discipline(ANYBODY)),
    ("delete_any", RoomAction::Erase { author: false }),
    ("moderate", RoomAction::Moderate),
    ("update", RoomAction::Update),
    ("appoint", RoomAction::Appoint),
    ("delete", RoomAction::Convert),
];

const ON_SERVER: [(&str, ServerAction); 10] = [
    ("direct", ServerAction::Direct),
    ("people", ServerAction::People),
    ("own_account", ServerAction::OwnAccount),
    ("invite_people", ServerAction::InvitePeople),
    ("accounts", ServerAction::Accounts),
    ("ban", ServerAction::Discipline(Role::Member)),
    ("bots", ServerAction::Bots),
    ("reports", ServerAction::Reports),
    ("audit", ServerAction::Audit),
    ("settings", ServerAction::Settings),
];

/// The names of what somebody may do in a room; nothing of what they do not see.
pub fn powers_in(role: Role, place: Place) -> Vec<&'static str> {
    let may = |action: &RoomAction| decide(role, place, *action).is_ok();
    IN_ROOM.iter().filter(|(_, action)| may(action)).map(|(name, _)| *name).collect()
}

/// The names of what somebody may do on the server.
pub fn powers(role: Role, makers: RoomMakers) -> Vec<&'static str> {
    let may = |action: &ServerAction| decide_on_server(role, *action).is_ok();
    let create = ("create_room", ServerAction::CreateRoom(makers));
    let all = ON_SERVER.iter().copied().chain([create, ("promote", ServerAction::Promote)]);
    all.filter(|(_, action)| may(action)).map(|(name, _)| name).collect()
}

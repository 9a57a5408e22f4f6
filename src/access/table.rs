//! The whole of who may what in rooms, as a table. The columns are people, the rows what they want; a cell
//! is `+` for what they may, or the first letters of why not.

use super::{Denied, Place, Role, RoomAction, RoomKind, Standing, Subject, decide};

const PEOPLE: [(Role, Standing); 11] = [
    (Role::Guest, Standing::Outside),
    (Role::Guest, Standing::Member),
    (Role::Member, Standing::Outside),
    (Role::Member, Standing::Member),
    (Role::Bot, Standing::Member),
    (Role::Member, Standing::Muted),
    (Role::Member, Standing::Banned),
    (Role::Member, Standing::Moderator),
    (Role::Admin, Standing::Outside),
    (Role::Admin, Standing::Member),
    (Role::Owner, Standing::Member),
];

const fn subject(role: Role, moderator: bool) -> RoomAction {
    RoomAction::Discipline(Subject { role, moderator })
}

const ACTIONS: [(&str, RoomAction); 19] = [
    ("see", RoomAction::See),
    ("join", RoomAction::Join),
    ("leave", RoomAction::Leave),
    ("read", RoomAction::Read),
    ("post", RoomAction::Post),
    ("edit own", RoomAction::Edit { author: true }),
    ("edit other's", RoomAction::Edit { author: false }),
    ("delete own", RoomAction::Erase { author: true }),
    ("delete other's", RoomAction::Erase { author: false }),
    ("report", RoomAction::Report),
    ("invite", RoomAction::Invite),
    ("put out guest", subject(Role::Guest, false)),
    ("put out member", subject(Role::Member, false)),
    ("put out moderator", subject(Role::Member, true)),
    ("put out admin", subject(Role::Admin, false)),
    ("moderate", RoomAction::Moderate),
    ("update", RoomAction::Update),
    ("convert", RoomAction::Convert),
    ("appoint", RoomAction::Appoint),
];

/// Of who is: a guest outside, a guest inside; a member of the server outside, inside, a bot inside; one
/// muted, banned, made a moderator; an admin outside, inside; the owner inside.
const TABLE: &str = "
open               gu gi mo mi bi mu ba md ao ai oi
see                +  +  +  +  +  +  +  +  +  +  +
join               +  +  +  +  +  +  ba +  +  +  +
leave              nm +  nm +  +  +  ba +  nm +  +
read               nm +  nm +  +  +  ba +  nm +  +
post               nm +  nm +  +  mu ba +  nm +  +
edit own           nm +  nm +  +  mu ba +  nm +  +
edit other's       nm na nm na na na ba na nm na na
delete own         nm +  nm +  +  +  ba +  nm +  +
delete other's     nm na nm na na na ba +  nm +  +
report             nm +  nm +  +  +  ba +  nm +  +
invite             nm fo nm +  +  +  ba +  nm +  +
put out guest      fo fo fo fo fo fo fo +  +  +  +
put out member     fo fo fo fo fo fo fo +  +  +  +
put out moderator  fo fo fo fo fo fo fo fo +  +  +
put out admin      fo fo fo fo fo fo fo fo fo fo +
moderate           fo fo fo fo fo fo fo +  +  +  +
update             fo fo fo fo fo fo fo +  +  +  +
convert            fo fo fo fo fo fo fo +  +  +  +
appoint            fo fo fo fo fo fo fo +  +  +  +

read_only          gu gi mo mi bi mu ba md ao ai oi
see                +  +  +  +  +  +  +  +  +  +  +
join               +  +  +  +  +  +  ba +  +  +  +
leave              nm +  nm +  +  +  ba +  nm +  +
read               nm +  nm +  +  +  ba +  nm +  +
post               nm ro nm ro ro mu ba +  nm +  +
edit own           nm ro nm ro ro mu ba +  nm +  +
edit other's       nm na nm na na na ba na nm na na
delete own         nm +  nm +  +  +  ba +  nm +  +
delete other's     nm na nm na na na ba +  nm +  +
report             nm +  nm +  +  +  ba +  nm +  +
invite             nm fo nm +  +  +  ba +  nm +  +
put out guest      fo fo fo fo fo fo fo +  +  +  +
put out member     fo fo fo fo fo fo fo +  +  +  +
put out moderator  fo fo fo fo fo fo fo fo +  +  +
put out admin      fo fo fo fo fo fo fo fo fo fo +
moderate           fo fo fo fo fo fo fo +  +  +  +
update             fo fo fo fo fo fo fo +  +  +  +
convert            fo fo fo fo fo fo fo +  +  +  +
appoint            fo fo fo fo fo fo fo +  +  +  +

closed             gu gi mo mi bi mu ba md ao ai oi
see                hi +  hi +  +  +  hi +  hi +  +
join               hi +  hi +  +  +  hi +  hi +  +
leave              hi +  hi +  +  +  hi +  hi +  +
read               hi +  hi +  +  +  hi +  hi +  +
post               hi +  hi +  +  mu hi +  hi +  +
edit own           hi +  hi +  +  mu hi +  hi +  +
edit other's       hi na hi na na na hi na hi na na
delete own         hi +  hi +  +  +  hi +  hi +  +
delete other's     hi na hi na na na hi +  hi +  +
report             hi +  hi +  +  +  hi +  hi +  +
invite             hi fo hi fo fo fo hi +  hi +  +
put out guest      hi fo hi fo fo fo hi +  hi +  +
put out member     hi fo hi fo fo fo hi +  hi +  +
put out moderator  hi fo hi fo fo fo hi fo hi +  +
put out admin      hi fo hi fo fo fo hi fo hi fo +
moderate           hi fo hi fo fo fo hi +  hi +  +
update             hi fo hi fo fo fo hi +  hi +  +
convert            hi fo hi fo fo fo hi +  hi +  +
appoint            hi fo hi fo fo fo hi +  hi +  +

direct             gu gi mo mi bi mu ba md ao ai oi
see                hi +  hi +  +  +  hi +  hi +  +
join               hi +  hi +  +  +  hi +  hi +  +
leave              hi fo hi fo fo fo hi fo hi fo fo
read               hi +  hi +  +  +  hi +  hi +  +
post               hi +  hi +  +  mu hi +  hi +  +
edit own           hi +  hi +  +  mu hi +  hi +  +
edit other's       hi na hi na na na hi na hi na na
delete own         hi +  hi +  +  +  hi +  hi +  +
delete other's     hi na hi na na na hi na hi na na
report             hi +  hi +  +  +  hi +  hi +  +
invite             hi fo hi fo fo fo hi fo hi fo fo
put out guest      hi fo hi fo fo fo hi fo hi fo fo
put out member     hi fo hi fo fo fo hi fo hi fo fo
put out moderator  hi fo hi fo fo fo hi fo hi fo fo
put out admin      hi fo hi fo fo fo hi fo hi fo fo
moderate           hi fo hi fo fo fo hi fo hi fo fo
update             hi fo hi fo fo fo hi fo hi fo fo
convert            hi fo hi fo fo fo hi fo hi fo fo
appoint            hi fo hi fo fo fo hi fo hi fo fo
";

fn cell(decided: Result<(), Denied>) -> &'static str {
    match decided {
        Ok(()) => "+ ",
        Err(Denied::Hidden) => "hi",
        Err(Denied::NotMember) => "nm",
        Err(Denied::Banned) => "ba",
        Err(Denied::Archived) => "ar",
        Err(Denied::ReadOnly) => "ro",
        Err(Denied::Muted) => "mu",
        Err(Denied::NotAuthor) => "na",
        Err(Denied::Forbidden) => "fo",
    }
}

fn places(kind: RoomKind, archived: bool) -> impl Iterator<Item = (Role, Place)> {
    PEOPLE
        .into_iter()
        .map(move |(role, standing)| (role, Place { kind, standing, lobby: false, archived }))
}

#[test]
fn everybody_may_what_the_table_says() {
    let mut table = String::new();
    for kind in RoomKind::ALL {
        let header = "gu gi mo mi bi mu ba md ao ai oi";
        table.extend(["\n", &format!("{:<19}{header}", kind.as_str()), "\n"]);
        for (name, action) in ACTIONS {
            let cells: Vec<_> = places(kind, false)
                .map(|(role, place)| cell(decide(role, place, action)))
                .collect();
            table += format!("{name:<19}{}", cells.join(" ")).trim_end();
            table += "\n";
        }
    }
    assert_eq!(table, TABLE, "\n{table}");
}

#[test]
fn in_an_archived_room_nobody_writes_and_everything_else_stays() {
    for kind in RoomKind::ALL {
        for ((role, archived), (_, place)) in places(kind, true).zip(places(kind, false)) {
            for (name, action) in ACTIONS {
                let (now, before) = (decide(role, archived, action), decide(role, place, action));
                let writes = matches!(
                    action,
                    RoomAction::Post
                        | RoomAction::Edit { author: true }
                        | RoomAction::Erase { .. }
                        | RoomAction::Invite
                );
                if writes && before.is_ok() {
                    assert_eq!(now, Err(Denied::Archived), "{name} of {role:?} in {archived:?}");
                } else {
                    assert_eq!(now.is_ok(), before.is_ok(), "{name} of {role:?} in {archived:?}");
                }
            }
        }
    }
}

#[test]
fn nobody_changes_what_the_lobby_is() {
    for (role, place) in places(RoomKind::Open, false) {
        let lobby = Place { lobby: true, ..place };
        assert_eq!(decide(role, lobby, RoomAction::Convert), Err(Denied::Forbidden));
    }
}

//! Who may what. [`decide`] is the one place that says so; the wire, the HTTP API and the store ask it, each
//! with the facts that it has at hand.

mod abilities;
mod roles;
#[cfg(test)]
mod table;

pub use abilities::{powers, powers_in};
pub use roles::{Role, RoomKind, Unknown};

/// What a decision about a room depends on, besides somebody's role on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub kind: RoomKind,
    pub standing: Standing,
    /// Everybody starts here, so that it is always there and open.
    pub lobby: bool,
    pub archived: bool,
}

/// How somebody stands in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Outside,
    /// Out, and not to come back.
    Banned,
    Muted,
    Member,
    Moderator,
}

/// Somebody to whom something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    pub role: Role,
    /// Whether they were made a moderator of the room in question.
    pub moderator: bool,
}

/// Who makes rooms, as the owner wants it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RoomMakers {
    #[default]
    Members,
    Admins,
}

/// What somebody wants to do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomAction {
    /// Know that it exists.
    See,
    Join,
    Leave,
    /// Read what was said and who is there, and hear what is being said.
    Read,
    Post,
    Edit {
        author: bool,
    },
    /// Delete a message.
    Erase {
        author: bool,
    },
    Report,
    Invite,
    /// Put somebody out, keep them out, or silence them.
    Discipline(Subject),
    /// See who is kept out or silenced.
    Moderate,
    /// Change the title, the topic or the pace.
    Update,
    /// Change the kind, archive or delete it.
    Convert,
    /// Make moderators.
    Appoint,
}

/// What somebody wants to do on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerAction {
    CreateRoom(RoomMakers),
    /// Talk in a direct room.
    Direct,
    /// See who has an account.
    People,
    /// Have a profile, sessions, a password.
    OwnAccount,
    /// Be signed in on devices, by a password or a link; programs have a token.
    Devices,
    Settings,
    InvitePeople,
    /// See the accounts and their state.
    Accounts,
    /// Make a link by which somebody gets in again, end their sessions, keep them out.
    Discipline(Role),
    Promote,
    Bots,
    Reports,
    Audit,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// What one may not see does not exist.
    #[error("there is no such room")]
    Hidden,
    #[error("join the room first")]
    NotMember,
    #[error("you were banned from this room")]
    Banned,
    #[error("the room is archived")]
    Archived,
    #[error("only moderators write in this room")]
    ReadOnly,
    #[error("you were muted in this room for a time")]
    Muted,
    #[error("only its author may do that to a message")]
    NotAuthor,
    #[error("you may not do that here")]
    Forbidden,
}

/// Whether somebody may do something in a room.
pub fn decide(role: Role, place: Place, action: RoomAction) -> Result<(), Denied> {
    let member = matches!(place.standing, Standing::Muted | Standing::Member | Standing::Moderator);
    if place.kind.is_hidden() && !member {
        return Err(Denied::Hidden);
    }
    let inside = || if member { Ok(()) } else { Err(outside(place.standing)) };
    let moderator = || if rank_in(role, place) > 0 { Ok(()) } else { Err(Denied::Forbidden) };
    let in_use = || if place.archived { Err(Denied::Archived) } else { Ok(()) };
    let lasting = || if place.lobby { Err(Denied::Forbidden) } else { Ok(()) };
    match action {
        RoomAction::Join if place.standing == Standing::Banned => Err(Denied::Banned),
        RoomAction::See | RoomAction::Join => Ok(()),
        RoomAction::Leave if place.kind == RoomKind::Direct => Err(Denied::Forbidden),
        RoomAction::Leave | RoomAction::Read | RoomAction::Report => inside(),
        RoomAction::Post => inside().and_then(|()| may_write(role, place)),
        RoomAction::Edit { author } => {
            inside()?;
            if author { may_write(role, place) } else { Err(Denied::NotAuthor) }
        }
        // Also who is muted may take back what they said.
        RoomAction::Erase { author: true } => inside().and_then(|()| in_use()),
        RoomAction::Erase { author: false } => {
            inside()?;
            in_use()?;
            moderator().map_err(|_| Denied::NotAuthor)
        }
        RoomAction::Invite => {
            inside()?;
            in_use()?;
            match place.kind {
                RoomKind::Direct => Err(Denied::Forbidden),
                RoomKind::Closed => moderator(),
                RoomKind::Open | RoomKind::ReadOnly if role == Role::Guest => {
                    Err(Denied::Forbidden)
                }
                RoomKind::Open | RoomKind::ReadOnly => Ok(()),
            }
        }
        RoomAction::Discipline(subject) => {
            let theirs = rank_in(subject.role, Place { standing: subject.standing(), ..place });
            if rank_in(role, place) > theirs { Ok(()) } else { Err(Denied::Forbidden) }
        }
        RoomAction::Moderate | RoomAction::Update | RoomAction::Appoint => moderator(),
        RoomAction::Convert => moderator().and_then(|()| lasting()),
    }
}

/// Whether somebody may do something on the server.
pub fn decide_on_server(role: Role, action: ServerAction) -> Result<(), Denied> {
    let may = match action {
        ServerAction::Direct
        | ServerAction::People
        | ServerAction::OwnAccount
        | ServerAction::CreateRoom(RoomMakers::Members) => role != Role::Guest,
        ServerAction::Devices => !matches!(role, Role::Guest | Role::Bot),
        ServerAction::CreateRoom(RoomMakers::Admins)
        | ServerAction::InvitePeople
        | ServerAction::Accounts
        | ServerAction::Bots
        | ServerAction::Reports
        | ServerAction::Audit => role.rank() >= Role::Admin.rank(),
        ServerAction::Discipline(theirs) => {
            role.rank() >= Role::Admin.rank() && role.rank() > theirs.rank()
        }
        ServerAction::Settings | ServerAction::Promote => role == Role::Owner,
    };
    if may { Ok(()) } else { Err(Denied::Forbidden) }
}

impl Subject {
    fn standing(self) -> Standing {
        if self.moderator { Standing::Moderator } else { Standing::Member }
    }
}

fn outside(standing: Standing) -> Denied {
    if standing == Standing::Banned { Denied::Banned } else { Denied::NotMember }
}

fn may_write(role: Role, place: Place) -> Result<(), Denied> {
    if place.archived {
        Err(Denied::Archived)
    } else if place.standing == Standing::Muted {
        Err(Denied::Muted)
    } else if place.kind == RoomKind::ReadOnly && rank_in(role, place) == 0 {
        Err(Denied::ReadOnly)
    } else {
        Ok(())
    }
}

/// How much somebody has to say in a room: 0 is nothing, a moderator 1, admins and owners more. Nobody has
/// anything to say in direct rooms, nor from outside in closed ones.
fn rank_in(role: Role, place: Place) -> u8 {
    if place.kind == RoomKind::Direct {
        return 0;
    }
    let appointed = u8::from(place.standing == Standing::Moderator);
    let powers = if role.rank() >= Role::Admin.rank() { role.rank() } else { 0 };
    powers.max(appointed)
}

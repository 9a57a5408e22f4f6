//! How a session comes in: new, or back with what it missed.
//!
//! Recovery needs no memory of the connection. The client brings a signed place in the log, and what it
//! missed is what its rooms' log has after that place; so it works after any time, and after a restart.

use std::rc::Rc;

use bytes::Bytes;
use uuid::Uuid;

use super::identity::{Arrival, Past, Visitor, identify};
use super::{Link, Services};
use crate::access::{Role, RoomKind, powers};
use crate::auth::Recoverable;
use crate::chat::messages::{Connect, Person, Welcome};
use crate::chat::{JoinError, View};
use crate::domain::{Message, Position, SessionId, User, now};
use crate::store::{self, Membership, Room, StoreError, Unread};
use crate::views;
use crate::wire::{self, Failure, Identity};

/// How often somebody's rooms are read again that have changed meanwhile.
const ATTEMPTS: usize = 5;

/// A session that is in, and what its client is to be told.
pub struct Entered {
    pub user: User,
    pub role: Role,
    rooms: Vec<(View, Unread)>,
    /// How the client can come back, if it wants to: a name for its connection, which stays what it is, as by
    /// that the client knows that it was recovered.
    pid: Option<String>,
    /// How far it has come, before what it missed.
    seen: Position,
    /// Frames, in their order.
    missed: Vec<Bytes>,
    /// What it missed cannot be made up for.
    reset: bool,
}

/// Puts a session into its rooms. Events of these have to be held back until the client is told.
pub async fn enter(
    services: Rc<Services>,
    link: Link,
    session: SessionId,
    identity: Identity,
    visitor: Visitor,
) -> Result<Entered, Failure> {
    let (arrival, welcome) = connect(&services, session, identity, &visitor).await?;
    let Arrival { role, recovery, past, pid, .. } = arrival;
    let user = welcome.user;
    if role == Role::Guest {
        services.accounts.guests().note(&user, visitor.address);
    }
    let rooms = services.rooms.count_unread(user.id, welcome.rooms).await?;
    let mut entered = Entered {
        user: user.clone(),
        role,
        rooms,
        pid: None,
        seen: welcome.position,
        missed: Vec::new(),
        reset: past != Past::New,
    };
    if recovery && link.can_recover() {
        let mut same = None;
        if let Past::Known { seen } = past {
            let missing: Vec<_> = entered
                .rooms
                .iter()
                .map(|(view, _)| {
                    let since = view.membership.map_or(seen, |membership| membership.since);
                    (view.room.clone(), since.max(seen))
                })
                .collect();
            let missed = catch_up(&services, &link, &missing, welcome.position).await?;
            // A client that has seen more than there is was at a server that has lost something.
            if let Some(missed) = missed.filter(|_| seen <= welcome.position) {
                (entered.seen, entered.missed, entered.reset) = (seen, missed, false);
                same = pid;
            }
        }
        let connection = || Recoverable { connection: Uuid::new_v4(), user };
        entered.pid = same.or_else(|| Some(services.signer.connection(&connection())));
    }
    Ok(entered)
}

/// Finds out who it is, and has the server take the session in, with the rooms that the person is a member
/// of. If something about them changes meanwhile, all of it again.
async fn connect(
    services: &Services,
    session: SessionId,
    identity: Identity,
    visitor: &Visitor,
) -> Result<(Arrival, Welcome), Failure> {
    let mut attempts = 1..=ATTEMPTS;
    loop {
        attempts.next();
        let as_of = services.clock.now();
        let arrival = identify(&identity, visitor, &services.accounts, &services.signer).await?;
        let rooms = rooms_of(services, &arrival).await?;
        let Arrival { user, role, sign_in, .. } = arrival.clone();
        let person = Person { user, role, sign_in, address: Some(visitor.address) };
        let relay = services.relay.clone();
        match services.server.send(Connect { session, person, relay, rooms, as_of }).await? {
            Err(JoinError::Stale) if !attempts.is_empty() => {}
            connected => return Ok((arrival, connected?)),
        }
    }
}

/// What somebody is a member of. Guests are in the lobby without being written down.
async fn rooms_of(
    services: &Services,
    arrival: &Arrival,
) -> Result<Vec<(Room, Membership)>, StoreError> {
    let Arrival { user, role, unheard_of, .. } = arrival;
    let mut rooms = Vec::new();
    if *role == Role::Guest {
        let lobby = &services.lobby;
        let membership = if *unheard_of {
            Some(Membership::new(Position::default(), u64::MAX))
        } else {
            services.store.standing(user.id, *role, lobby, now()).await?.membership
        };
        let read = |membership| Membership { read: u64::MAX, ..membership };
        rooms.extend(membership.map(|membership| (lobby.clone(), read(membership))));
    }
    if !unheard_of {
        let written_down = services.store.memberships(user.id, now()).await?;
        let others = written_down
            .into_iter()
            .filter(|(room, _)| rooms.iter().all(|(other, _)| other.id != room.id));
        rooms.extend(others.collect::<Vec<_>>());
    }
    // Of more rooms than one may be in by now the newest direct ones are kept, which cannot be left.
    let most = services.config.limits.rooms_per_session;
    let direct = |(room, _): &(Room, _)| room.details.kind == RoomKind::Direct;
    let (direct, mut rooms): (Vec<_>, Vec<_>) = rooms.into_iter().partition(direct);
    rooms.truncate(most);
    rooms.extend(direct.into_iter().rev().take(most));
    Ok(rooms)
}

/// What a client has not got of each room, from one place in the log up to another, as frames; none if it
/// is more than a client may get.
async fn catch_up(
    services: &Services,
    link: &Link,
    missing: &[(store::Room, Position)],
    up_to: Position,
) -> Result<Option<Vec<Bytes>>, Failure> {
    let limits = &services.config.limits;
    let most = limits.recovered_messages;
    let mut messages = Vec::new();
    for (room, after) in missing {
        let missed = services.store.between(room, *after, up_to, most + 1).await?;
        messages.extend(missed.into_iter().map(|message| (message, *after)));
        if messages.len() > most as usize {
            return Ok(None);
        }
    }
    messages.sort_unstable_by_key(|(message, _)| message.last_position());
    let frame = |(message, after): &(Message, Position)| link.missed_frame(message, *after, up_to);
    let frames: Vec<_> = messages.iter().map(frame).collect();
    // They must not fill the outbox, in which other things wait too.
    let bytes: usize = frames.iter().map(Bytes::len).sum();
    let fits = frames.len() <= limits.outbox_events / 2 && bytes <= limits.outbox_bytes / 2;
    Ok(fits.then_some(frames))
}

impl Entered {
    /// Tells the client that it is in, what it missed, or that this cannot be made up for.
    pub fn tell(self, session: SessionId, link: &Link, services: &Services) {
        let (config, settings) = (&services.config, services.accounts.settings());
        let rooms = || {
            self.rooms
                .iter()
                .map(|(view, unread)| views::room(view, Some(*unread), &services.accounts))
                .collect()
        };
        let token = (self.role == Role::Guest).then(|| services.signer.guest(&self.user));
        let welcome = wire::Welcome {
            user: views::person(&self.user, self.role, &services.accounts),
            rooms: rooms(),
            server: wire::Server {
                name: &settings.name,
                version: env!("CARGO_PKG_VERSION"),
                limits: wire::Limits { message_bytes: config.limits.message_bytes },
                guests: services.accounts.admits_guests(),
                sign_up: settings.sign_up.as_str(),
            },
            token: token.as_deref(),
            may: powers(self.role, settings.create_rooms),
        };
        link.accept(session, self.pid.as_deref(), &welcome, self.seen);
        if self.reset && self.pid.is_some() {
            link.tell(&wire::Reset { rooms: rooms() });
        }
        link.push_all(self.missed);
    }
}

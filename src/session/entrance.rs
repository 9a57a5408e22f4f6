//! How a session comes in: new, or back with what it missed.
//!
//! Recovery needs no memory of the connection. The client brings a signed place in the log, and what it
//! missed is what its rooms' log has after that place; so it works after any time, and after a restart.

use std::rc::Rc;

use bytes::Bytes;
use uuid::Uuid;

use super::commands::room;
use super::identity::{Arrival, Past};
use super::{Link, Services};
use crate::auth::Recoverable;
use crate::chat::Roster;
use crate::chat::messages::Connect;
use crate::domain::{Message, Position, SessionId, User, now};
use crate::store::{self, RememberedRoom};
use crate::wire::{self, Failure};

/// A session that is in, and what its client is to be told.
pub struct Entered {
    pub user: User,
    rooms: Vec<Roster>,
    /// How the client can come back, if it wants to.
    pub recoverable: Option<Return>,
    /// How far it has come, before what it missed.
    seen: Position,
    /// Frames, in their order.
    missed: Vec<Bytes>,
    /// What it missed cannot be made up for.
    reset: bool,
}

/// A connection that can be recovered.
pub struct Return {
    pub connection: Uuid,
    /// Its name for the client, which stays what it is: by that the client knows that it was recovered.
    pid: String,
}

/// Puts a session into its rooms. Events of these have to be held back until the client is told.
pub async fn enter(
    services: Rc<Services>,
    link: Link,
    session: SessionId,
    arrival: Arrival,
) -> Result<Entered, Failure> {
    let Arrival { user, recovery, past, pid } = arrival;
    let remembered = match past {
        Past::Known { connection, .. } => services.store.remembered_rooms(connection).await?,
        Past::New | Past::Unknown => Vec::new(),
    };
    let relay = services.relay.clone();
    let rooms = remembered.iter().map(|remembered| remembered.room.clone()).collect();
    let welcome = services.server.send(Connect { session, user, relay, rooms }).await??;
    let mut entered = Entered {
        user: welcome.user.clone(),
        rooms: welcome.rooms,
        recoverable: None,
        seen: welcome.position,
        missed: Vec::new(),
        reset: past != Past::New,
    };
    if recovery && link.can_recover() {
        let mut back = None;
        let connection = Uuid::new_v4();
        if let Past::Known { connection: before, seen } = past {
            let missing: Vec<_> = entered
                .rooms
                .iter()
                .map(|Roster { room, .. }| {
                    let mut joined = remembered.iter().filter(|it| it.room.id == room.id);
                    let since = joined.next().map_or(seen, |joined| joined.since.max(seen));
                    (room.clone(), since)
                })
                .collect();
            let missed = catch_up(&services, &link, &missing, welcome.position).await?;
            // A client that has seen more than there is was at a server that has lost something.
            if let Some(missed) = missed.filter(|_| seen <= welcome.position) {
                back = pid.map(|pid| Return { connection: before, pid });
                (entered.seen, entered.missed, entered.reset) = (seen, missed, false);
            } else {
                // From where it joined them, and not from here: a client that gets the new name and not
                // the welcome behind it comes back with this name and the offset that it had before.
                for RememberedRoom { room, since } in &remembered {
                    if entered.rooms.iter().any(|entered| entered.room.id == room.id) {
                        services.store.remember_room(connection, room.id, *since, now()).await?;
                    }
                }
            }
        }
        let user = welcome.user;
        entered.recoverable = back.or_else(|| {
            let pid = services.signer.connection(&Recoverable { connection, user });
            Some(Return { connection, pid })
        });
    }
    Ok(entered)
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
        let config = &services.config;
        let rooms = || self.rooms.iter().map(room).collect();
        let welcome = wire::Welcome {
            user: (&self.user).into(),
            rooms: rooms(),
            server: wire::Server {
                name: &config.server.name,
                version: env!("CARGO_PKG_VERSION"),
                limits: wire::Limits { message_bytes: config.limits.message_bytes },
            },
            token: &services.signer.guest(&self.user),
        };
        let pid = self.recoverable.as_ref().map(|it| it.pid.as_str());
        link.accept(session, pid, &welcome, self.seen);
        if self.reset && self.recoverable.is_some() {
            link.tell(&wire::Reset { rooms: rooms() });
        }
        link.push_all(self.missed);
    }
}

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
use crate::chat::messages::{Connect, Join};
use crate::domain::{Position, SessionId, User, now};
use crate::store;
use crate::wire::{self, Failure};

/// A session that is in, and what its client is to be told.
pub struct Entered {
    pub user: User,
    rooms: Vec<Roster>,
    /// How the client can come back, if it wants to.
    pub recoverable: Option<Recoverable>,
    /// How far it has come, before what it missed.
    seen: Position,
    /// Frames, in their order.
    missed: Vec<Bytes>,
    /// What it missed cannot be made up for.
    reset: bool,
}

/// Messages of a room that a session has not got: after one place, up to where it gets them anyway.
struct Missing {
    room: store::Room,
    after: Position,
    up_to: Position,
}

/// Puts a session into its rooms. Events of these have to be held back until the client is told.
pub async fn enter(
    services: Rc<Services>,
    link: Link,
    session: SessionId,
    arrival: Arrival,
) -> Result<Entered, Failure> {
    let Arrival { user, recovery, past } = arrival;
    let relay = services.relay.clone();
    let welcome = services.server.send(Connect { session, user, relay }).await??;
    let mut rooms = welcome.rooms;
    let mut entered = Entered {
        user: welcome.user.clone(),
        rooms: Vec::new(),
        recoverable: None,
        seen: welcome.position,
        missed: Vec::new(),
        reset: false,
    };
    if recovery && link.can_recover() {
        let mut connection = Uuid::new_v4();
        match past {
            Past::New => {}
            Past::Unknown => entered.reset = true,
            Past::Known { connection: before, seen } => {
                let mut missing: Vec<_> = rooms
                    .iter()
                    .map(|lobby| Missing {
                        room: lobby.room.clone(),
                        after: seen,
                        up_to: welcome.position,
                    })
                    .collect();
                join_again(&services, session, before, seen, &mut rooms, &mut missing).await?;
                let missed = catch_up(&services, &link, &missing).await?;
                // A client that has seen more than there is was at a server that has lost something.
                if let Some(missed) = missed.filter(|_| seen <= welcome.position) {
                    connection = before;
                    (entered.seen, entered.missed) = (seen, missed);
                } else {
                    entered.reset = true;
                    remember(&services, connection, &missing).await?;
                }
            }
        }
        entered.recoverable = Some(Recoverable { connection, user: welcome.user });
    }
    entered.rooms = rooms;
    Ok(entered)
}

/// Joins the rooms that the connection was in, besides those that everyone is in.
async fn join_again(
    services: &Services,
    session: SessionId,
    connection: Uuid,
    seen: Position,
    rooms: &mut Vec<Roster>,
    missing: &mut Vec<Missing>,
) -> Result<(), Failure> {
    for remembered in services.store.remembered_rooms(connection).await? {
        // A room that is gone is not missed, and the one that everyone is in is joined already.
        let join = services.server.send(Join { session, room: remembered.name });
        if let Ok(joined) = join.await?
            && !joined.roster.again
        {
            missing.push(Missing {
                room: joined.roster.room.clone(),
                after: seen.max(remembered.since),
                up_to: joined.position,
            });
            rooms.push(joined.roster);
        }
    }
    Ok(())
}

/// The missed messages as frames, unless they are more than one may get.
async fn catch_up(
    services: &Services,
    link: &Link,
    missing: &[Missing],
) -> Result<Option<Vec<Bytes>>, Failure> {
    let limits = &services.config.limits;
    let most = limits.recovered_messages;
    let mut messages = Vec::new();
    for Missing { room, after, up_to } in missing {
        messages.extend(services.store.between(room, *after, *up_to, most + 1).await?);
        if messages.len() > most as usize {
            return Ok(None);
        }
    }
    messages.sort_unstable_by_key(|message| message.position);
    let frames: Vec<_> = messages.iter().map(|message| link.message_frame(message)).collect();
    // They must not fill the outbox, in which other things wait too.
    let bytes: usize = frames.iter().map(Bytes::len).sum();
    let fits = frames.len() <= limits.outbox_events / 2 && bytes <= limits.outbox_bytes / 2;
    Ok(fits.then_some(frames))
}

/// Keeps the rooms of a connection that starts anew.
async fn remember(
    services: &Services,
    connection: Uuid,
    missing: &[Missing],
) -> Result<(), Failure> {
    // The first is the one that everyone is in.
    for Missing { room, up_to, .. } in missing.iter().skip(1) {
        services.store.remember_room(connection, room.id, *up_to, now()).await?;
    }
    Ok(())
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
        link.accept(session, self.recoverable.as_ref(), &welcome, self.seen);
        if self.reset {
            link.tell(&wire::Reset { rooms: rooms() });
        }
        link.push_all(self.missed);
    }
}

//! What the [`ChatServer`] does when somebody's rooms, a room, or a person changes. All of it is in the
//! database already; here it comes into force for those who are online.

use actix::prelude::*;

use super::messages::{Inside, LetIn, PersonChanged, RoomChanged, Standing};
use super::relay::{Dismissal, Enter, Event, Exit};
use super::{ChatServer, Departure};
use crate::access::Role;
use crate::auth;
use crate::domain::{RoomId, SessionId, UserId};

impl ChatServer {
    fn let_in(&mut self, let_in: LetIn, ctx: &mut Context<Self>) -> Option<Inside> {
        let LetIn { user, room, mut membership, by } = let_in;
        self.changes.of(user);
        let online = self.people.find_mut(user)?;
        let room = self.presence.open(room);
        membership.read = membership.read.min(room.seq);
        let room = room.id;
        if online.membership(room).is_none() {
            online.rooms.push((room, membership));
            let (user, role) = (online.user.clone(), online.role);
            for session in &online.sessions {
                if let Some(connection) = self.sessions.get(session) {
                    connection.relay.do_send(Enter { session: *session, room });
                }
            }
            self.presence.enter(room, &user, role);
            self.announce_soon(room, ctx);
            self.tell_room(user.id, room, by);
        }
        self.inside(user, room)
    }

    /// A room from within, as somebody who is online sees it.
    pub(super) fn inside(&self, user: UserId, room: RoomId) -> Option<Inside> {
        let people = self.presence.some_people(room);
        Some(Inside { view: self.view(user, room)?, people })
    }

    pub(super) fn put_out(
        &mut self,
        user: UserId,
        room: RoomId,
        why: Departure,
        by: Option<SessionId>,
        ctx: &mut Context<Self>,
    ) {
        let Some(online) = self.people.find_mut(user) else { return };
        let before = online.rooms.len();
        online.rooms.retain(|(other, _)| *other != room);
        if online.rooms.len() == before {
            return;
        }
        for session in online.sessions.clone() {
            if let Some(connection) = self.sessions.get(&session) {
                connection.relay.do_send(Exit { session, room });
            }
        }
        self.presence.leave(room, user);
        self.announce_soon(room, ctx);
        if let Some(room) = self.presence.room(room) {
            self.tell(user, Event::Removed { room: room.name.clone(), why }, by);
        }
    }

    /// Tells somebody how a room is for them now.
    fn tell_room(&self, user: UserId, room: RoomId, except: Option<SessionId>) {
        if let Some(view) = self.view(user, room) {
            self.tell(user, Event::Room(view), except);
        }
    }
}

impl Handler<LetIn> for ChatServer {
    type Result = Option<Inside>;

    fn handle(&mut self, let_in: LetIn, ctx: &mut Self::Context) -> Self::Result {
        self.let_in(let_in, ctx)
    }
}

impl Handler<RoomChanged> for ChatServer {
    type Result = ();

    fn handle(&mut self, change: RoomChanged, ctx: &mut Self::Context) {
        match change {
            RoomChanged::Left { user, room, why, by } => {
                self.changes.of(user);
                self.put_out(user, room, why, by, ctx);
            }
            RoomChanged::Standing { user, room, change } => {
                self.changes.of(user);
                let online = self.people.find_mut(user);
                if let Some(membership) = online.and_then(|online| online.membership_mut(room)) {
                    match change {
                        Standing::Moderator(moderator) => membership.moderator = moderator,
                        Standing::MutedUntil(until) => membership.muted_until = until,
                        Standing::Level(level) => membership.level = level,
                        Standing::Read(read) => {
                            membership.read = membership.read.max(read);
                            return;
                        }
                    }
                    self.tell_room(user, room, None);
                }
            }
            RoomChanged::Details(room) => {
                self.changes.of_everybody();
                self.presence.update(&room);
                for user in self.presence.people(room.id).collect::<Vec<_>>() {
                    self.tell_room(user, room.id, None);
                }
            }
            RoomChanged::Deleted(room) => {
                self.changes.of_everybody();
                for user in self.presence.people(room).collect::<Vec<_>>() {
                    self.put_out(user, room, Departure::Deleted, None, ctx);
                }
                self.presence.close(room);
            }
        }
    }
}

impl Handler<PersonChanged> for ChatServer {
    type Result = ();

    fn handle(&mut self, change: PersonChanged, ctx: &mut Self::Context) {
        match change {
            PersonChanged::Profile { user, role, avatar, may } => {
                self.changes.of(user.id);
                self.people.rename(&user);
                let Some(online) = self.people.find_mut(user.id) else { return };
                online.role = role;
                let rooms: Vec<_> = online.rooms.iter().map(|(room, _)| *room).collect();
                self.tell(user.id, Event::Me { user: user.clone(), role, avatar, may }, None);
                for room in rooms {
                    // Others have the new name from a notice.
                    self.presence.leave(room, user.id);
                    self.presence.enter(room, &user, role);
                    self.announce_soon(room, ctx);
                    self.tell_room(user.id, room, None);
                }
            }
            PersonChanged::SignedOut { user, only, except } => {
                self.changes.of(user);
                let which = |sign_in| match only {
                    Some(only) => sign_in == Some(only),
                    None => except.is_none() || sign_in != except,
                };
                let theirs = |it: &super::Connection, _| it.user == user && which(it.sign_in);
                self.dismiss_where(theirs, Dismissal::SignedOut, ctx);
            }
            PersonChanged::Banned { user, address } => {
                match address {
                    Some(_) => self.changes.of_everybody(),
                    None => self.changes.of(user),
                }
                let network = address.map(auth::network);
                let at = |it: &super::Connection| {
                    network.is_some() && it.address.map(auth::network) == network
                };
                self.dismiss_where(
                    |it, role| it.user == user || (role == Role::Guest && at(it)),
                    Dismissal::Banned,
                    ctx,
                );
            }
            PersonChanged::NameTaken { account, key } => {
                self.changes.of_everybody();
                let same = self.people.named(&key).filter(|online| online.role == Role::Guest);
                let same = same.map(|online| online.user.id);
                self.dismiss_where(
                    |it, role| role == Role::Guest && (it.user == account || Some(it.user) == same),
                    Dismissal::NameTaken,
                    ctx,
                );
            }
            PersonChanged::GuestsOff => {
                self.changes.of_everybody();
                self.dismiss_where(|_, role| role == Role::Guest, Dismissal::GuestsOff, ctx);
            }
        }
    }
}

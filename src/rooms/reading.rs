//! What there is: rooms, and who belongs to them.

use super::case::{Scene, account};
use super::{Actor, Registry, RoomError};
use crate::access::{Denied, Role, RoomAction, Standing, decide};
use crate::chat::View;
use crate::chat::messages::{AreOnline, Count, HowFar};
use crate::domain::{RoomId, RoomName, Search, UserId, now};
use crate::store::{ListedMember, Membership, Room, StoreError, Unread};

/// Some of the rooms, by name.
pub struct RoomPage {
    pub rooms: Vec<(View, Unread)>,
    /// Whether there are further ones.
    pub more: bool,
}

/// Some of a room's members, by id.
pub struct MemberPage {
    pub members: Vec<Member>,
    pub more: bool,
    /// How many there are in all.
    pub total: u64,
}

pub struct Member {
    pub listed: ListedMember,
    pub online: bool,
}

impl Registry {
    /// The rooms that the actor may see, but for direct ones.
    pub async fn list(&self, actor: &Actor, search: Search<String>) -> Result<RoomPage, RoomError> {
        let user = actor.user.id;
        let role = self.role(user).await?;
        let mut found = self.store.visible_rooms(user, role, &search).await?;
        let more = found.len() > search.limit as usize;
        found.truncate(search.limit as usize);
        let counts = self.server.send(Count(found.iter().map(|(room, _, _)| room.id).collect()));
        let counts = counts.await?;
        let views = found.into_iter().zip(counts).map(|((room, standing, membership), members)| {
            View { room, members, role, standing, membership }
        });
        let rooms = self.with_unread(user, views.collect()).await?;
        Ok(RoomPage { rooms, more })
    }

    /// A room that the actor may see.
    pub async fn show(&self, actor: &Actor, room: &RoomName) -> Result<View, RoomError> {
        let (Scene { room, found }, role) = self.look(actor, room).await?;
        self.view(room, role, found.standing, found.membership).await
    }

    pub async fn members(
        &self,
        actor: &Actor,
        room: &RoomName,
        search: Search<UserId>,
    ) -> Result<MemberPage, RoomError> {
        let scene = self.inside(actor, room).await?;
        let mut listed = self.store.members(&scene.room, &search, now()).await?;
        let more = listed.len() > search.limit as usize;
        listed.truncate(search.limit as usize);
        let total = self.store.count_members(scene.room.id).await?;
        let online = self.server.send(AreOnline(listed.iter().map(|it| it.user.id).collect()));
        let members = listed
            .into_iter()
            .zip(online.await?)
            .map(|(listed, online)| Member { listed, online })
            .collect();
        Ok(MemberPage { members, more, total })
    }

    /// A room that the actor may read.
    pub async fn inside(&self, actor: &Actor, room: &RoomName) -> Result<Scene, RoomError> {
        let (scene, role) = self.look(actor, room).await?;
        decide(role, scene.room.place(scene.found.standing), RoomAction::Read)?;
        Ok(scene)
    }

    /// A room that the actor may see, how they stand there, and what they are on the server.
    pub async fn look(&self, actor: &Actor, room: &RoomName) -> Result<(Scene, Role), RoomError> {
        let user = actor.user.id;
        let role = self.role(user).await?;
        let room = self.store.room(room).await?.ok_or(Denied::Hidden)?;
        let found = self.store.standing(user, role, &room, now()).await?;
        decide(role, room.place(found.standing), RoomAction::See)?;
        Ok((Scene { room, found }, role))
    }

    async fn role(&self, user: UserId) -> Result<Role, StoreError> {
        let mut connection = self.store.reader().await?;
        Ok(account(&mut connection, user).await?.map_or(Role::Guest, |(_, role)| role))
    }

    /// Rooms as the database has them, with what somebody has not read of them.
    pub async fn with_unread(
        &self,
        user: UserId,
        mut views: Vec<View>,
    ) -> Result<Vec<(View, Unread)>, RoomError> {
        let stored = views.iter().filter_map(|view| Some((view.room.id, view.membership?.read)));
        let read = self.how_far(user, stored.collect()).await?;
        let memberships = views.iter_mut().filter_map(|view| view.membership.as_mut());
        for (membership, read) in memberships.zip(read) {
            membership.read = read;
        }
        self.count_unread(user, views).await
    }

    /// Rooms as the `ChatServer` has them, with what somebody has not read of them.
    pub async fn count_unread(
        &self,
        user: UserId,
        views: Vec<View>,
    ) -> Result<Vec<(View, Unread)>, RoomError> {
        let behind = |view: &View| {
            let membership = view.membership.filter(|membership| membership.read < view.room.seq);
            membership.map(|membership| (view.room.id, membership.read))
        };
        let asked: Vec<_> = views.iter().filter_map(behind).collect();
        let mut counts = self.store.unread(user, &asked).await?.into_iter();
        let counted = views.into_iter().map(|view| {
            let unread = behind(&view).and_then(|_| counts.next()).unwrap_or_default();
            (view, unread)
        });
        Ok(counted.collect())
    }

    /// How far somebody has read rooms, each with what the database says, which may be a moment behind.
    pub(super) async fn how_far(
        &self,
        user: UserId,
        rooms: Vec<(RoomId, u64)>,
    ) -> Result<Vec<u64>, RoomError> {
        Ok(if rooms.is_empty() {
            Vec::new()
        } else {
            self.server.send(HowFar { user, rooms }).await?
        })
    }

    pub(super) async fn view(
        &self,
        room: Room,
        role: Role,
        standing: Standing,
        membership: Option<Membership>,
    ) -> Result<View, RoomError> {
        let counts = self.server.send(Count(vec![room.id])).await?;
        let members = counts.into_iter().next().unwrap_or_default();
        Ok(View { room, members, role, standing, membership })
    }
}

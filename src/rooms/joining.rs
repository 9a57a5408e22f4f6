//! Coming, going, and taking others in.

use super::case::Scene;
use super::{Actor, Case, Registry, RoomError};
use crate::access::{Denied, Role, RoomAction, Standing};
use crate::chat::messages::{self, Inside, LetIn, RoomChanged, Tell};
use crate::chat::{Departure, Event, View};
use crate::domain::{Level, RoomName, UserId, now};
use crate::store::{Membership, Room, Unread, members};

impl Registry {
    /// Makes the actor a member. Joining twice is not an error. With the room as it is then comes what the
    /// actor's session, if there is one, finds in it.
    pub async fn join(
        &self,
        actor: &Actor,
        room: &RoomName,
    ) -> Result<(View, Option<Inside>), RoomError> {
        let mut case = self.case(actor).await?;
        let scene = case.scene(room).await?;
        case.decide(&scene, RoomAction::Join)?;
        let (user, role, by) = (case.user.id, case.role, case.session);
        let membership = match scene.found.membership {
            Some(membership) => membership,
            None => self.take_in(&mut case, user, &scene.room).await?,
        };
        let turn = case.commit().await?;
        let room = scene.room;
        let let_in = LetIn { user, room: room.clone(), membership, by };
        let inside = self.let_in(actor, turn, vec![let_in]).await?.into_iter().next().flatten();
        let view = match &inside {
            Some(inside) => inside.view.clone(),
            None => self.view(room, role, membership.standing(now()), Some(membership)).await?,
        };
        Ok((view, inside))
    }

    /// Ends the actor's membership. Guests are back in the lobby when they come the next time.
    pub async fn leave(&self, actor: &Actor, room: &RoomName) -> Result<(), RoomError> {
        let mut case = self.case(actor).await?;
        let scene = case.scene(room).await?;
        case.decide(&scene, RoomAction::Leave)?;
        members::delete(case.transaction.connection(), case.user.id, scene.room.id).await?;
        let (user, by) = (case.user.id, case.session);
        let turn = case.commit().await?;
        let (room, why) = (scene.room.id, Departure::Left);
        self.tell(actor, turn, vec![RoomChanged::Left { user, room, why, by }]).await
    }

    /// Makes somebody else a member, who has an account.
    pub async fn invite(
        &self,
        actor: &Actor,
        room: &RoomName,
        user: UserId,
    ) -> Result<View, RoomError> {
        let mut case = self.case(actor).await?;
        let scene = case.scene(room).await?;
        case.decide(&scene, RoomAction::Invite)?;
        let (role, theirs, _) = case.subject(&scene.room, user).await?;
        if role == Role::Guest {
            return Err(RoomError::NoPerson);
        }
        if theirs.standing == Standing::Banned {
            return Err(Denied::Banned.into());
        }
        let mut changes = Vec::new();
        if theirs.membership.is_none() {
            let membership = self.take_in(&mut case, user, &scene.room).await?;
            let room = scene.room.clone();
            changes.push(LetIn { user, room, membership, by: None });
        }
        let role = case.role;
        let turn = case.commit().await?;
        self.let_in(actor, turn, changes).await?;
        self.view(scene.room, role, scene.found.standing, scene.found.membership).await
    }

    /// Which messages of a room the actor wants to be told of.
    pub async fn set_level(
        &self,
        actor: &Actor,
        room: &RoomName,
        level: Level,
    ) -> Result<View, RoomError> {
        let mut case = self.case(actor).await?;
        let scene = case.scene(room).await?;
        case.decide(&scene, RoomAction::Read)?;
        let (user, role) = (case.user.id, case.role);
        members::set_level(case.transaction.connection(), user, scene.room.id, level).await?;
        let turn = case.commit().await?;
        let change = messages::Standing::Level(level);
        let room = scene.room.id;
        self.tell(actor, turn, vec![RoomChanged::Standing { user, room, change }]).await?;
        let membership = scene.found.membership.map(|it| Membership { level, ..it });
        self.view(scene.room, role, scene.found.standing, membership).await
    }

    /// Keeps that the actor has read a room up to a number, and tells their sessions. Answers with how far
    /// it is read, and with what is not.
    pub async fn mark_read(
        &self,
        actor: &Actor,
        room: &RoomName,
        seq: u64,
    ) -> Result<(u64, Unread), RoomError> {
        let Scene { room, found } = self.inside(actor, room).await?;
        let user = actor.user.id;
        let stored = found.membership.map_or(0, |membership| membership.read);
        let before = self.how_far(user, vec![(room.id, stored)]).await?.into_iter().next();
        let read = seq.min(room.seq).max(before.unwrap_or_default());
        self.store.keep_read(&[(user, room.id, read)]).await?;
        let change = messages::Standing::Read(read);
        self.server.send(RoomChanged::Standing { user, room: room.id, change }).await?;
        let unread = self.store.unread_of(user, room.id, read).await?;
        let event = Event::Read { room: room.name, read, unread };
        self.server.send(Tell { user, except: actor.session(), event }).await?;
        Ok((read, unread))
    }

    async fn take_in(
        &self,
        case: &mut Case,
        user: UserId,
        room: &Room,
    ) -> Result<Membership, RoomError> {
        self.check_place(case, user).await?;
        // Who comes back is not to be rid of what was imposed on them before.
        let muted_until =
            members::muted_until(case.transaction.connection(), user, room.id).await?;
        let membership = Membership { muted_until, ..Membership::new(case.position, room.seq) };
        members::insert(case.transaction.connection(), user, room.id, &membership, case.now)
            .await?;
        Ok(membership)
    }
}

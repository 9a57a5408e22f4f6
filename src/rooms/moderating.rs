//! Keeping order in a room.

use uuid::Uuid;

use super::case::{Scene, account};
use super::{Actor, Case, Registry, RoomError};
use crate::access::{RoomAction, decide};
use crate::chat::Departure;
use crate::chat::messages::{Identify, RoomChanged, Standing};
use crate::domain::{MessageId, Millis, RoomName, User, UserId, now};
use crate::store::{AuditAction, Ban, ReportDraft, members, rooms};

/// Bans of a room that are told of at most.
const MOST_BANS: u32 = 500;

/// Somebody is to be kept out of a room.
#[derive(Debug, Clone)]
pub struct NewBan {
    pub user: UserId,
    /// For how long, in milliseconds; none is for ever.
    pub lasting: Option<Millis>,
    pub reason: String,
}

impl Registry {
    /// Ends somebody's membership. Of a room that is open they may become a member again.
    pub async fn remove(
        &self,
        actor: &Actor,
        room: &RoomName,
        user: UserId,
    ) -> Result<(), RoomError> {
        let (mut case, scene, subject) = self.discipline(actor, room, user).await?;
        let (_, found, _) = case.subject(&scene.room, user).await?;
        found.membership.ok_or(RoomError::NoPerson)?;
        members::delete(case.transaction.connection(), user, scene.room.id).await?;
        case.record(AuditAction::RoomMemberRemoved, &scene.room, Some(&subject), None).await?;
        let turn = case.commit().await?;
        let (room, why) = (scene.room.id, Departure::Removed);
        self.tell(actor, turn, vec![RoomChanged::Left { user, room, why, by: None }]).await
    }

    /// Silences a member for a time, in milliseconds; 0 ends it. Answers with when it ends.
    pub async fn mute(
        &self,
        actor: &Actor,
        room: &RoomName,
        user: UserId,
        lasting: Millis,
    ) -> Result<Option<Millis>, RoomError> {
        let (mut case, scene, subject) = self.discipline(actor, room, user).await?;
        let until = (lasting > 0).then(|| case.now + lasting);
        members::mute(case.transaction.connection(), user, scene.room.id, until).await?;
        let action = match until {
            Some(_) => AuditAction::RoomMemberMuted,
            None => AuditAction::RoomMemberUnmuted,
        };
        case.record(action, &scene.room, Some(&subject), None).await?;
        let turn = case.commit().await?;
        let (room, change) = (scene.room.id, Standing::MutedUntil(until));
        self.tell(actor, turn, vec![RoomChanged::Standing { user, room, change }]).await?;
        Ok(until)
    }

    /// Keeps somebody out, who need not be a member.
    pub async fn ban(
        &self,
        actor: &Actor,
        room: &RoomName,
        NewBan { user, lasting, reason }: NewBan,
    ) -> Result<Ban, RoomError> {
        let (mut case, scene, subject) = self.discipline(actor, room, user).await?;
        let ban = Ban {
            id: Uuid::now_v7(),
            room: Some(scene.room.id),
            user: subject.clone(),
            address: None,
            until: lasting.map(|lasting| case.now + lasting),
            reason,
            by: case.user.clone(),
            at: case.now,
        };
        case.transaction.insert_ban(&ban).await?;
        members::delete(case.transaction.connection(), user, scene.room.id).await?;
        case.record(AuditAction::RoomMemberBanned, &scene.room, Some(&subject), None).await?;
        let turn = case.commit().await?;
        let (room, why) = (scene.room.id, Departure::Banned);
        self.tell(actor, turn, vec![RoomChanged::Left { user, room, why, by: None }]).await?;
        Ok(ban)
    }

    /// Lets somebody come again. It is no error if nobody kept them out.
    pub async fn unban(
        &self,
        actor: &Actor,
        room: &RoomName,
        user: UserId,
    ) -> Result<(), RoomError> {
        let (mut case, scene, subject) = self.discipline(actor, room, user).await?;
        if case.transaction.delete_ban_of(Some(scene.room.id), user).await? {
            case.record(AuditAction::RoomMemberUnbanned, &scene.room, Some(&subject), None).await?;
        }
        case.commit().await?;
        Ok(())
    }

    /// Who is kept out, the newest first.
    pub async fn bans(&self, actor: &Actor, room: &RoomName) -> Result<Vec<Ban>, RoomError> {
        let (scene, role) = self.look(actor, room).await?;
        let place = scene.room.place(scene.found.standing);
        decide(role, place, RoomAction::Moderate)?;
        Ok(self.store.bans(Some(scene.room.id), MOST_BANS, now()).await?)
    }

    /// Makes somebody a moderator, or makes them one no longer.
    pub async fn appoint(
        &self,
        actor: &Actor,
        room: &RoomName,
        user: UserId,
        moderator: bool,
    ) -> Result<(), RoomError> {
        let mut case = self.case(actor).await?;
        let scene = case.scene(room).await?;
        let (_, found, subject) = case.subject(&scene.room, user).await?;
        // To give it up oneself is no discipline.
        let action = if moderator || user == case.user.id {
            RoomAction::Appoint
        } else {
            RoomAction::Discipline(subject)
        };
        case.decide(&scene, action)?;
        let account = account(case.transaction.connection(), user).await?;
        let (subject, _) =
            account.filter(|_| found.membership.is_some()).ok_or(RoomError::NoPerson)?;
        members::appoint(case.transaction.connection(), user, scene.room.id, moderator).await?;
        let action = if moderator {
            AuditAction::RoomModeratorMade
        } else {
            AuditAction::RoomModeratorUnmade
        };
        case.record(action, &scene.room, Some(&subject), None).await?;
        let turn = case.commit().await?;
        let (room, change) = (scene.room.id, Standing::Moderator(moderator));
        self.tell(actor, turn, vec![RoomChanged::Standing { user, room, change }]).await
    }

    /// Asks the admins to look at a message. Once is enough.
    pub async fn report(
        &self,
        actor: &Actor,
        room: &RoomName,
        message: MessageId,
        reason: String,
    ) -> Result<(), RoomError> {
        let mut case = self.case(actor).await?;
        let scene = case.scene(room).await?;
        case.decide(&scene, RoomAction::Report)?;
        let found = rooms::message(case.transaction.connection(), &scene.room, message).await?;
        let message = found.filter(|it| !it.is_deleted()).ok_or(RoomError::NoMessage)?;
        let (by, at) = (&case.user, case.now);
        let report = ReportDraft { room: scene.room.id, message: &message, by, reason, at };
        case.transaction.insert_report(&report).await?;
        case.commit().await?;
        Ok(())
    }

    /// Somebody to whom the actor may do something in a room.
    async fn discipline(
        &self,
        actor: &Actor,
        room: &RoomName,
        user: UserId,
    ) -> Result<(Case, Scene, User), RoomError> {
        let mut case = self.case(actor).await?;
        let scene = case.scene(room).await?;
        let (_, _, subject) = case.subject(&scene.room, user).await?;
        case.decide(&scene, RoomAction::Discipline(subject))?;
        let subject = self.named(&mut case, user).await?;
        Ok((case, scene, subject))
    }

    /// What somebody is called: an account, a guest who is online, or somebody who was banned.
    async fn named(&self, case: &mut Case, user: UserId) -> Result<User, RoomError> {
        if let Some((user, _)) = account(case.transaction.connection(), user).await? {
            return Ok(user);
        }
        if let Some((user, _)) = self.server.send(Identify(user)).await? {
            return Ok(user);
        }
        case.transaction.banned(user).await?.ok_or(RoomError::NoPerson)
    }
}

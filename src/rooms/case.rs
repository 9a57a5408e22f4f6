use sqlx::AnyConnection;

use super::{Actor, RoomError};
use crate::access::{Denied, Role, RoomAction, Subject, decide};
use crate::domain::{Millis, Position, RoomName, SessionId, User, UserId, now};
use crate::store::{
    Account, AuditAction, AuditEntry, Found, Room, Store, StoreError, Turn, Writing, accounts,
    members, rooms,
};

/// One thing that somebody does, from the facts to the commit.
pub struct Case {
    pub transaction: Writing,
    pub user: User,
    pub role: Role,
    pub session: Option<SessionId>,
    pub now: Millis,
    /// The place of the newest change; what is written in rooms from now on comes after it.
    pub position: Position,
}

/// A room, and how the actor stands in it.
pub struct Scene {
    pub room: Room,
    pub found: Found,
}

impl Case {
    pub async fn open(store: &Store, actor: &Actor) -> Result<Self, RoomError> {
        let mut transaction = store.begin().await?;
        let position = transaction.lock_log().await?;
        let account = account(transaction.connection(), actor.user.id).await?;
        let (user, role) = account.unwrap_or_else(|| (actor.user.clone(), Role::Guest));
        Ok(Self { transaction, user, role, session: actor.session(), now: now(), position })
    }

    /// The room of a name, if the actor may know of it.
    pub async fn scene(&mut self, name: &RoomName) -> Result<Scene, RoomError> {
        let room = rooms::find(self.transaction.connection(), name).await?.ok_or(Denied::Hidden)?;
        let (user, role, now) = (self.user.id, self.role, self.now);
        let found = members::find(self.transaction.connection(), user, role, &room, now).await?;
        let scene = Scene { room, found };
        self.decide(&scene, RoomAction::See)?;
        Ok(scene)
    }

    pub fn decide(&self, Scene { room, found }: &Scene, action: RoomAction) -> Result<(), Denied> {
        decide(self.role, room.place(found.standing), action)
    }

    /// Somebody to whom something is to be done in a room, with how they stand there.
    pub async fn subject(
        &mut self,
        room: &Room,
        user: UserId,
    ) -> Result<(Role, Found, Subject), RoomError> {
        let role = match account(self.transaction.connection(), user).await? {
            Some((_, role)) => role,
            None => Role::Guest,
        };
        let found =
            members::find(self.transaction.connection(), user, role, room, self.now).await?;
        let moderator = found.membership.is_some_and(|membership| membership.moderator);
        Ok((role, found, Subject { role, moderator }))
    }

    /// Writes down that the actor did something.
    pub async fn record(
        &mut self,
        action: AuditAction,
        room: &Room,
        subject: Option<&User>,
        detail: Option<&str>,
    ) -> Result<(), StoreError> {
        let room = Some(&room.name);
        let entry = AuditEntry { room, subject, detail, ..AuditEntry::new(&self.user, action) };
        self.transaction.record(&entry).await
    }

    pub async fn commit(self) -> Result<Turn, StoreError> {
        self.transaction.commit().await
    }
}

/// The name and the role of an account; a guest has none.
pub async fn account(
    connection: &mut AnyConnection,
    id: UserId,
) -> Result<Option<(User, Role)>, StoreError> {
    let account = accounts::find(connection, id).await?;
    Ok(account.map(|Account { id, name, role, .. }| (User { id, name }, role)))
}

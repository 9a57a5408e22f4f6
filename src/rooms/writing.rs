//! Writing in a room without a session.

use super::{Actor, Registry, RoomError};
use crate::access::{RoomAction, decide};
use crate::chat::messages::{Author, Write, WriteError};
use crate::domain::{MessageId, RoomName};
use crate::store::{Action, Receipt};

/// How often something is tried whose author was changed meanwhile.
const ATTEMPTS: usize = 5;

impl Registry {
    /// Appends to the log of a room: a message, or what becomes of one.
    pub async fn write(
        &self,
        actor: &Actor,
        room: &RoomName,
        id: MessageId,
        action: Action,
    ) -> Result<Receipt, RoomError> {
        let mut attempts = 1..=ATTEMPTS;
        loop {
            attempts.next();
            let as_of = self.clock.now();
            let (scene, role) = self.look(actor, room).await?;
            let place = scene.room.place(scene.found.standing);
            decide(role, place, RoomAction::Read)?;
            let author =
                Author::Person { user: actor.user.clone(), role, room: scene.room, place, as_of };
            let write = Write { author, room: room.clone(), id, action: action.clone() };
            match self.server.send(write).await? {
                Err(WriteError::Stale) if !attempts.is_empty() => {}
                written => return Ok(written?),
            }
        }
    }
}

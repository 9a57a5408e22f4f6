//! What there is: rooms, their members.

use super::{Registry, RoomError};
use crate::access::{Role, Standing};
use crate::chat::View;
use crate::chat::messages::Count;
use crate::store::{Membership, Room};

impl Registry {
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

//! A client's commands about rooms, as verbs of the registry of rooms.

use super::commands::Caller;
use crate::wire::{Failure, RoomCommand};

impl Caller {
    pub fn about_room(self, command: RoomCommand) {
        actix::spawn(async move {
            let _ = command;
            self.answer::<()>(Err(Failure::new(crate::wire::ErrorCode::Internal, "")));
        });
    }
}

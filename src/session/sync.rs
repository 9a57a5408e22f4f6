//! What a client missed of its rooms, by the last number that it has seen of each.

use super::commands::{Caller, LARGEST_PAGE};
use crate::chat::NotInRoom;
use crate::domain::{Message, RoomName};
use crate::store::{PAGE_BYTES, Room};
use crate::wire::{self, Failure};

/// What there is to tell of a room.
pub enum Missed {
    Changes { seq: u64, messages: Vec<Message>, more: bool },
    Reset { seq: u64 },
    Refused(Failure),
}

/// Reads what changed in each room since a number.
pub async fn read<'a>(
    caller: &Caller,
    rooms: impl Iterator<Item = (&'a (RoomName, u64), Result<Room, NotInRoom>)>,
) -> Result<Vec<(RoomName, Missed)>, Failure> {
    let mut bytes = 0;
    let mut missed = Vec::new();
    for ((name, last), found) in rooms {
        let told = match found {
            Ok(room) if bytes < PAGE_BYTES => read_room(caller, &room, *last).await?,
            // A later answer has it.
            Ok(room) => {
                let more = *last != room.seq;
                Missed::Changes { seq: *last, messages: Vec::new(), more }
            }
            Err(NotInRoom) => Missed::Refused(caller.outside(name).await),
        };
        bytes += told.bytes();
        missed.push((name.clone(), told));
    }
    Ok(missed)
}

async fn read_room(caller: &Caller, room: &Room, last: u64) -> Result<Missed, Failure> {
    let limit = u64::from(caller.services.config.limits.recovered_messages);
    let seq = room.seq;
    match seq.checked_sub(last) {
        Some(0) => Ok(Missed::Changes { seq, messages: Vec::new(), more: false }),
        Some(behind) if behind <= limit => {
            let changes = caller.services.store.changes(room, last, LARGEST_PAGE).await?;
            let (messages, more) = (changes.messages, changes.more);
            let read = messages.last().filter(|_| more).map_or(seq, Message::last_seq);
            Ok(Missed::Changes { seq: read.min(seq), messages, more })
        }
        // Too far behind; or ahead, and then what the client has seen is another log.
        _ => Ok(Missed::Reset { seq }),
    }
}

impl Missed {
    fn bytes(&self) -> usize {
        match self {
            Self::Changes { messages, .. } => messages.iter().map(Message::json_bytes).sum(),
            Self::Reset { .. } | Self::Refused(_) => 0,
        }
    }

    pub fn told(&self) -> wire::RoomSync<'_> {
        match self {
            Self::Changes { seq, messages, more } => wire::RoomSync::Changes {
                seq: *seq,
                messages: messages.iter().map(Into::into).collect(),
                more: *more,
            },
            Self::Reset { seq } => wire::RoomSync::Reset { seq: *seq, reset: true },
            Self::Refused(failure) => wire::RoomSync::Refused { error: failure.clone() },
        }
    }
}

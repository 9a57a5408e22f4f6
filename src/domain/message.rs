use std::sync::Arc;

use super::{MessageId, Millis, Position, RoomName, UserId, UserName};

/// A person as others see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub name: UserName,
}

/// A message as it is stored and as everyone sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub room: RoomName,
    /// Its number in the room, which edits and deletions take as well as messages.
    pub seq: u64,
    /// Its place in the log of the whole server.
    pub position: Position,
    pub id: MessageId,
    /// The author, under the name they had when they wrote it.
    pub author: User,
    /// Nothing once it is deleted.
    pub body: Body,
    pub sent_at: Millis,
    /// What was done to it last, if anything was.
    pub change: Option<Change>,
    /// The accounts that are called in it, when it is told of for the first time.
    pub mentions: Vec<UserId>,
}

/// What was done to a message; it has a number of its own in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub seq: u64,
    pub position: Position,
    pub at: Millis,
    pub kind: ChangeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Edited,
    Deleted,
}

impl Message {
    /// The number of its last change, or of itself if it is as it was written.
    pub fn last_seq(&self) -> u64 {
        self.change.as_ref().map_or(self.seq, |change| change.seq)
    }

    /// The place of its last change.
    pub fn last_position(&self) -> Position {
        self.change.as_ref().map_or(self.position, |change| change.position)
    }

    /// How long it is as JSON, in bytes, or a little shorter.
    pub fn json_bytes(&self) -> usize {
        const WITHOUT_BODY: usize = 512;
        WITHOUT_BODY + self.body.json_bytes()
    }

    pub fn is_deleted(&self) -> bool {
        self.change.as_ref().is_some_and(|change| change.kind == ChangeKind::Deleted)
    }
}

/// The text of a message: not blank, and without NUL, which PostgreSQL cannot store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(Arc<str>);

/// Why a text is no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("the message is empty")]
    Empty,
    #[error("the message has {bytes} bytes, and {limit} are allowed")]
    TooLong { bytes: usize, limit: usize },
    #[error("the message has a NUL character")]
    Nul,
}

impl Body {
    /// `limit` is in bytes of UTF-8.
    pub fn parse(text: &str, limit: usize) -> Result<Self, BodyError> {
        if text.len() > limit {
            Err(BodyError::TooLong { bytes: text.len(), limit })
        } else if text.contains('\0') {
            Err(BodyError::Nul)
        } else if text.trim().is_empty() {
            Err(BodyError::Empty)
        } else {
            Ok(Self(text.into()))
        }
    }

    /// What is left of a deleted message.
    pub fn erased() -> Self {
        Self("".into())
    }

    /// A body that was parsed before it was stored.
    pub(crate) fn stored(text: String) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How long it is as JSON, in bytes, which for control characters is six times as much.
    pub fn json_bytes(&self) -> usize {
        let escaped = |byte: &u8| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
            0..=31 => 6,
            _ => 1,
        };
        self.0.as_bytes().iter().map(escaped).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_says_something_within_its_limit() {
        assert!(Body::parse(" hello\n", 7).is_ok());
        assert_eq!(Body::parse(" \n\t", 10), Err(BodyError::Empty));
        assert_eq!(Body::parse("", 10), Err(BodyError::Empty));
        assert_eq!(Body::parse("ééé", 5), Err(BodyError::TooLong { bytes: 6, limit: 5 }));
        assert_eq!(Body::parse("a\0b", 5), Err(BodyError::Nul));
    }

    #[test]
    fn a_body_is_as_long_as_json_makes_it() {
        for text in ["plain", "é\n\"\\", "\u{1}\u{8}\u{c}\u{1f}\u{7f}"] {
            let json = serde_json::to_string(text).expect("JSON");
            assert_eq!(Body::stored(text.into()).json_bytes() + 2, json.len(), "{json}");
        }
    }
}

use serde::Serialize;
use uuid::Uuid;

use super::Failure;
use crate::domain::{self, Millis};

/// What the server tells a client unasked.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ServerEvent<'a> {
    Welcome(Welcome<'a>),
    ConnectError(ConnectError),
    Message(Message<'a>),
    Joined(Notice<'a>),
    Left(Notice<'a>),
    Typing(TypingNotice<'a>),
    Bye(Failure),
}

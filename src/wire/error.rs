use serde::Serialize;

/// The closed list of codes; `docs/protocol.md` has the same list with what each means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    BadFrame,
    UnknownEvent,
    BadField,
    NotConnected,
    NameInvalid,
    TokenInvalid,
    GuestsOff,
    BodyEmpty,
    BodyTooLong,
    RoomUnknown,
    NotInRoom,
    TooManyRooms,
    IdTaken,
    MessageUnknown,
    MessageDeleted,
    NotAuthor,
    Outdated,
    TooManySessions,
    Slow,
    NotSignedIn,
    Forbidden,
    Banned,
    Muted,
    Archived,
    ReadOnly,
    SlowMode,
    PersonUnknown,
    NameTaken,
    SignedOut,
    RateLimited,
    Overloaded,
    Storage,
    Internal,
    Restart,
    CredentialsWrong,
    LinkInvalid,
    SignUpClosed,
    Claimed,
    TooManyAccounts,
    ImageInvalid,
    TooLarge,
    OriginRefused,
    NotFound,
}

/// Why a command was not carried out: a code for programs, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub code: ErrorCode,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// What is wrong of what was said, if it is one field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Failure {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after_ms: None, field: None }
    }

    /// A field is not what it has to be.
    pub fn of_field(code: ErrorCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(code, message) }
    }
}

/// An error's words as people write a sentence.
pub fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

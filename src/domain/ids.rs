use std::fmt;

use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

uuid_id!(
    /// One connection, from its handshake to its end.
    SessionId
);
uuid_id!(
    /// One person, over all their connections.
    UserId
);
uuid_id!(
    /// One device that an account is signed in on, or one token of a bot.
    SignInId
);
uuid_id!(
    /// One message, chosen by its author's client, unique for ever.
    MessageId
);

impl SessionId {
    /// An id that nobody can guess.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl UserId {
    /// An id that nobody can guess.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl SignInId {
    /// An id that nobody can guess.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl MessageId {
    /// An id that grows with time, which keeps the index of ids compact.
    pub fn fresh() -> Self {
        Self(Uuid::now_v7())
    }
}

/// The database's number of a room.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RoomId(pub i64);

/// What somebody is on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Owner,
    Admin,
    Member,
    /// Without an account.
    Guest,
    /// A program with an account.
    Bot,
}

/// What sort of room it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoomKind {
    /// Listed, and anyone may join.
    Open,
    /// Like an open one, but only moderators write.
    ReadOnly,
    /// Only for those who were let in; for others it does not exist.
    Closed,
    /// Two or more people, always the same.
    Direct,
}

/// There is no role or kind of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is nothing of this name")]
pub struct Unknown;

impl Role {
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Member, Self::Guest, Self::Bot];

    /// Who is above whom.
    pub fn rank(self) -> u8 {
        match self {
            Self::Guest | Self::Bot | Self::Member => 0,
            Self::Admin => 2,
            Self::Owner => 3,
        }
    }

    /// Its name in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Guest => "guest",
            Self::Bot => "bot",
        }
    }

    pub fn parse(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(Unknown)
    }
}

impl RoomKind {
    pub const ALL: [Self; 4] = [Self::Open, Self::ReadOnly, Self::Closed, Self::Direct];

    /// Whether it exists for its members only.
    pub fn is_hidden(self) -> bool {
        matches!(self, Self::Closed | Self::Direct)
    }

    /// Its name in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ReadOnly => "read_only",
            Self::Closed => "closed",
            Self::Direct => "direct",
        }
    }

    pub fn parse(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(Unknown)
    }
}

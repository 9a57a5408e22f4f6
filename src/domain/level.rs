/// Which messages of a room somebody wants to be told of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Level {
    #[default]
    All,
    /// Those in which they are called by their name.
    Mentions,
    Nothing,
}

/// There is no level of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("all, mentions or nothing would do")]
pub struct NoLevel;

impl Level {
    /// Its name in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mentions => "mentions",
            Self::Nothing => "nothing",
        }
    }

    pub fn parse(text: &str) -> Result<Self, NoLevel> {
        let all = [Self::All, Self::Mentions, Self::Nothing];
        all.into_iter().find(|level| level.as_str() == text).ok_or(NoLevel)
    }
}

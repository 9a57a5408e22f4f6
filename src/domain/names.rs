use std::fmt;
use std::sync::Arc;

/// The longest name of a room or a person, in characters.
pub const NAME_CHARS: usize = 64;

/// Why a name is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("it is empty")]
    Empty,
    #[error("it is longer than {chars} characters")]
    TooLong { chars: usize },
    #[error("it has a character that cannot be seen or is not allowed")]
    BadCharacter,
}

/// The slug of a room: `a`–`z`, `0`–`9`, `-` and `_`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomName(Arc<str>);

impl RoomName {
    pub fn parse(text: &str) -> Result<Self, NameError> {
        match text {
            "" => Err(NameError::Empty),
            _ if text.len() > NAME_CHARS => Err(NameError::TooLong { chars: NAME_CHARS }),
            _ if !text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')) => {
                Err(NameError::BadCharacter)
            }
            _ => Ok(Self(text.into())),
        }
    }

    /// The room that exists from the start and that guests are in.
    pub fn lobby() -> Self {
        Self("lobby".into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a person is called: without white space around it, and visible.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserName(Arc<str>);

impl UserName {
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let name = one_line(text, NAME_CHARS)?;
        if name.chars().all(is_joiner) { Err(NameError::Empty) } else { Ok(Self(name)) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names have in common that people would take for the same.
    pub fn folded(&self) -> String {
        self.0.chars().filter(|c| !is_joiner(*c)).flat_map(char::to_lowercase).collect()
    }

    /// The name with a number behind it, shortened to stay a name.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!(" {number}");
        let kept: String = self.0.chars().take(NAME_CHARS - suffix.len()).collect();
        Self(format!("{}{suffix}", kept.trim_end()).into())
    }
}

/// What a room is called, for people: one visible line. Empty for one that goes by its slug.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RoomTitle(Arc<str>);

impl RoomTitle {
    pub fn parse(text: &str) -> Result<Self, NameError> {
        one_line(text, NAME_CHARS).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The slug that comes closest; nothing if the title has no letter or digit of ASCII.
    pub fn slug(&self) -> String {
        let mut slug = String::new();
        for c in self.0.chars().flat_map(char::to_lowercase) {
            match c {
                'a'..='z' | '0'..='9' => slug.push(c),
                _ if slug.is_empty() || slug.ends_with('-') => {}
                _ => slug.push('-'),
            }
        }
        slug.trim_end_matches('-').to_owned()
    }
}

/// What a room is about, in one visible line, or nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Topic(Arc<str>);

impl Topic {
    /// The longest topic, in characters.
    pub const CHARS: usize = 500;

    pub fn parse(text: &str) -> Result<Self, NameError> {
        one_line(text, Self::CHARS).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn one_line(text: &str, chars: usize) -> Result<Arc<str>, NameError> {
    let text = text.trim();
    if text.chars().any(is_deceptive) {
        Err(NameError::BadCharacter)
    } else if text.chars().count() > chars {
        Err(NameError::TooLong { chars })
    } else {
        Ok(text.into())
    }
}

/// What joins or separates letters and emoji, and cannot be seen by itself.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Controls, and the formatting characters that turn or hide text: a name made of them could look
/// like somebody else's or like nothing.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

macro_rules! shown_as_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }
    };
}

shown_as_text!(RoomName);
shown_as_text!(UserName);
shown_as_text!(RoomTitle);
shown_as_text!(Topic);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_name_is_a_slug() {
        assert!(RoomName::parse("general-2_x").is_ok());
        assert_eq!(RoomName::parse(""), Err(NameError::Empty));
        assert_eq!(RoomName::parse("Lobby"), Err(NameError::BadCharacter));
        assert_eq!(RoomName::parse("a/b"), Err(NameError::BadCharacter));
        assert_eq!(RoomName::parse(&"a".repeat(65)), Err(NameError::TooLong { chars: NAME_CHARS }));
    }

    #[test]
    fn a_title_has_a_slug_if_it_has_anything_to_make_it_of() {
        let slug = |title| RoomTitle::parse(title).expect("a title").slug();
        assert_eq!(slug("  The Garden,  2nd floor! "), "the-garden-2nd-floor");
        assert_eq!(slug("Ärger"), "rger");
        assert_eq!(slug("花园"), "");
    }

    #[test]
    fn a_user_name_is_trimmed_visible_and_short() {
        assert_eq!(UserName::parse("  ada ").map(|n| n.to_string()), Ok("ada".into()));
        assert_eq!(UserName::parse(" \t "), Err(NameError::Empty));
        assert_eq!(UserName::parse("\u{200d}"), Err(NameError::Empty));
        assert_eq!(UserName::parse("a\u{0}b"), Err(NameError::BadCharacter));
        assert_eq!(UserName::parse("a\nb"), Err(NameError::BadCharacter));
        assert_eq!(UserName::parse("\u{202e}ada"), Err(NameError::BadCharacter));
        assert!(UserName::parse(&"é".repeat(64)).is_ok());
        assert_eq!(UserName::parse(&"é".repeat(65)), Err(NameError::TooLong { chars: NAME_CHARS }));
    }

    #[test]
    fn a_numbered_name_is_still_a_name() {
        let long = UserName::parse(&"x".repeat(64)).expect("64 characters are allowed");
        let numbered = long.numbered(12);
        assert!(numbered.as_str().ends_with("x 12"));
        assert_eq!(UserName::parse(numbered.as_str()), Ok(numbered));
    }
}

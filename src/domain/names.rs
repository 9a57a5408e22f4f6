use std::fmt;
use std::sync::{Arc, LazyLock};

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

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

    /// Equal for names that people would take for the same: letters of either case, of other widths and of
    /// other alphabets that look alike, and whatever white space and joiners are between them.
    pub fn key(&self) -> String {
        key_of(&self.0)
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

/// See [`UserName::key`]; also for the beginning or the middle of a name, as people look for it.
pub fn key_of(text: &str) -> String {
    key_of_ascii(text).unwrap_or_else(|| key_of_any(text))
}

fn key_of_any(text: &str) -> String {
    let letters: Vec<char> = text.nfkc().filter(|c| is_seen(*c)).collect();
    // A Greek or Cyrillic capital among Latin letters is to look like one of them; in a word of its own
    // alphabet it is to be the same as the small letter.
    let mixed = letters.iter().any(char::is_ascii_alphabetic);
    letters.into_iter().flat_map(|c| look_of(c, mixed)).nfkc().filter(|c| is_seen(*c)).collect()
}

/// The key of a text of ASCII by a table: names are looked for in every message, and mostly are such.
fn key_of_ascii(text: &str) -> Option<String> {
    const ASCII: usize = 128;
    static LOOKS: LazyLock<[[String; ASCII]; 2]> = LazyLock::new(|| {
        [false, true].map(|mixed| {
            std::array::from_fn(|code| {
                let c = char::from(u8::try_from(code).unwrap_or_default());
                let look = if is_seen(c) { look_of(c, mixed) } else { Vec::new() };
                look.into_iter().nfkc().filter(|c| is_seen(*c)).collect()
            })
        })
    });
    if !text.is_ascii() {
        return None;
    }
    let looks = &LOOKS[usize::from(text.bytes().any(|byte| byte.is_ascii_alphabetic()))];
    let mut key = String::with_capacity(text.len());
    key.extend(text.bytes().map(|byte| looks[usize::from(byte)].as_str()));
    Some(key)
}

fn is_seen(c: char) -> bool {
    !c.is_whitespace() && !is_joiner(c) && !is_deceptive(c)
}

/// What a letter looks like, in either case: a plain letter if there is one.
fn look_of(c: char, as_written: bool) -> Vec<char> {
    let folded: Vec<char> = fold(c).collect();
    let looks =
        |text: String| -> Vec<char> { skeleton(&text).flat_map(fold).map(dotless).collect() };
    let small = looks(folded.iter().collect());
    let is_plain = |look: &[char]| look.iter().all(char::is_ascii);
    let mut others = vec![looks(folded.iter().flat_map(|c| c.to_uppercase()).collect())];
    if as_written {
        others.insert(0, looks(c.to_string()));
    }
    let written = others.first().filter(|look| as_written && is_plain(look)).cloned();
    written
        .or_else(|| is_plain(&small).then(|| small.clone()))
        .or_else(|| others.into_iter().find(|look| is_plain(look)))
        .unwrap_or(small)
}

/// The small letter, by way of the capital, which several small ones may share.
fn fold(c: char) -> impl Iterator<Item = char> {
    c.to_uppercase().flat_map(char::to_lowercase)
}

/// I, l and 1 look alike, and i is the small I.
fn dotless(c: char) -> char {
    if c == 'i' { 'l' } else { c }
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

    fn assert_key(name: &str, other: &str, same: bool) {
        let key = |name| UserName::parse(name).expect("a name").key();
        assert_eq!(key(name) == key(other), same, "{name:?} and {other:?}: {:?}", key(name));
    }

    #[test]
    fn names_that_look_alike_have_one_key() {
        for (name, other) in [
            ("ada", "ADA"),
            ("ada", "\u{430}d\u{430}"), // Cyrillic
            ("Bob", "\u{412}ob"),
            ("Nick", "\u{39d}ick"), // Greek
            ("Ada", "\u{391}da"),
            ("ada", "\u{ff41}\u{ff44}\u{ff41}"), // of full width
            ("ada", "a\u{200d}da"),
            ("ada lovelace", "ada  lovelace"),
            ("ada lovelace", "AdaLovelace"),
            ("ada lovelace", "ada\u{a0}lovelace"),
            ("Bill", "BiIl"),
            ("Bill", "B1ll"),
            ("bill", "BILL"),
            ("Otto", "0tt0"),
            ("Emma", "Ernrna"),
            ("Stra\u{df}e", "STRASSE"),
            ("Jos\u{e9}", "JOSE\u{301}"),
            ("\u{412}\u{43b}\u{430}\u{434}", "\u{432}\u{43b}\u{430}\u{434}"), // Vlad, in Cyrillic
            ("\u{39d}\u{3af}\u{3ba}\u{3bf}\u{3c2}", "\u{3bd}\u{3af}\u{3ba}\u{3bf}\u{3c2}"), // Nikos, in Greek
        ] {
            assert_key(name, other, true);
        }
    }

    #[test]
    fn names_that_differ_have_different_keys() {
        for (name, other) in [
            ("ada", "eda"),
            ("ada", "ada 2"),
            ("Jose", "Jos\u{e9}"),
            ("Nick", "Vick"),
            ("\u{6f22}", "\u{5b57}"),
            ("\u{1f600}", "\u{1f601}"),
        ] {
            assert_key(name, other, false);
        }
    }

    #[test]
    fn a_key_is_never_empty_and_its_own_key() {
        for name in
            ["a", "\u{301}", "\u{1f468}\u{200d}\u{1f469}", "I1l|", "\u{ff21}", "m", "\u{fb01}"]
        {
            let key = UserName::parse(name).expect("a name").key();
            assert!(!key.is_empty(), "{name:?}");
            assert_eq!(key_of(&key), key, "{name:?}");
        }
    }

    #[test]
    fn the_table_of_ascii_has_the_same_keys() {
        let ascii = || (0..128_u8).map(char::from);
        for text in ascii().flat_map(|a| ascii().map(move |b| String::from_iter([a, b]))) {
            assert_eq!(key_of_ascii(&text), Some(key_of_any(&text)), "{text:?}");
        }
        assert_eq!(key_of_ascii("\u{e9}"), None);
    }

    #[test]
    fn a_numbered_name_is_still_a_name() {
        let long = UserName::parse(&"x".repeat(64)).expect("64 characters are allowed");
        let numbered = long.numbered(12);
        assert!(numbered.as_str().ends_with("x 12"));
        assert_eq!(UserName::parse(numbered.as_str()), Ok(numbered));
    }
}

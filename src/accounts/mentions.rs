//! Who is called in a text: `@` and the name of an account.

use std::sync::Arc;

use super::Directory;
use crate::domain::{NAME_CHARS, UserId, key_of};
use crate::store::Account;

/// The most people that one message calls.
const MOST: usize = 50;

/// The most places in a text that are looked at.
const LOOKED_AT: usize = 200;

/// The most words that a name is looked for in.
const WORDS: usize = 5;

impl Directory {
    /// The accounts that a text calls by their names, whatever their case; the longest name counts.
    pub fn called_in(&self, text: &str) -> Vec<UserId> {
        let mut called = Vec::new();
        for (at, _) in text.match_indices('@').take(LOOKED_AT) {
            // An address is no call.
            let before = text[..at].chars().next_back();
            if before.is_some_and(char::is_alphanumeric) {
                continue;
            }
            if let Some(account) = self.named_at_start(&text[at + 1..])
                && !called.contains(&account.id)
                && called.len() < MOST
            {
                called.push(account.id);
            }
        }
        called
    }

    fn named_at_start(&self, text: &str) -> Option<Arc<Account>> {
        if text.chars().next().is_none_or(char::is_whitespace) {
            return None;
        }
        let mut ends: Vec<usize> = text
            .char_indices()
            .take(NAME_CHARS + 1)
            .filter(|(_, c)| !c.is_alphanumeric())
            .map(|(at, _)| at)
            .take(WORDS)
            .collect();
        if text.chars().count() <= NAME_CHARS {
            ends.push(text.len());
        }
        let names = ends.into_iter().rev().filter(|end| *end > 0).map(|end| &text[..end]);
        names.map(key_of).filter(|key| !key.is_empty()).find_map(|key| self.by_key(&key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::domain::UserName;

    #[test]
    fn people_are_called_by_their_names() {
        let account = |name| Account {
            id: UserId::random(),
            name: UserName::parse(name).expect("a name"),
            role: Role::Member,
            avatar: None,
        };
        let [ada, lovelace, bob] = [account("Ada"), account("Ada Lovelace"), account("b.o-b")];
        let directory = Directory::new(vec![ada.clone(), lovelace.clone(), bob.clone()]);
        for (text, called) in [
            ("@ada, look", vec![ada.id]),
            ("look, @ADA", vec![ada.id]),
            ("@ada lovelace and @ada and @ada", vec![lovelace.id, ada.id]),
            ("(@b.o-b)", vec![bob.id]),
            ("somebody@ada", vec![]),
            ("@ ada @", vec![]),
            ("@adam", vec![]),
            ("@@ada", vec![ada.id]),
        ] {
            assert_eq!(directory.called_in(text), called, "{text}");
        }
    }
}

//! All accounts at hand: who they are, by id and by name.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use parking_lot::RwLock;

use crate::access::Role;
use crate::domain::UserId;
use crate::store::Account;

/// See the module. As current as the newest commit.
#[derive(Default)]
pub struct Directory(RwLock<Tables>);

#[derive(Default)]
struct Tables {
    by_id: HashMap<UserId, Arc<Account>>,
    /// By the name's key, and so in the order in which people are listed.
    by_key: BTreeMap<String, Arc<Account>>,
    owners: usize,
}

/// Some of them, by name.
#[derive(Debug)]
pub struct People {
    pub accounts: Vec<Arc<Account>>,
    /// Whether there are others behind them.
    pub more: bool,
}

impl Directory {
    pub fn new(accounts: Vec<Account>) -> Self {
        let directory = Self::default();
        for account in accounts {
            directory.put(account);
        }
        directory
    }

    pub fn account(&self, id: UserId) -> Option<Arc<Account>> {
        self.0.read().by_id.get(&id).cloned()
    }

    /// The account whose name has this key.
    pub fn by_key(&self, key: &str) -> Option<Arc<Account>> {
        self.0.read().by_key.get(key).cloned()
    }

    pub fn len(&self) -> usize {
        self.0.read().by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn has_owner(&self) -> bool {
        self.0.read().owners > 0
    }

    /// At most `limit` accounts behind one of them, whose names' keys contain a text.
    pub fn page(&self, containing: &str, after: Option<UserId>, limit: usize) -> People {
        let tables = self.0.read();
        let after = after.and_then(|id| tables.by_id.get(&id)).map(|account| account.name.key());
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut found = tables
            .by_key
            .range((start, Bound::Unbounded))
            .filter(|(key, _)| key.contains(containing))
            .map(|(_, account)| Arc::clone(account));
        let accounts = found.by_ref().take(limit).collect();
        People { accounts, more: found.next().is_some() }
    }

    /// Adds an account, or puts it in the place of what it was. To be called while the turn to write is
    /// kept.
    pub(super) fn put(&self, account: Account) -> Arc<Account> {
        let account = Arc::new(account);
        let mut tables = self.0.write();
        if let Some(before) = tables.by_id.insert(account.id, Arc::clone(&account)) {
            tables.by_key.remove(&before.name.key());
            tables.owners -= usize::from(before.role == Role::Owner);
        }
        tables.by_key.insert(account.name.key(), Arc::clone(&account));
        tables.owners += usize::from(account.role == Role::Owner);
        account
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserName;

    fn account(name: &str) -> Account {
        let name = UserName::parse(name).expect("a name");
        Account { id: UserId::random(), name, role: Role::Member, avatar: None }
    }

    fn names(people: &People) -> Vec<&str> {
        people.accounts.iter().map(|account| account.name.as_str()).collect()
    }

    #[test]
    fn who_is_renamed_is_found_under_the_new_name_only() {
        let ada = account("ada");
        let directory = Directory::new(vec![ada.clone()]);
        let name = UserName::parse("Grace").expect("a name");
        directory.put(Account { name: name.clone(), role: Role::Owner, ..ada.clone() });
        assert!(directory.by_key(&ada.name.key()).is_none());
        assert_eq!(directory.by_key(&name.key()).map(|it| it.id), Some(ada.id));
        assert!(directory.has_owner() && directory.len() == 1);
        directory.put(ada);
        assert!(!directory.has_owner());
    }

    #[test]
    fn people_are_listed_by_name_and_page_by_page() {
        let directory = Directory::new(["Cy", "ada", "Bob", "eve"].map(account).into());
        let first = directory.page("", None, 2);
        assert_eq!((names(&first), first.more), (vec!["ada", "Bob"], true));
        let rest = directory.page("", Some(first.accounts[1].id), 2);
        assert_eq!((names(&rest), rest.more), (vec!["Cy", "eve"], false));
        assert_eq!(names(&directory.page("o", None, 9)), ["Bob"]);
    }
}

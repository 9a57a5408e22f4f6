//! Who is to stay out of the whole server.

use std::collections::HashSet;
use std::net::IpAddr;

use parking_lot::RwLock;
use uuid::Uuid;

use super::{AccountError, Accounts, SignedIn, allow, check_text, user_of};
use crate::access::{Role, ServerAction};
use crate::auth::network;
use crate::chat::messages::PersonChanged;
use crate::domain::{Millis, REASON_CHARS, User, UserId, now};
use crate::store::{AuditAction, AuditEntry, Ban, Exile};

/// The most bans that are listed.
const BANS_LISTED: u32 = 1000;

/// A ban that is to be.
#[derive(Debug)]
pub struct NewBan {
    pub user: UserId,
    /// Whether a guest is to stay away under other names too.
    pub address: bool,
    pub lasts: Option<Millis>,
    pub reason: String,
}

/// Whom the database may know to be out: all whom it knew when the server started, and all since. Of others
/// it need not be asked, however many come at once.
#[derive(Default)]
pub struct Suspects(RwLock<Names>);

#[derive(Default)]
struct Names {
    users: HashSet<UserId>,
    networks: HashSet<String>,
}

impl Suspects {
    pub fn new(bans: &[Ban]) -> Self {
        let suspects = Self::default();
        for ban in bans {
            suspects.add(ban);
        }
        suspects
    }

    /// To be called before the commit of a ban.
    fn add(&self, ban: &Ban) {
        let mut names = self.0.write();
        names.users.insert(ban.user.id);
        names.networks.extend(ban.address.clone());
    }

    fn contain(&self, exile: Exile<'_>) -> bool {
        let names = self.0.read();
        names.users.contains(&exile.user)
            || exile.address.is_some_and(|network| names.networks.contains(network))
    }
}

impl Accounts {
    /// Whether somebody is not kept out of the server; a guest also by the network.
    pub async fn check_ban(
        &self,
        user: UserId,
        address: Option<IpAddr>,
    ) -> Result<(), AccountError> {
        let network = address.map(shown_network);
        let exile = Exile { user, address: network.as_deref() };
        if !self.0.suspects.contain(exile) {
            return Ok(());
        }
        match self.0.store.find_ban(None, exile, now()).await? {
            Some(ban) => Err(AccountError::Banned { until: ban.until }),
            None => Ok(()),
        }
    }

    pub async fn bans(&self, who: &SignedIn) -> Result<Vec<Ban>, AccountError> {
        allow(who.account.role, ServerAction::Accounts)?;
        Ok(self.0.store.bans(None, BANS_LISTED, now()).await?)
    }

    /// Keeps somebody out, and ends their sessions.
    pub async fn ban(&self, who: &SignedIn, new: NewBan) -> Result<Ban, AccountError> {
        allow(who.account.role, ServerAction::Accounts)?;
        let reason = new.reason.trim();
        check_text("reason", reason, REASON_CHARS)?;
        // Looked for among all messages, and so before others have to wait for it.
        let known =
            self.directory().account(new.user).is_some() || self.guests().find(new.user).is_some();
        let written = if known { None } else { self.0.store.author_name(new.user).await? };
        let (mut writing, who) = self.begin(who, ServerAction::Accounts).await?;
        let account = self.directory().account(new.user);
        let role = account.as_ref().map_or(Role::Guest, |account| account.role);
        allow(who.account.role, ServerAction::Discipline(role))?;
        let seen = self.guests().find(new.user).filter(|_| role == Role::Guest);
        let user = match (account, &seen) {
            (Some(account), _) => user_of(&account),
            (None, Some(guest)) => User { id: new.user, name: guest.name.clone() },
            (None, None) => {
                User { id: new.user, name: written.ok_or(AccountError::PersonUnknown)? }
            }
        };
        let address = seen.map(|guest| guest.address).filter(|_| new.address);
        let at = now();
        let ban = Ban {
            id: Uuid::now_v7(),
            room: None,
            user,
            address: address.map(shown_network),
            until: new.lasts.map(|lasts| at.saturating_add(lasts)),
            reason: reason.to_owned(),
            by: user_of(&who.account),
            at,
        };
        self.0.suspects.add(&ban);
        writing.insert_ban(&ban).await?;
        let entry = AuditEntry::new(&ban.by, AuditAction::Banned);
        let detail = Some(ban.reason.as_str()).filter(|reason| !reason.is_empty());
        writing.record(&AuditEntry { subject: Some(&ban.user), detail, ..entry }).await?;
        let turn = writing.commit().await?;
        let change = PersonChanged::Banned { user: ban.user.id, address };
        self.announce(turn, vec![change]).await;
        Ok(ban)
    }

    /// Lets somebody in again.
    pub async fn unban(&self, who: &SignedIn, ban: Uuid) -> Result<(), AccountError> {
        let (mut writing, who) = self.begin(who, ServerAction::Accounts).await?;
        let by = user_of(&who.account);
        let ban = writing.delete_ban(None, ban).await?.ok_or(AccountError::NotFound)?;
        let role =
            self.directory().account(ban.user.id).map_or(Role::Guest, |account| account.role);
        allow(who.account.role, ServerAction::Discipline(role))?;
        let entry = AuditEntry::new(&by, AuditAction::Unbanned);
        writing.record(&AuditEntry { subject: Some(&ban.user), ..entry }).await?;
        writing.commit().await?;
        Ok(())
    }
}

/// A network as it is kept.
fn shown_network(address: IpAddr) -> String {
    match network(address) {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{address}/64"),
    }
}

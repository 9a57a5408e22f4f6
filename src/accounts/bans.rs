//! Who is to stay out of the whole server.

use uuid::Uuid;

use super::{AccountError, Accounts, SignedIn, allow, check_text, shown, user_of};
use crate::access::{Role, ServerAction};
use crate::chat::messages::PersonChanged;
use crate::domain::{Millis, User, UserId, now};
use crate::store::{AuditAction, AuditEntry, Ban};

/// The longest reason, in characters.
const REASON_CHARS: usize = 500;

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

impl Accounts {
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
            address: address.map(shown),
            until: new.lasts.map(|lasts| at.saturating_add(lasts)),
            reason: reason.to_owned(),
            by: user_of(&who.account),
            at,
        };
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

//! Links that are made: invites, ways back in, ways in on another device.

use uuid::Uuid;

use super::{AccountError, Accounts, DAY, MINUTE, SignedIn, allow, user_of};
use crate::access::ServerAction;
use crate::auth::{Secret, TokenKind};
use crate::domain::{Millis, UserId, now};
use crate::store::{AuditAction, AuditEntry, Invite, LinkKind, NewLink};

/// How long a way back in holds.
const RESET_LASTS: Millis = DAY;

/// How long a way in on another device does: one takes the phone out and holds it to the screen.
const DEVICE_LASTS: Millis = 5 * MINUTE;

/// The most invites that are listed.
const INVITES_LISTED: u32 = 1000;

/// For how long and how many an invite is.
#[derive(Debug, Clone, Copy, Default)]
pub struct InviteTerms {
    pub expires_in: Option<Millis>,
    pub uses: Option<u32>,
}

/// A link, for who may give it on.
#[derive(Debug)]
pub struct MadeLink {
    pub token: Secret,
    pub expires_at: Millis,
}

/// An invite, with the token that is known only now.
#[derive(Debug)]
pub struct MadeInvite {
    pub invite: Invite,
    pub token: Secret,
}

impl Accounts {
    pub async fn invites(&self, who: &SignedIn) -> Result<Vec<Invite>, AccountError> {
        allow(who.account.role, ServerAction::InvitePeople)?;
        Ok(self.0.store.invites(INVITES_LISTED).await?)
    }

    pub async fn create_invite(
        &self,
        who: &SignedIn,
        terms: InviteTerms,
    ) -> Result<MadeInvite, AccountError> {
        allow(who.account.role, ServerAction::InvitePeople)?;
        let (now, by) = (now(), user_of(&who.account));
        let token = Secret::token(TokenKind::Link);
        let invite = Invite {
            id: Uuid::now_v7(),
            created_by: by.id,
            created_at: now,
            expires_at: terms.expires_in.map(|time| now.saturating_add(time)),
            uses_left: terms.uses.map(u64::from),
            used: 0,
        };
        let mut writing = self.0.store.begin().await?;
        let link = NewLink {
            id: invite.id,
            kind: LinkKind::Invite,
            token: &token.hash(),
            account: None,
            by: by.id,
            now,
            expires_at: invite.expires_at,
            uses: terms.uses,
        };
        writing.insert_link(&link).await?;
        writing.record(&AuditEntry::new(&by, AuditAction::InviteCreated)).await?;
        writing.commit().await?;
        Ok(MadeInvite { invite, token })
    }

    /// Gives an invite another token; the one before leads nowhere.
    pub async fn reset_invite(
        &self,
        who: &SignedIn,
        invite: Uuid,
    ) -> Result<MadeInvite, AccountError> {
        allow(who.account.role, ServerAction::InvitePeople)?;
        let (token, by) = (Secret::token(TokenKind::Link), user_of(&who.account));
        let mut writing = self.0.store.begin().await?;
        let invite = writing.reset_invite(invite, &token.hash()).await?;
        let invite = invite.ok_or(AccountError::NotFound)?;
        writing.record(&AuditEntry::new(&by, AuditAction::InviteReset)).await?;
        writing.commit().await?;
        Ok(MadeInvite { invite, token })
    }

    pub async fn delete_invite(&self, who: &SignedIn, invite: Uuid) -> Result<(), AccountError> {
        allow(who.account.role, ServerAction::InvitePeople)?;
        let by = user_of(&who.account);
        let mut writing = self.0.store.begin().await?;
        if !writing.delete_invite(invite).await? {
            return Err(AccountError::NotFound);
        }
        writing.record(&AuditEntry::new(&by, AuditAction::InviteDeleted)).await?;
        writing.commit().await?;
        Ok(())
    }

    /// A way in for somebody's other device.
    pub async fn create_device_link(&self, who: &SignedIn) -> Result<MadeLink, AccountError> {
        allow(who.account.role, ServerAction::Devices)?;
        self.create_link(who, LinkKind::Device, who.account.id, DEVICE_LASTS).await
    }

    /// A way back in for somebody who forgot the password.
    pub async fn create_reset_link(
        &self,
        who: &SignedIn,
        subject: UserId,
    ) -> Result<MadeLink, AccountError> {
        // Who may not see accounts is not to learn of them here.
        allow(who.account.role, ServerAction::Accounts)?;
        let role = self.person(subject)?.role;
        allow(who.account.role, ServerAction::Discipline(role))?;
        allow(role, ServerAction::Devices)?;
        self.create_link(who, LinkKind::Reset, subject, RESET_LASTS).await
    }

    async fn create_link(
        &self,
        who: &SignedIn,
        kind: LinkKind,
        account: UserId,
        lasts: Millis,
    ) -> Result<MadeLink, AccountError> {
        let (token, now) = (Secret::token(TokenKind::Link), now());
        let expires_at = now + lasts;
        let mut writing = self.0.store.begin().await?;
        let link = NewLink {
            id: Uuid::now_v7(),
            kind,
            token: &token.hash(),
            account: Some(account),
            by: who.account.id,
            now,
            expires_at: Some(expires_at),
            uses: Some(1),
        };
        writing.forget_what_is_over(now).await?;
        writing.insert_link(&link).await?;
        if kind == LinkKind::Reset {
            let (by, subject) = (user_of(&who.account), user_of(&*self.person(account)?));
            let entry = AuditEntry::new(&by, AuditAction::ResetLinkCreated);
            writing.record(&AuditEntry { subject: Some(&subject), ..entry }).await?;
        }
        writing.commit().await?;
        Ok(MadeLink { token, expires_at })
    }
}

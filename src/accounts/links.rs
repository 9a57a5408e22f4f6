//! Links that are made: invites, ways back in, ways in on another device.

use uuid::Uuid;

use super::{AccountError, Accounts, DAY, MINUTE, SignedIn, allow, user_of};
use crate::access::ServerAction;
use crate::auth::{Secret, TokenKind};
use crate::domain::{Millis, UserId, now};
use crate::store::{AuditAction, AuditEntry, Invite, LinkKind, NewLink, Writing};

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
        let (mut writing, who) = self.begin(who, ServerAction::InvitePeople).await?;
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
        let (mut writing, who) = self.begin(who, ServerAction::InvitePeople).await?;
        let (token, by) = (Secret::token(TokenKind::Link), user_of(&who.account));
        let invite = writing.reset_invite(invite, &token.hash()).await?;
        let invite = invite.ok_or(AccountError::NotFound)?;
        writing.record(&AuditEntry::new(&by, AuditAction::InviteReset)).await?;
        writing.commit().await?;
        Ok(MadeInvite { invite, token })
    }

    pub async fn delete_invite(&self, who: &SignedIn, invite: Uuid) -> Result<(), AccountError> {
        let (mut writing, who) = self.begin(who, ServerAction::InvitePeople).await?;
        let by = user_of(&who.account);
        if !writing.delete_invite(invite).await? {
            return Err(AccountError::NotFound);
        }
        writing.record(&AuditEntry::new(&by, AuditAction::InviteDeleted)).await?;
        writing.commit().await?;
        Ok(())
    }

    /// A way in for somebody's other device.
    pub async fn create_device_link(&self, who: &SignedIn) -> Result<MadeLink, AccountError> {
        let (mut writing, who) = self.begin(who, ServerAction::Devices).await?;
        let id = who.account.id;
        let made = insert(&mut writing, LinkKind::Device, id, id, DEVICE_LASTS).await?;
        writing.commit().await?;
        Ok(made)
    }

    /// A way back in for somebody who forgot the password.
    pub async fn create_reset_link(
        &self,
        who: &SignedIn,
        subject: UserId,
    ) -> Result<MadeLink, AccountError> {
        // Who may not see accounts is not to learn of them here.
        let (mut writing, who) = self.begin(who, ServerAction::Accounts).await?;
        let subject = self.person(subject)?;
        allow(who.account.role, ServerAction::Discipline(subject.role))?;
        allow(subject.role, ServerAction::Devices)?;
        let (by, user) = (user_of(&who.account), user_of(&subject));
        let made = insert(&mut writing, LinkKind::Reset, user.id, by.id, RESET_LASTS).await?;
        let entry = AuditEntry::new(&by, AuditAction::ResetLinkCreated);
        writing.record(&AuditEntry { subject: Some(&user), ..entry }).await?;
        writing.commit().await?;
        Ok(made)
    }
}

/// A link that works once, by which an account is got into.
async fn insert(
    writing: &mut Writing,
    kind: LinkKind,
    account: UserId,
    by: UserId,
    lasts: Millis,
) -> Result<MadeLink, AccountError> {
    let (token, now) = (Secret::token(TokenKind::Link), now());
    let expires_at = now + lasts;
    let link = NewLink {
        id: Uuid::now_v7(),
        kind,
        token: &token.hash(),
        account: Some(account),
        by,
        now,
        expires_at: Some(expires_at),
        uses: Some(1),
    };
    writing.forget_what_is_over(now).await?;
    writing.insert_link(&link).await?;
    Ok(MadeLink { token, expires_at })
}

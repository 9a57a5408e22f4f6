//! Ways in: the first owner's, a new account, a password, a link; and the way out.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    AccountError, Accounts, SIGN_IN_LASTS, SignUp, SignedIn, Visit, allow, ended, shown,
    taken_name, user_of,
};
use crate::access::{Role, ServerAction};
use crate::auth::{KnownDevice, Secret, StoredPassword, TokenKind, check_password};
use crate::chat::messages::PersonChanged;
use crate::domain::{SignInId, User, UserId, UserName, now};
use crate::store::{
    Account, AuditAction, AuditEntry, Inserted, Invite, LinkKind, NewSignIn, UsedLink, Writing,
};

/// What the first owner says.
#[derive(Debug)]
pub struct Claim {
    pub token: Secret,
    pub name: String,
    pub password: Secret,
    pub server_name: Option<String>,
}

/// What somebody says who wants an account.
#[derive(Debug)]
pub struct Registration {
    pub name: String,
    pub password: Secret,
    pub invite: Option<Secret>,
    /// Of a guest who wants to stay who they are.
    pub guest_token: Option<Secret>,
}

/// Somebody is signed in.
#[derive(Debug)]
pub struct Entered {
    pub account: Arc<Account>,
    pub sign_in: SignInId,
    /// By which they are known from now on.
    pub token: Secret,
    /// By which their device is.
    pub device: KnownDevice,
}

/// A sign-in that begins with the commit.
struct Beginning {
    id: SignInId,
    token: Secret,
    /// Those that end for it.
    ended: Vec<SignInId>,
}

impl Accounts {
    /// Makes the first owner. Of several who try at once one succeeds.
    pub async fn claim(&self, claim: Claim, visit: &Visit) -> Result<Entered, AccountError> {
        self.0.throttle.check_address(visit.address)?;
        if self.directory().has_owner() {
            return Err(AccountError::AlreadyClaimed);
        }
        if self.0.claim != Some(claim.token.hash()) {
            return Err(AccountError::LinkInvalid);
        }
        let name = UserName::parse(&claim.name)?;
        check_password(&claim.password)?;
        let mut settings = self.settings();
        if let Some(server_name) = &claim.server_name {
            settings.name = Self::server_name(server_name, "server_name")?;
        }
        let password = self.0.passwords.hash(claim.password).await?;
        let account = Account { id: UserId::random(), name, role: Role::Owner, avatar: None };

        let (now, by) = (now(), user_of(&account));
        let mut writing = self.0.store.begin().await?;
        match writing.insert_first_owner(&account, &password, now).await? {
            Inserted::Yes => {}
            Inserted::Taken => return Err(AccountError::NameTaken),
            Inserted::Owned => return Err(AccountError::AlreadyClaimed),
        }
        for (name, value) in settings.to_stored() {
            writing.set_setting(name, value).await?;
        }
        writing.record(&AuditEntry::new(&by, AuditAction::ServerClaimed)).await?;
        let beginning = begin_sign_in(&mut writing, account.id, visit).await?;
        let turn = writing.commit().await?;
        let account = self.directory().put(account);
        *self.0.settings.write() = settings;
        self.announce(turn, vec![taken_name(&account)]).await;
        Ok(entered(account, beginning, visit))
    }

    /// Makes an account for who may have one.
    pub async fn sign_up(
        &self,
        registration: Registration,
        visit: &Visit,
    ) -> Result<Entered, AccountError> {
        self.0.throttle.check_address(visit.address)?;
        let Registration { name, password, invite, guest_token } = registration;
        let name = UserName::parse(&name)?;
        check_password(&password)?;
        let guest = guest_token.map(|token| self.0.signer.verify_guest(token.reveal()));
        let guest = guest.transpose().map_err(|_| AccountError::GuestTokenInvalid)?;
        let id = guest.map_or_else(UserId::random, |guest: User| guest.id);
        self.check_ban(id, Some(visit.address)).await?;
        // All of this is made sure of below; here it spares the work of hashing.
        self.check_sign_up(invite.as_ref()).await?;
        self.check_free(id, &name)?;
        let password = self.0.passwords.hash(password).await?;
        let account = Account { id, name, role: Role::Member, avatar: None };

        let now = now();
        let mut writing = self.0.store.begin().await?;
        self.check_free(id, &account.name)?;
        match (self.settings().sign_up, &invite) {
            (SignUp::Closed, _) | (SignUp::Invite, None) => return Err(AccountError::SignUpClosed),
            (SignUp::Open, None) => {}
            (SignUp::Open | SignUp::Invite, Some(token)) => {
                let used = writing.use_link(LinkKind::Invite, &token.hash(), now).await?;
                used.ok_or(AccountError::LinkInvalid)?;
            }
        }
        if writing.insert_account(&account, Some(&password), now).await? != Inserted::Yes {
            return Err(AccountError::NameTaken);
        }
        let by = user_of(&account);
        writing.record(&AuditEntry::new(&by, AuditAction::AccountCreated)).await?;
        let beginning = begin_sign_in(&mut writing, account.id, visit).await?;
        let turn = writing.commit().await?;
        let account = self.directory().put(account);
        self.announce(turn, vec![taken_name(&account)]).await;
        Ok(entered(account, beginning, visit))
    }

    /// What an invite still holds for, if it does.
    pub async fn check_invite(
        &self,
        token: &Secret,
        visit: &Visit,
    ) -> Result<Invite, AccountError> {
        self.0.throttle.check_address(visit.address)?;
        let invite = self.0.store.find_invite(&token.hash(), now()).await?;
        invite.ok_or(AccountError::LinkInvalid)
    }

    async fn check_sign_up(&self, invite: Option<&Secret>) -> Result<(), AccountError> {
        match (self.settings().sign_up, invite) {
            (SignUp::Closed, _) | (SignUp::Invite, None) => Err(AccountError::SignUpClosed),
            (SignUp::Open, None) => Ok(()),
            (SignUp::Open | SignUp::Invite, Some(token)) => {
                let holds = self.0.store.link_holds(LinkKind::Invite, &token.hash(), now()).await?;
                if holds { Ok(()) } else { Err(AccountError::LinkInvalid) }
            }
        }
    }

    /// Whether there can be one more account, with this id and name.
    pub(super) fn check_free(&self, id: UserId, name: &UserName) -> Result<(), AccountError> {
        if self.directory().len() >= self.0.limit {
            Err(AccountError::TooManyAccounts)
        } else if self.directory().account(id).is_some() {
            Err(AccountError::GuestTokenInvalid)
        } else if self.directory().by_key(&name.key()).is_some() {
            Err(AccountError::NameTaken)
        } else {
            Ok(())
        }
    }

    /// Signs somebody in by a password. Neither the answer nor its time tells whether there is the account.
    pub async fn sign_in(
        &self,
        name: &str,
        password: Secret,
        visit: &Visit,
    ) -> Result<Entered, AccountError> {
        // What is no name is nobody's, which takes as long to find out.
        let key = UserName::parse(name).map(|name| name.key()).unwrap_or_default();
        let account = self.directory().by_key(&key);
        let device = visit
            .known
            .filter(|known| account.as_ref().is_some_and(|account| account.id == known.account));
        self.0.throttle.check_sign_in(&key, visit.address, device)?;
        let id = account.as_ref().map_or_else(UserId::random, |account| account.id);
        let stored = self.0.store.profile(id).await?.and_then(|profile| profile.password);
        let right = self.0.passwords.verify(password, stored.clone()).await?;
        let (Some(account), Some(stored), true) = (account, stored, right) else {
            return Err(AccountError::CredentialsWrong);
        };
        self.check_ban(account.id, None).await?;
        let mut writing = self.0.store.begin().await?;
        // It may have been changed, and all sign-ins ended, while it was looked at.
        if !writing.still_has_password(account.id, &stored).await? {
            return Err(AccountError::CredentialsWrong);
        }
        let account = self.person(account.id)?;
        let beginning = begin_sign_in(&mut writing, account.id, visit).await?;
        let turn = writing.commit().await?;
        self.announce(turn, beginning.ends(account.id)).await;
        Ok(entered(account, beginning, visit))
    }

    /// Signs somebody in on another device of theirs, by a link.
    pub async fn sign_in_by_link(
        &self,
        token: &Secret,
        visit: &Visit,
    ) -> Result<Entered, AccountError> {
        self.0.throttle.check_address(visit.address)?;
        let mut writing = self.0.store.begin().await?;
        let used = writing.use_link(LinkKind::Device, &token.hash(), now()).await?;
        let id = used.and_then(|used| used.account).ok_or(AccountError::LinkInvalid)?;
        let account = self.person(id)?;
        self.check_ban(id, None).await?;
        let beginning = begin_sign_in(&mut writing, id, visit).await?;
        let turn = writing.commit().await?;
        self.announce(turn, beginning.ends(account.id)).await;
        Ok(entered(account, beginning, visit))
    }

    /// Gives somebody a new password by a link, ends all of their sign-ins, and signs them in.
    pub async fn reset_password(
        &self,
        token: &Secret,
        password: Secret,
        visit: &Visit,
    ) -> Result<Entered, AccountError> {
        self.0.throttle.check_address(visit.address)?;
        check_password(&password)?;
        let hash = token.hash();
        if !self.0.store.link_holds(LinkKind::Reset, &hash, now()).await? {
            return Err(AccountError::LinkInvalid);
        }
        let password = self.0.passwords.hash(password).await?;
        let mut writing = self.0.store.begin().await?;
        let used = writing.use_link(LinkKind::Reset, &hash, now()).await?;
        let account =
            used.and_then(|used| self.subject_of(used)).ok_or(AccountError::LinkInvalid)?;
        let id = account.id;
        replace_password(&mut writing, id, &password, None).await?;
        let by = user_of(&account);
        writing.record(&AuditEntry::new(&by, AuditAction::PasswordReset)).await?;
        let beginning = begin_sign_in(&mut writing, id, visit).await?;
        let turn = writing.commit().await?;
        self.announce(turn, vec![ended(id, None, Some(beginning.id))]).await;
        self.check_ban(id, None).await?;
        Ok(entered(account, beginning, visit))
    }

    /// Whose password a link resets. Nobody's, unless who made it may still make one: either may have
    /// another role by now.
    fn subject_of(&self, link: UsedLink) -> Option<Arc<Account>> {
        let (account, by) =
            (self.directory().account(link.account?)?, self.directory().account(link.by)?);
        allow(by.role, ServerAction::Discipline(account.role)).ok()?;
        Some(account)
    }

    /// Ends the sign-in by which somebody asks.
    pub async fn sign_out(&self, who: &SignedIn) -> Result<(), AccountError> {
        self.end_sign_in(who, who.sign_in).await
    }

    /// Ends one of somebody's own sign-ins.
    pub async fn end_sign_in(&self, who: &SignedIn, sign_in: SignInId) -> Result<(), AccountError> {
        let (mut writing, who) = self.begin(who, ServerAction::OwnAccount).await?;
        if !writing.delete_sign_in(who.account.id, sign_in).await? {
            return Err(AccountError::NotFound);
        }
        let turn = writing.commit().await?;
        self.announce(turn, vec![ended(who.account.id, Some(sign_in), None)]).await;
        Ok(())
    }
}

impl Beginning {
    /// What those are told that end for it.
    fn ends(&self, account: UserId) -> Vec<PersonChanged> {
        self.ended.iter().map(|sign_in| ended(account, Some(*sign_in), None)).collect()
    }
}

fn entered(account: Arc<Account>, beginning: Beginning, visit: &Visit) -> Entered {
    let known = visit.known.filter(|known| known.account == account.id);
    let device =
        known.unwrap_or_else(|| KnownDevice { account: account.id, device: Uuid::new_v4() });
    Entered { account, sign_in: beginning.id, token: beginning.token, device }
}

async fn begin_sign_in(
    writing: &mut Writing,
    account: UserId,
    visit: &Visit,
) -> Result<Beginning, AccountError> {
    let (id, token, now) = (SignInId::random(), Secret::token(TokenKind::SignIn), now());
    let ended = writing
        .insert_sign_in(&NewSignIn {
            id,
            account,
            token: &token.hash(),
            device: &visit.device,
            address: &shown(visit.address),
            now,
            expires_at: Some(now + SIGN_IN_LASTS),
        })
        .await?;
    Ok(Beginning { id, token, ended })
}

/// Who knew the one before, or has a link, is out; but for one sign-in if that is named.
pub(super) async fn replace_password(
    writing: &mut Writing,
    account: UserId,
    password: &StoredPassword,
    except: Option<SignInId>,
) -> Result<(), AccountError> {
    writing.set_password(account, password).await?;
    writing.delete_sign_ins(account, except).await?;
    writing.delete_links_of(account).await?;
    Ok(())
}

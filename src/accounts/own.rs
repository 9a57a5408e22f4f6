//! What somebody does to their own account.

use std::sync::Arc;

use super::entry::replace_password;
use super::picture::{Picture, make_square};
use super::{
    AccountError, Accounts, SignedIn, Visit, allow, check_text, ended, taken_name, user_of,
};
use crate::access::ServerAction;
use crate::auth::{Secret, check_password};
use crate::domain::{UserName, now};
use crate::store::{Account, AuditAction, AuditEntry, Avatar, SignIn};

/// The most that somebody says about themselves, in characters.
const ABOUT_CHARS: usize = 500;

/// What is to be another one; nothing stays as it is.
#[derive(Debug, Default)]
pub struct ProfileChange {
    pub name: Option<String>,
    pub about: Option<String>,
}

impl Accounts {
    /// The devices that somebody is signed in on.
    pub async fn sign_ins(&self, who: &SignedIn) -> Result<Vec<SignIn>, AccountError> {
        allow(who.account.role, ServerAction::OwnAccount)?;
        Ok(self.0.store.sign_ins(who.account.id, now()).await?)
    }

    /// Changes a password, and ends the other sign-ins.
    pub async fn change_password(
        &self,
        who: &SignedIn,
        old: Secret,
        new: Secret,
        visit: &Visit,
    ) -> Result<(), AccountError> {
        let account = &who.account;
        allow(account.role, ServerAction::Devices)?;
        check_password(&new)?;
        // Who has the token of a sign-in is not yet who knows the password.
        let device = visit.known.filter(|known| known.account == account.id);
        self.0.throttle.check_sign_in(&account.name.key(), visit.address, device)?;
        let stored = self.0.store.profile(account.id).await?.and_then(|profile| profile.password);
        let right = self.0.passwords.verify(old, stored.clone()).await?;
        let (Some(stored), true) = (stored, right) else {
            return Err(AccountError::CredentialsWrong);
        };
        let password = self.0.passwords.hash(new).await?;
        let (mut writing, who) = self.begin(who, ServerAction::Devices).await?;
        let account = &who.account;
        if !writing.still_has_password(account.id, &stored).await? {
            return Err(AccountError::CredentialsWrong);
        }
        replace_password(&mut writing, account.id, &password, Some(who.sign_in)).await?;
        let by = user_of(account);
        writing.record(&AuditEntry::new(&by, AuditAction::PasswordChanged)).await?;
        let turn = writing.commit().await?;
        self.announce(turn, vec![ended(account.id, None, Some(who.sign_in))]).await;
        Ok(())
    }

    pub async fn change_profile(
        &self,
        who: &SignedIn,
        change: ProfileChange,
    ) -> Result<Arc<Account>, AccountError> {
        let name = change.name.map(|name| UserName::parse(&name)).transpose()?;
        let about = change.about.map(|about| about.trim().to_owned());
        check_text("about", about.as_deref().unwrap_or_default(), ABOUT_CHARS)?;
        let (mut writing, who) = self.begin(who, ServerAction::OwnAccount).await?;
        let before = who.account;
        let id = before.id;
        let mut account = Account::clone(&before);
        if let Some(about) = about {
            writing.set_about(id, &about).await?;
        }
        if let Some(name) = name.filter(|name| *name != before.name) {
            if !writing.rename(id, &name).await? {
                return Err(AccountError::NameTaken);
            }
            account.name = name;
            let by = user_of(&before);
            let detail = format!("{} → {}", before.name, account.name);
            let entry = AuditEntry::new(&by, AuditAction::NameChanged);
            writing.record(&AuditEntry { detail: Some(&detail), ..entry }).await?;
        }
        let turn = writing.commit().await?;
        let account = self.directory().put(account);
        let changes = if account.name == before.name {
            Vec::new()
        } else {
            vec![taken_name(&account), self.changed_profile(&account)]
        };
        self.announce(turn, changes).await;
        Ok(account)
    }

    /// Gives somebody a picture.
    pub async fn set_avatar(
        &self,
        who: &SignedIn,
        image: bytes::Bytes,
    ) -> Result<Arc<Account>, AccountError> {
        allow(who.account.role, ServerAction::OwnAccount)?;
        // Whoever waits has their bytes in memory, up to the limit of each.
        let turn = Arc::clone(&self.0.pictures).acquire_owned().await;
        let turn = turn.map_err(|_| AccountError::ImageInvalid)?;
        let made = tokio::task::spawn_blocking(move || {
            let made = make_square(&image);
            drop(turn);
            made
        });
        let Ok(Ok(Picture { avatar, version })) = made.await else {
            return Err(AccountError::ImageInvalid);
        };
        self.put_avatar(who, Some((&version, &avatar))).await
    }

    pub async fn delete_avatar(&self, who: &SignedIn) -> Result<Arc<Account>, AccountError> {
        self.put_avatar(who, None).await
    }

    async fn put_avatar(
        &self,
        who: &SignedIn,
        avatar: Option<(&str, &Avatar)>,
    ) -> Result<Arc<Account>, AccountError> {
        let (mut writing, who) = self.begin(who, ServerAction::OwnAccount).await?;
        let mut account = Account::clone(&who.account);
        let id = account.id;
        match avatar {
            Some((version, avatar)) => writing.set_avatar(id, version, avatar).await?,
            None => writing.delete_avatar(id).await?,
        }
        account.avatar = avatar.map(|(version, _)| version.to_owned());
        let turn = writing.commit().await?;
        let account = self.directory().put(account);
        self.announce(turn, vec![self.changed_profile(&account)]).await;
        Ok(account)
    }
}

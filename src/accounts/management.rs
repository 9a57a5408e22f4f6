//! What owners and admins do: roles, settings, other people's sessions, reports.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::{AccountError, Accounts, People, Settings, SignedIn, allow, ended, user_of};
use crate::access::{Denied, Role, ServerAction};
use crate::chat::messages::PersonChanged;
use crate::domain::{NAME_CHARS, UserId, UserName, key_of, now};
use crate::store::{
    Account, AccountState, AuditAction, AuditEntry, AuditRecord, Ban, Report, ReportState,
};

/// The most reports that are listed.
const REPORTS_LISTED: u32 = 500;

/// Some accounts with their state, and whether there are others behind them.
#[derive(Debug)]
pub struct AccountsPage {
    pub people: People,
    pub states: HashMap<UserId, AccountState>,
    pub bans: Vec<Ban>,
}

impl Accounts {
    /// People as everybody with an account sees them, some of whom may be banned.
    pub async fn people(
        &self,
        role: Role,
        query: &str,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<(People, Vec<Ban>), AccountError> {
        allow(role, ServerAction::People)?;
        let people = self.directory().page(&key_of(query), after, limit);
        let ids: Vec<_> = people.accounts.iter().map(|account| account.id).collect();
        let bans = self.0.store.banned_of(None, &ids, now()).await?;
        Ok((people, bans))
    }

    /// Accounts as admins see them.
    pub async fn accounts(
        &self,
        who: &SignedIn,
        query: &str,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<AccountsPage, AccountError> {
        allow(who.account.role, ServerAction::Accounts)?;
        let people = self.directory().page(&key_of(query), after, limit);
        let ids: Vec<_> = people.accounts.iter().map(|account| account.id).collect();
        let states = self.0.store.account_states(&ids).await?;
        let bans = self.0.store.banned_of(None, &ids, now()).await?;
        Ok(AccountsPage { people, states, bans })
    }

    /// One account as admins see it.
    pub async fn account_state(
        &self,
        account: &Account,
    ) -> Result<(Option<AccountState>, Vec<Ban>), AccountError> {
        let states = self.0.store.account_states(&[account.id]).await?;
        let bans = self.0.store.banned_of(None, &[account.id], now()).await?;
        Ok((states.get(&account.id).copied(), bans))
    }

    pub async fn set_role(
        &self,
        who: &SignedIn,
        subject: UserId,
        role: Role,
    ) -> Result<Arc<Account>, AccountError> {
        allow(who.account.role, ServerAction::Promote)?;
        if !matches!(role, Role::Owner | Role::Admin | Role::Member) {
            let why = "owner, admin or member would do";
            return Err(AccountError::Field { field: "role", why });
        }
        let (mut writing, who) = self.begin(who, ServerAction::Promote).await?;
        let by = user_of(&who.account);
        let before = self.person(subject)?;
        if before.role == Role::Bot {
            return Err(Denied::Forbidden.into());
        }
        if before.role == role {
            return Ok(before);
        }
        if !writing.set_role(subject, role, by.id).await? {
            let is_owner = self.person(by.id)?.role == Role::Owner;
            return Err(if is_owner { AccountError::LastOwner } else { Denied::Forbidden.into() });
        }
        // Who may help somebody in is another question for another role.
        writing.delete_links_of(subject).await?;
        let (user, detail) =
            (user_of(&before), format!("{} → {}", before.role.as_str(), role.as_str()));
        let entry = AuditEntry::new(&by, AuditAction::RoleChanged);
        let entry = AuditEntry { subject: Some(&user), detail: Some(&detail), ..entry };
        writing.record(&entry).await?;
        let turn = writing.commit().await?;
        let account = self.directory().put(Account { role, ..Account::clone(&before) });
        self.announce(turn, vec![self.changed_profile(&account)]).await;
        Ok(account)
    }

    /// Ends all sign-ins of somebody else.
    pub async fn end_sign_ins_of(
        &self,
        who: &SignedIn,
        subject: UserId,
    ) -> Result<(), AccountError> {
        let (mut writing, who) = self.begin(who, ServerAction::Accounts).await?;
        let subject = self.person(subject)?;
        allow(who.account.role, ServerAction::Discipline(subject.role))?;
        let (by, user) = (user_of(&who.account), user_of(&subject));
        writing.delete_sign_ins(subject.id, None).await?;
        writing.delete_links_of(subject.id).await?;
        let entry = AuditEntry::new(&by, AuditAction::SessionsEnded);
        writing.record(&AuditEntry { subject: Some(&user), ..entry }).await?;
        let turn = writing.commit().await?;
        self.announce(turn, vec![ended(subject.id, None, None)]).await;
        Ok(())
    }

    /// The settings, for who may change them.
    pub fn settings_for(&self, who: &SignedIn) -> Result<Settings, AccountError> {
        allow(who.account.role, ServerAction::Settings)?;
        Ok(self.settings())
    }

    /// Changes settings by what `change` does to them.
    pub async fn change_settings(
        &self,
        who: &SignedIn,
        change: impl FnOnce(&mut Settings) -> Result<(), AccountError>,
    ) -> Result<Settings, AccountError> {
        let (mut writing, who) = self.begin(who, ServerAction::Settings).await?;
        let by = user_of(&who.account);
        let before = self.settings();
        let mut settings = before.clone();
        change(&mut settings)?;
        let mut changed = Vec::new();
        for ((name, value), (_, earlier)) in
            settings.to_stored().into_iter().zip(before.to_stored())
        {
            if value != earlier {
                writing.set_setting(name, value).await?;
                changed.push(format!("{name}: {earlier} → {value}"));
            }
        }
        if changed.is_empty() {
            return Ok(settings);
        }
        let detail = changed.join(", ");
        let entry = AuditEntry::new(&by, AuditAction::SettingsChanged);
        writing.record(&AuditEntry { detail: Some(&detail), ..entry }).await?;
        let turn = writing.commit().await?;
        *self.0.settings.write() = settings.clone();
        let guests_off = before.guests && !settings.guests;
        let told = guests_off.then_some(PersonChanged::GuestsOff).into_iter().collect();
        self.announce(turn, told).await;
        Ok(settings)
    }

    /// What a server may be called: the same as a person.
    pub fn server_name(text: &str, field: &'static str) -> Result<String, AccountError> {
        const { assert!(NAME_CHARS == 64) };
        let why = "it has 1 to 64 characters, all of which can be seen";
        let name = UserName::parse(text).map_err(|_| AccountError::Field { field, why })?;
        Ok(name.as_str().to_owned())
    }

    pub async fn audit(
        &self,
        who: &SignedIn,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, AccountError> {
        allow(who.account.role, ServerAction::Audit)?;
        Ok(self.0.store.audit(who.account.id, before, limit).await?)
    }

    pub async fn reports(
        &self,
        who: &SignedIn,
        state: Option<ReportState>,
    ) -> Result<Vec<Report>, AccountError> {
        allow(who.account.role, ServerAction::Reports)?;
        Ok(self.0.store.reports(state, REPORTS_LISTED).await?)
    }

    pub async fn resolve_report(
        &self,
        who: &SignedIn,
        report: Uuid,
        state: ReportState,
    ) -> Result<Report, AccountError> {
        let (mut writing, who) = self.begin(who, ServerAction::Reports).await?;
        let by = user_of(&who.account);
        let (resolved_by, action) = match state {
            ReportState::Open => (None, AuditAction::ReportReopened),
            ReportState::Resolved => (Some(by.id), AuditAction::ReportResolved),
        };
        let report = writing.resolve_report(report, resolved_by).await?;
        let report = report.ok_or(AccountError::NotFound)?;
        let entry = AuditEntry::new(&by, action);
        writing.record(&AuditEntry { subject: Some(&report.author), ..entry }).await?;
        writing.commit().await?;
        Ok(report)
    }
}

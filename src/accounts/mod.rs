//! Who has an account, and what people do to their own and to others'.
//!
//! Everything here is checked against [`access`](crate::access) in its turn, done in one transaction with its
//! line in the audit, put into the [`Directory`] in the order of the commits, and then told to the `ChatServer`,
//! which ends or changes the sessions that it concerns.

mod bans;
mod bots;
mod device;
mod directory;
mod entry;
mod error;
mod guests;
mod links;
mod management;
mod mentions;
mod own;
mod picture;
mod settings;
mod touches;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock, Weak};

use actix::Recipient;
use parking_lot::RwLock;
use tokio::sync::Semaphore;

pub use bans::NewBan;
use bans::Suspects;
pub use bots::NewBot;
pub use device::device_name;
pub use directory::{Directory, People};
pub use entry::{Claim, Entered, Registration};
pub use error::AccountError;
pub use guests::{Guests, SeenGuest};
pub use links::{InviteTerms, MadeInvite, MadeLink};
pub use management::AccountsPage;
pub use own::ProfileChange;
pub use settings::{Settings, SignUp};
use touches::{Touches, WRITTEN_EVERY};

use crate::access::{Role, ServerAction, decide_on_server, powers};
use crate::auth::{KnownDevice, Passwords, Secret, Signer, Throttle, TokenHash, TokenKind};
use crate::chat::Reserved;
use crate::chat::messages::PersonChanged;
use crate::config::Config;
use crate::domain::{Millis, SignInId, User, UserId, now};
use crate::store::{Account, Avatar, Exile, Store, Turn, Writing};

const MINUTE: Millis = 60 * 1000;
const DAY: Millis = 24 * 60 * MINUTE;

/// How long a sign-in lasts that is not used.
const SIGN_IN_LASTS: Millis = 90 * DAY;

/// How old the last use of a sign-in is before it is noted again.
const TOUCHED_EVERY: Millis = MINUTE;

/// See the module; clones share everything.
#[derive(Clone)]
pub struct Accounts(Arc<Shared>);

struct Shared {
    store: Store,
    signer: Arc<Signer>,
    directory: Directory,
    guests: Guests,
    suspects: Suspects,
    settings: RwLock<Settings>,
    passwords: Passwords,
    throttle: Throttle,
    /// Pictures are decoded one at a time, as each may take much memory.
    pictures: Arc<Semaphore>,
    /// By which the first owner comes; only until there is one.
    claim: Option<TokenHash>,
    /// The most accounts.
    limit: usize,
    /// Whether the configuration lets guests in.
    guests_allowed: bool,
    touches: Touches,
    told: OnceLock<Recipient<PersonChanged>>,
}

/// Whoever asks, by the token of their account.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub account: Arc<Account>,
    pub sign_in: SignInId,
}

/// From where somebody comes.
#[derive(Debug, Clone)]
pub struct Visit {
    pub address: IpAddr,
    /// What to call the device; see [`device_name`].
    pub device: String,
    /// The account that was signed in on it before.
    pub known: Option<KnownDevice>,
}

impl Accounts {
    /// Reads all accounts, and forgets the sign-ins and links that are over. While there is no owner, the token comes with it by which to become one.
    pub async fn start(
        store: Store,
        signer: Arc<Signer>,
        config: &Config,
    ) -> Result<(Self, Option<Secret>), AccountError> {
        let mut writing = store.begin().await?;
        writing.forget_what_is_over(now()).await?;
        writing.commit().await?;
        let directory = Directory::new(store.accounts().await?);
        let settings = Settings::from_stored(&store.settings().await?, &config.server.name);
        let suspects = Suspects::new(&store.bans(None, u32::MAX, now()).await?);
        let claim = (!directory.has_owner()).then(|| Secret::token(TokenKind::Link));
        let shared = Shared {
            store,
            signer,
            directory,
            guests: Guests::default(),
            suspects,
            settings: RwLock::new(settings),
            passwords: Passwords::default(),
            throttle: Throttle::new(config.limits.sign_ins_per_minute),
            pictures: Arc::new(Semaphore::new(1)),
            claim: claim.as_ref().map(Secret::hash),
            limit: config.limits.accounts,
            guests_allowed: config.access.guests,
            touches: Touches::default(),
            told: OnceLock::new(),
        };
        let shared = Arc::new(shared);
        tokio::spawn(keep_touches(Arc::downgrade(&shared)));
        Ok((Self(shared), claim))
    }

    /// Answers whether the key of a name is that of an account, for as long as there are accounts.
    pub fn reserved_names(&self) -> Reserved {
        // What is told of changes would otherwise live for as long as it can ask.
        let shared = Arc::downgrade(&self.0);
        Box::new(move |key| {
            shared.upgrade().is_some_and(|shared| shared.directory.by_key(key).is_some())
        })
    }

    /// Whom to tell of changes from now on.
    pub fn tell(&self, told: Recipient<PersonChanged>) {
        // Only the first one is told; there is but one server.
        let _ = self.0.told.set(told);
    }

    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// The guests who were here lately. Whoever lets one in notes them.
    pub fn guests(&self) -> &Guests {
        &self.0.guests
    }

    pub fn settings(&self) -> Settings {
        self.0.settings.read().clone()
    }

    /// Whether guests may be here: if both the configuration and the owner let them.
    pub fn admits_guests(&self) -> bool {
        self.0.guests_allowed && self.0.settings.read().guests
    }

    /// Takes the turn to write for somebody who may do something, with who they are by then. While they
    /// waited, their sign-in may have ended and their role be another one: what they were allowed before
    /// counts for nothing here, and only spares work.
    async fn begin(
        &self,
        who: &SignedIn,
        action: ServerAction,
    ) -> Result<(Writing, SignedIn), AccountError> {
        allow(who.account.role, action)?;
        let mut writing = self.0.store.begin().await?;
        let (id, now) = (who.account.id, now());
        if !writing.holds_sign_in(id, who.sign_in, now).await? {
            return Err(AccountError::NotSignedIn);
        }
        let exile = Exile { user: id, address: None };
        if let Some(ban) = writing.find_ban(None, exile, now).await? {
            return Err(AccountError::Banned { until: ban.until });
        }
        let account = self.directory().account(id).ok_or(AccountError::NotSignedIn)?;
        allow(account.role, action)?;
        Ok((writing, SignedIn { account, sign_in: who.sign_in }))
    }

    /// Whose token it is, if it holds, and they may be here.
    pub async fn authenticate(&self, token: &Secret) -> Result<SignedIn, AccountError> {
        if !TokenKind::is_of_account(token.reveal()) {
            return Err(AccountError::NotSignedIn);
        }
        let now = now();
        let found = self.0.store.find_sign_in(&token.hash(), now).await?;
        let found = found.ok_or(AccountError::NotSignedIn)?;
        let account = self.directory().account(found.account).ok_or(AccountError::NotSignedIn)?;
        self.check_ban(account.id, None).await?;
        if found.last_used_at + TOUCHED_EVERY < now {
            self.0.touches.note(found.id);
        }
        Ok(SignedIn { account, sign_in: found.id })
    }

    /// The guest of a token, if they may be here.
    pub async fn authenticate_guest(
        &self,
        token: &Secret,
        address: IpAddr,
    ) -> Result<User, AccountError> {
        let guest = self.0.signer.verify_guest(token.reveal());
        let guest = guest.map_err(|_| AccountError::NotSignedIn)?;
        self.check_guest(&guest, address).await?;
        self.guests().note(&guest, address);
        Ok(guest)
    }

    /// Whether somebody may be here as a guest: guests are let in, their id has no account, their name is
    /// no account's, and they are not kept out.
    pub async fn check_guest(&self, guest: &User, address: IpAddr) -> Result<(), AccountError> {
        if !self.admits_guests() {
            Err(AccountError::GuestsOff)
        } else if self.directory().account(guest.id).is_some() {
            Err(AccountError::GuestTokenInvalid)
        } else if self.directory().by_key(&guest.name.key()).is_some() {
            Err(AccountError::NameTaken)
        } else {
            self.check_ban(guest.id, Some(address)).await
        }
    }

    /// What somebody says about themselves.
    pub async fn about(&self, account: UserId) -> Result<String, AccountError> {
        let profile = self.0.store.profile(account).await?;
        Ok(profile.map(|profile| profile.about).unwrap_or_default())
    }

    /// Somebody's picture.
    pub async fn avatar(&self, account: UserId) -> Result<Avatar, AccountError> {
        self.0.store.avatar(account).await?.ok_or(AccountError::NotFound)
    }

    /// Somebody's account, which is there.
    pub fn person(&self, id: UserId) -> Result<Arc<Account>, AccountError> {
        self.directory().account(id).ok_or(AccountError::PersonUnknown)
    }

    /// Tells of what was written, in its turn, so that the newest is told last. The answer comes when it
    /// holds for all of their sessions.
    async fn announce(&self, turn: Turn, changes: Vec<PersonChanged>) {
        let Some(told) = self.0.told.get() else { return };
        // Into the mailbox at once, as what is written next must come behind it. Each has a sender of its
        // own: one that is shared may have to wait while the mailbox is full, and would after the turn.
        let sent: Vec<_> = changes.into_iter().map(|change| told.clone().send(change)).collect();
        drop(turn);
        for sent in sent {
            if sent.await.is_err() {
                log::debug!("nobody is there any more to be told of a change");
            }
        }
    }

    fn changed_profile(&self, account: &Account) -> PersonChanged {
        let (role, avatar) = (account.role, account.avatar.clone());
        let may = powers(role, self.settings().create_rooms);
        PersonChanged::Profile { user: user_of(account), role, avatar, may }
    }
}

fn taken_name(account: &Account) -> PersonChanged {
    PersonChanged::NameTaken { account: account.id, key: account.name.key() }
}

fn ended(user: UserId, only: Option<SignInId>, except: Option<SignInId>) -> PersonChanged {
    PersonChanged::SignedOut { user, only, except }
}

/// Writes down every few seconds which sign-ins were used, for as long as anybody uses any.
async fn keep_touches(shared: Weak<Shared>) {
    loop {
        tokio::time::sleep(WRITTEN_EVERY).await;
        let Some(shared) = shared.upgrade() else { return };
        Accounts(shared).write_touches().await;
    }
}

fn allow(role: Role, action: ServerAction) -> Result<(), AccountError> {
    Ok(decide_on_server(role, action)?)
}

/// Whether a text is one that can be kept: neither too long nor with what cannot be seen.
fn check_text(field: &'static str, text: &str, chars: usize) -> Result<(), AccountError> {
    if text.chars().count() > chars {
        Err(AccountError::Field { field, why: "it is too long" })
    } else if text.chars().any(|c| c.is_control() && c != '\n') {
        Err(AccountError::Field { field, why: "it has a character that cannot be seen" })
    } else {
        Ok(())
    }
}

/// As a user is shown.
fn user_of(account: &Account) -> User {
    User { id: account.id, name: account.name.clone() }
}

/// An address as it is kept.
fn shown(address: IpAddr) -> String {
    address.to_canonical().to_string()
}

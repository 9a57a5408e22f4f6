//! Programs with an account: a token instead of a password.

use std::sync::Arc;

use super::{AccountError, Accounts, SignedIn, Visit, allow, ended, shown, taken_name, user_of};
use crate::access::{Role, ServerAction};
use crate::auth::{Secret, TokenKind};
use crate::domain::{SignInId, UserId, UserName, now};
use crate::store::{Account, AuditAction, AuditEntry, Inserted, NewSignIn, Writing};

/// A bot and its token, which is known only now.
#[derive(Debug)]
pub struct NewBot {
    pub account: Arc<Account>,
    pub token: Secret,
}

impl Accounts {
    pub async fn create_bot(
        &self,
        who: &SignedIn,
        name: &str,
        visit: &Visit,
    ) -> Result<NewBot, AccountError> {
        allow(who.account.role, ServerAction::Bots)?;
        let name = UserName::parse(name)?;
        let bot = Account { id: UserId::random(), name, role: Role::Bot, avatar: None };
        let (mut writing, who) = self.begin(who, ServerAction::Bots).await?;
        let (by, subject) = (user_of(&who.account), user_of(&bot));
        self.check_free(bot.id, &bot.name)?;
        if writing.insert_account(&bot, None, now()).await? != Inserted::Yes {
            return Err(AccountError::NameTaken);
        }
        let token = begin(&mut writing, bot.id, visit).await?;
        let entry = AuditEntry::new(&by, AuditAction::BotCreated);
        writing.record(&AuditEntry { subject: Some(&subject), ..entry }).await?;
        let turn = writing.commit().await?;
        let account = self.directory().put(bot);
        self.announce(turn, vec![taken_name(&account)]).await;
        Ok(NewBot { account, token })
    }

    /// Gives a bot another token; the one before is none any more.
    pub async fn renew_bot_token(
        &self,
        who: &SignedIn,
        bot: UserId,
        visit: &Visit,
    ) -> Result<Secret, AccountError> {
        let (mut writing, who) = self.begin(who, ServerAction::Bots).await?;
        let bot = self.person(bot)?;
        if bot.role != Role::Bot {
            return Err(AccountError::PersonUnknown);
        }
        let (by, subject) = (user_of(&who.account), user_of(&bot));
        writing.delete_sign_ins(bot.id, None).await?;
        let token = begin(&mut writing, bot.id, visit).await?;
        let entry = AuditEntry::new(&by, AuditAction::BotTokenRenewed);
        writing.record(&AuditEntry { subject: Some(&subject), ..entry }).await?;
        let turn = writing.commit().await?;
        self.announce(turn, vec![ended(bot.id, None, None)]).await;
        Ok(token)
    }
}

/// A token that lasts until it is renewed.
async fn begin(writing: &mut Writing, bot: UserId, visit: &Visit) -> Result<Secret, AccountError> {
    let token = Secret::token(TokenKind::Bot);
    let sign_in = NewSignIn {
        id: SignInId::random(),
        account: bot,
        token: &token.hash(),
        device: "Token",
        address: &shown(visit.address),
        now: now(),
        expires_at: None,
    };
    writing.insert_sign_in(&sign_in).await?;
    Ok(token)
}

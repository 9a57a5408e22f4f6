//! One actor for each connection: says who it is, checks and limits what it sends, hands commands to
//! the `ChatServer`, and tells the client what came of them.
//!
//! The same actor serves both dresses of the wire; what differs is in [`link`] (out) and [`input`] (in).

mod commands;
mod entrance;
mod gate;
mod identity;
mod input;
mod limits;
mod link;
mod room_commands;
mod sync;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;

use crate::access::Role;
use crate::accounts::Accounts;
use crate::auth::Signer;
use crate::chat::messages::Disconnect;
use crate::chat::{Attach, ChatServer, Clock, Detach, Dismissal, Rates, Relay};
use crate::config::Config;
use crate::domain::{SessionId, User};
use crate::rooms::Registry;
use crate::socketio::engine::outbox::Hold;
use crate::socketio::engine::websocket::CloseCode;
use crate::store::{Room, Store};
use crate::views;
use crate::wire::{Command, ErrorCode, Failure, Identity};

use commands::Caller;
use entrance::Entered;
use gate::Gate;
pub use identity::Visitor;
pub use input::{Input, plain, socket_io};
use limits::RateLimits;
pub use limits::{Admission, PerAddress};
pub use link::{Dress, Link};

/// What all sessions of a worker thread share.
pub struct Services {
    pub config: Config,
    pub server: Addr<ChatServer>,
    pub relay: Addr<Relay>,
    pub store: Store,
    pub signer: Arc<Signer>,
    pub rooms: Registry,
    /// How much one person may ask over HTTP.
    pub requests: Arc<Rates>,
    /// By which it is noted when something was read from the store.
    pub clock: Clock,
    /// Where guests begin; of its numbers only the ids are right.
    pub lobby: Room,
    pub accounts: Accounts,
}

/// See the module.
pub struct Session {
    id: SessionId,
    link: Link,
    services: Rc<Services>,
    limits: RateLimits,
    gate: Gate,
    phase: Phase,
    /// Whether the client has said who it is before, rightly or wrongly.
    has_tried: bool,
    visitor: Visitor,
    /// Counts as long as the session lives.
    _admission: Option<Admission>,
}

enum Phase {
    /// The client has to say who it is before the timeout.
    Waiting {
        timeout: SpawnHandle,
    },
    Connecting {
        timeout: SpawnHandle,
        entering: SpawnHandle,
    },
    Connected {
        user: User,
        role: Role,
    },
    /// The server has ended it.
    Dismissed,
}

impl Session {
    /// Starts a session on the current worker thread; `input` is what its client sends.
    pub fn start<S>(
        link: Link,
        input: S,
        services: Rc<Services>,
        visitor: Visitor,
        admission: Option<Admission>,
    ) where
        S: futures_util::Stream<Item = Input> + 'static,
    {
        let gate = Gate::default();
        Self::create(|ctx| {
            ctx.add_stream(gate.guard(input));
            let timeout = wait_for_identity(services.config.engine.connect_timeout(), ctx);
            Self {
                id: SessionId::random(),
                link,
                limits: RateLimits::new(&services.config.limits),
                services,
                gate,
                phase: Phase::Waiting { timeout },
                has_tried: false,
                visitor,
                _admission: admission,
            }
        });
    }

    fn connect(&mut self, identity: Result<Identity, Failure>, ctx: &mut Context<Self>) {
        let Phase::Waiting { timeout } = self.phase else {
            log::debug!("sid={} connects again", self.id);
            return;
        };
        // The first time is free.
        let again = std::mem::replace(&mut self.has_tried, true);
        let allowed = if again { self.limits.check("connect") } else { Ok(()) };
        match allowed.and(identity) {
            Ok(identity) => {
                self.link.set_recoverable(identity.recovery.unwrap_or(true));
                self.attach(ctx);
                // What happens in the rooms meanwhile comes after the welcome.
                let hold = self.link.hold();
                let services = Rc::clone(&self.services);
                let (link, visitor) = (self.link.clone(), self.visitor.clone());
                let entered = entrance::enter(services, link, self.id, identity, visitor);
                let entering =
                    ctx.spawn(entered.into_actor(self).map(move |entered, session, ctx| {
                        session.connected(entered, hold, ctx);
                    }));
                self.phase = Phase::Connecting { timeout, entering };
            }
            Err(failure) => self.link.refuse(failure),
        }
    }

    fn connected(
        &mut self,
        entered: Result<Entered, Failure>,
        hold: Hold,
        ctx: &mut Context<Self>,
    ) {
        let Phase::Connecting { timeout, .. } = self.phase else { return };
        match entered {
            Ok(entered) => {
                ctx.cancel_future(timeout);
                self.phase = Phase::Connected { user: entered.user.clone(), role: entered.role };
                log::debug!("sid={} is user {}", self.id, entered.user.id);
                entered.tell(self.id, &self.link, &self.services);
            }
            Err(failure) => {
                self.begin_anew(ctx);
                self.phase = Phase::Waiting { timeout };
                self.link.refuse(failure);
            }
        }
        drop(hold);
    }

    /// The client leaves the chat and keeps its connection. If it comes back, that is a new session.
    fn disconnect(&mut self, ctx: &mut Context<Self>) {
        match self.phase {
            Phase::Waiting { timeout } => ctx.cancel_future(timeout),
            Phase::Connecting { timeout, entering } => {
                ctx.cancel_future(timeout);
                // Otherwise it could come in after it has left, and would never leave again.
                ctx.cancel_future(entering)
            }
            Phase::Connected { .. } => false,
            Phase::Dismissed => return,
        };
        self.begin_anew(ctx);
        let timeout = self.services.config.engine.connect_timeout();
        self.phase = Phase::Waiting { timeout: wait_for_identity(timeout, ctx) };
    }

    /// Ends the session in the chat; what the client does next is done by another one.
    fn begin_anew(&mut self, ctx: &mut Context<Self>) {
        self.detach();
        self.id = SessionId::random();
        self.attach(ctx);
    }

    fn attach(&self, ctx: &mut Context<Self>) {
        let outlet = Box::new(link::SessionOutlet::new(self.link.clone(), ctx.address()));
        self.services.relay.do_send(Attach { session: self.id, outlet });
    }

    fn detach(&self) {
        self.services.relay.do_send(Detach { session: self.id });
        if !matches!(self.phase, Phase::Waiting { .. }) {
            self.services.server.do_send(Disconnect { session: self.id });
        }
    }

    fn command(&mut self, event: &str, data: Option<&str>, ack: Option<u64>) {
        let parsed = self.limits.check(event).and_then(|()| match &self.phase {
            Phase::Connected { user, role } => {
                Ok((Command::parse(event, data)?, user.clone(), *role))
            }
            _ => Err(Failure::new(ErrorCode::NotConnected, "Wait for \"welcome\" first.")),
        });
        match parsed {
            Ok((command, user, role)) => {
                let link = self.link.clone();
                let services = Rc::clone(&self.services);
                let session = self.id;
                // They ask the database first, and are done for what follows.
                let permit = match command {
                    Command::Join(_) | Command::Leave(_) | Command::Room(_) => {
                        self.gate.enter_last()
                    }
                    _ => self.gate.enter(),
                };
                Caller { session, user, role, link, ack, services, _permit: permit }.run(command);
            }
            Err(failure) => self.refuse(failure, ack),
        }
    }

    fn refuse(&self, failure: Failure, ack: Option<u64>) {
        log::debug!("sid={} is refused: {failure}", self.id);
        self.link.answer::<()>(ack, Err(failure));
    }
}

fn wait_for_identity(time: Duration, ctx: &mut Context<Session>) -> SpawnHandle {
    ctx.run_later(time, |session, _| session.link.close_unidentified())
}

impl Actor for Session {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.attach(ctx);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.detach();
        self.link.end();
    }
}

impl StreamHandler<Input> for Session {
    fn handle(&mut self, input: Input, ctx: &mut Self::Context) {
        match input {
            Input::Connect(identity) => self.connect(identity, ctx),
            Input::Disconnect => self.disconnect(ctx),
            Input::Command { event, data, ack } => self.command(&event, data.as_deref(), ack),
            Input::Unreadable { failure, ack } => {
                let failure = self.limits.check("").err().unwrap_or(failure);
                self.refuse(failure, ack);
            }
        }
    }
}

/// The server ends the session. What the client was promised an answer to is answered first.
#[derive(Message)]
#[rtype(result = "()")]
struct Farewell(Dismissal);

impl Handler<Farewell> for Session {
    type Result = ();

    fn handle(&mut self, Farewell(why): Farewell, ctx: &mut Self::Context) {
        let code = if why == Dismissal::Restart {
            CloseCode::Away
        } else {
            self.phase = Phase::Dismissed;
            CloseCode::Policy
        };
        ctx.spawn(self.gate.emptied().into_actor(self).map(move |(), session, _| {
            session.link.say_bye(views::dismissal(why), code);
        }));
    }
}

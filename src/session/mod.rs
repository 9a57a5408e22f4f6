//! One actor for each connection: says who it is, checks and limits what it sends, hands commands to
//! the `ChatServer`, and tells the client what came of them.
//!
//! The same actor serves both dresses of the wire; what differs is in [`link`] (out) and [`input`] (in).

mod commands;
mod gate;
mod input;
mod limits;
mod link;

use std::rc::Rc;
use std::time::Duration;

use actix::prelude::*;

use crate::auth::Signer;
use crate::chat::messages::{Connect, Disconnect, Welcome};
use crate::chat::{Attach, ChatServer, Detach, JoinError, Relay};
use crate::config::Config;
use crate::domain::{SessionId, User, UserId, UserName};
use crate::socketio::engine::outbox::Hold;
use crate::socketio::engine::websocket::CloseCode;
use crate::store::Store;
use crate::wire::{self, Command, ErrorCode, Failure, Identity};

use commands::Caller;
use gate::Gate;
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
    pub signer: Signer,
}

/// See the module.
pub struct Session {
    id: SessionId,
    link: Link,
    services: Rc<Services>,
    limits: RateLimits,
    gate: Gate,
    phase: Phase,
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
    },
    Connected,
}

impl Session {
    /// Starts a session on the current worker thread; `input` is what its client sends.
    pub fn start<S>(link: Link, input: S, services: Rc<Services>, admission: Option<Admission>)
    where
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
                _admission: admission,
            }
        });
    }

    fn connect(&mut self, identity: Result<Identity, Failure>, ctx: &mut Context<Self>) {
        let Phase::Waiting { timeout } = self.phase else {
            log::debug!("sid={} connects again", self.id);
            return;
        };
        match identity.and_then(|identity| self.identify(identity)) {
            Ok(user) => {
                self.phase = Phase::Connecting { timeout };
                // What happens in the lobby meanwhile comes after the welcome.
                let hold = self.link.hold();
                let (session, relay) = (self.id, self.services.relay.clone());
                let connect = self.services.server.send(Connect { session, user, relay });
                ctx.spawn(connect.into_actor(self).map(|result, session, ctx| {
                    session.connected(result, hold, ctx);
                }));
            }
            Err(failure) => self.link.refuse(failure),
        }
    }

    /// The person that an identity stands for.
    fn identify(&self, identity: Identity) -> Result<User, Failure> {
        if !self.services.config.access.guests {
            return Err(Failure::new(ErrorCode::GuestsOff, "This server does not admit guests."));
        }
        let known = identity.token.map(|token| self.services.signer.verify(&token)).transpose();
        let known = known.map_err(|_| {
            Failure::new(
                ErrorCode::TokenInvalid,
                "The token was not made by this server. Connect without it.",
            )
        })?;
        let wanted = identity.name.map(|name| UserName::parse(&name)).transpose();
        let wanted = wanted
            .map_err(|error| Failure::new(ErrorCode::NameInvalid, sentence(&error.to_string())))?;
        match (known, wanted) {
            (Some(known), None) => Ok(known),
            (Some(known), Some(name)) => Ok(User { id: known.id, name }),
            (None, Some(name)) => Ok(User { id: UserId::random(), name }),
            (None, None) => {
                Err(Failure::new(ErrorCode::NameInvalid, "Say who you are: a \"name\" is missing."))
            }
        }
    }

    fn connected(
        &mut self,
        result: Result<Result<Welcome, JoinError>, MailboxError>,
        hold: Hold,
        ctx: &mut Context<Self>,
    ) {
        let Phase::Connecting { timeout } = self.phase else { return };
        let Ok(Ok(welcome)) = result else {
            self.phase = Phase::Waiting { timeout };
            self.link.refuse(commands::internal());
            return;
        };
        ctx.cancel_future(timeout);
        self.phase = Phase::Connected;
        let config = &self.services.config;
        self.link.accept(
            self.id,
            &wire::Welcome {
                user: (&welcome.user).into(),
                rooms: welcome.rooms.iter().map(commands::room).collect(),
                server: wire::Server {
                    name: &config.server.name,
                    version: env!("CARGO_PKG_VERSION"),
                    limits: wire::Limits { message_bytes: config.limits.message_bytes },
                },
                token: &self.services.signer.sign(&welcome.user),
            },
        );
        drop(hold);
        log::debug!("sid={} is user {}", self.id, welcome.user.id);
    }

    /// The client leaves the chat and keeps its connection. If it comes back, that is a new session.
    fn disconnect(&mut self, ctx: &mut Context<Self>) {
        self.detach();
        self.id = SessionId::random();
        self.attach(ctx);
        let timeout = self.services.config.engine.connect_timeout();
        self.phase = Phase::Waiting { timeout: wait_for_identity(timeout, ctx) };
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
        let parsed = match self.phase {
            Phase::Connected => Command::parse(event, data),
            _ => Err(Failure::new(ErrorCode::NotConnected, "Wait for \"welcome\" first.")),
        };
        let allowed = parsed.and_then(|command| {
            self.limits.check(&command)?;
            Ok(command)
        });
        match allowed {
            Ok(command) => {
                let link = self.link.clone();
                let services = Rc::clone(&self.services);
                Caller { session: self.id, link, ack, services, _permit: self.gate.enter() }
                    .run(command);
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
    ctx.run_later(time, |session, _| session.link.close(CloseCode::Policy))
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
            Input::Unreadable { failure, ack } => self.refuse(failure, ack),
        }
    }
}

/// The server stops. What the client was promised an answer to is answered first.
#[derive(Message)]
#[rtype(result = "()")]
struct Farewell;

impl Handler<Farewell> for Session {
    type Result = ();

    fn handle(&mut self, _: Farewell, ctx: &mut Self::Context) {
        ctx.spawn(self.gate.emptied().into_actor(self).map(|(), session, _| {
            let why = "The server restarts. Come back after a moment.";
            session.link.say_bye(Failure::new(ErrorCode::Restart, why), CloseCode::Away);
        }));
    }
}

/// An error's words as people write a sentence.
fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

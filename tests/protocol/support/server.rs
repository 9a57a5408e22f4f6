use std::net::SocketAddr;
use std::time::Duration;

use actix::prelude::*;
use actix_web::{HttpRequest, web};
use stonechat::socketio::engine::{Bounds, Connection, Engine, outbox};
use stonechat::socketio::{self, Args, Event, Rules, Socket};

use super::workers::Workers;

pub const MAX_PAYLOAD: usize = 10_000;

pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A server on a free port that says back what it is told.
pub struct Server(Workers);

impl Server {
    /// Pings come so rarely that no test sees one: what ends a session there is not the heartbeat.
    pub async fn start() -> Self {
        Self::start_with(Duration::from_secs(25), Duration::from_secs(20)).await
    }

    pub async fn start_with(ping_interval: Duration, ping_timeout: Duration) -> Self {
        let engine = Engine::new(Bounds {
            max_payload: MAX_PAYLOAD,
            outbox: outbox::Limit { frames: 100, bytes: 10 * MAX_PAYLOAD },
            ping_interval,
            ping_timeout,
            request_timeout: Duration::from_secs(1),
        });
        let serve = move |request: HttpRequest, payload| {
            let engine = engine.clone();
            async move { engine.serve(&request, payload, Handler::open).await }
        };
        let mount = move |app: &mut web::ServiceConfig| {
            app.route("/socket.io/", web::to(serve.clone()));
        };
        Self(Workers::start(mount).await)
    }

    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }

    pub fn url(&self, query: &str) -> String {
        format!("http://{}/socket.io/?EIO=4&{query}", self.address())
    }
}

/// One client's side of the server.
struct Handler(Socket);

impl Handler {
    fn open(connection: Connection) {
        let rules = Rules {
            namespaces: &["/", "/custom"],
            connect_timeout: CONNECT_TIMEOUT,
            max_payload: MAX_PAYLOAD,
        };
        let (events, socket) = socketio::open(connection, &rules);
        Self::create(|ctx| {
            ctx.add_stream(events);
            Self(socket)
        });
    }
}

impl Actor for Handler {
    type Context = Context<Self>;
}

impl StreamHandler<Event> for Handler {
    fn handle(&mut self, event: Event, _: &mut Self::Context) {
        match event {
            Event::Connect { namespace, .. } => self.0.accept(&namespace, r#"{"sid":"x"}"#),
            Event::Said { namespace, args, ack: Some(number), .. } => {
                self.0.answer(&namespace, number, args);
            }
            Event::Said { namespace, name, args, ack: None } => match &*name {
                "ask me" => self.0.ask(&namespace, "question", args, 7),
                "send me away" => {
                    for word in [r#""fare""#, r#""well""#] {
                        let args = Args { values: vec![word.into()], attachments: vec![] };
                        self.0.emit(&namespace, "word", args);
                    }
                    self.0.close();
                }
                name => self.0.emit(&namespace, name, args),
            },
            Event::Answered { namespace, number, args } => {
                self.0.emit(&namespace, &format!("answer {number}"), args);
            }
            Event::Disconnect { .. } => {}
        }
    }
}

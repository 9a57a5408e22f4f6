//! A server that says back what it is told: on Socket.IO at `/socket.io/`, on Engine.IO alone at
//! `/engine.io/`, and on plain WebSocket at `/echo`.
//!
//! It is how any Actix actor speaks Socket.IO, and what the protocols' published test suites run against:
//!
//!     cargo run --release --example echo

use std::time::Duration;

use actix::prelude::*;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use bytestring::ByteString;
use stonechat::socketio::engine::tcp;
use stonechat::socketio::engine::websocket::{self, Accepted};
use stonechat::socketio::engine::{Bounds, Connection, Engine, Message, Outbox, outbox};
use stonechat::socketio::{self, Args, Event, Rules, Socket};
use uuid::Uuid;

const ADDRESS: (&str, u16) = ("127.0.0.1", 3000);

/// The settings that the test suites expect.
fn bounds() -> Bounds {
    Bounds {
        max_payload: 1_000_000,
        outbox: outbox::Limit { frames: 10_000, bytes: 64 << 20 },
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_millis(200),
        request_timeout: Duration::from_secs(5),
    }
}

/// One Socket.IO client.
struct Echo {
    socket: Socket,
}

impl Echo {
    fn open(connection: Connection) {
        let rules = Rules {
            namespaces: &["/", "/custom"],
            connect_timeout: Duration::from_secs(1),
            max_payload: bounds().max_payload,
        };
        let (events, socket) = socketio::open(connection, &rules);
        Self::create(|ctx| {
            ctx.add_stream(events);
            Self { socket }
        });
    }
}

impl Actor for Echo {
    type Context = Context<Self>;
}

impl StreamHandler<Event> for Echo {
    fn handle(&mut self, event: Event, _: &mut Self::Context) {
        match event {
            Event::Connect { namespace, auth } => {
                self.socket.accept(&namespace, &format!("{{\"sid\":\"{}\"}}", Uuid::new_v4()));
                let auth = auth.unwrap_or(ByteString::from_static("{}"));
                let args = Args { values: vec![auth], attachments: vec![] };
                self.socket.emit(&namespace, "auth", args);
            }
            Event::Said { namespace, name, args, ack } => match (&*name, ack) {
                ("message", _) => self.socket.emit(&namespace, "message-back", args),
                ("message-with-ack", Some(number)) => self.socket.answer(&namespace, number, args),
                ("ask-me", _) => self.socket.ask(&namespace, "question", args, 1),
                _ => {}
            },
            Event::Answered { namespace, args, .. } => {
                self.socket.emit(&namespace, "answered", args);
            }
            Event::Disconnect { .. } => {}
        }
    }
}

/// One client of the engine alone.
struct EngineEcho {
    outbox: Outbox,
}

impl EngineEcho {
    fn open(connection: Connection) {
        Self::create(|ctx| {
            ctx.add_stream(connection.incoming);
            Self { outbox: connection.outbox }
        });
    }
}

impl Actor for EngineEcho {
    type Context = Context<Self>;
}

impl StreamHandler<Message> for EngineEcho {
    fn handle(&mut self, message: Message, _: &mut Self::Context) {
        self.outbox.send(message);
    }
}

/// One client of plain WebSocket.
struct WebSocketEcho {
    outbox: Outbox,
}

impl Actor for WebSocketEcho {
    type Context = Context<Self>;
}

impl StreamHandler<websocket::Message> for WebSocketEcho {
    fn handle(&mut self, message: websocket::Message, _: &mut Self::Context) {
        self.outbox.push(match message {
            websocket::Message::Text(text) => websocket::text_frame(&text),
            websocket::Message::Binary(bytes) => websocket::binary_frame(bytes),
            websocket::Message::Pong => return,
        });
    }
}

async fn echo(request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let bounds = Bounds { max_payload: 32 << 20, ..bounds() };
    match Engine::new(bounds).accept(&request, payload) {
        Ok(Accepted { response, messages, outbox }) => {
            WebSocketEcho::create(|ctx| {
                ctx.add_stream(messages);
                WebSocketEcho { outbox }
            });
            response
        }
        Err(refusal) => refusal.response(),
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    env_logger::init();
    let (socket_io, engine_io) = (Engine::new(bounds()), Engine::new(bounds()));
    let server = HttpServer::new(move || {
        let (socket_io, engine_io) = (socket_io.clone(), engine_io.clone());
        App::new()
            .route("/echo", web::get().to(echo))
            .route(
                "/socket.io/",
                web::to(move |request: HttpRequest, payload| {
                    let engine = socket_io.clone();
                    async move { engine.serve(&request, payload, Echo::open).await }
                }),
            )
            .route(
                "/engine.io/",
                web::to(move |request: HttpRequest, payload| {
                    let engine = engine_io.clone();
                    async move { engine.serve(&request, payload, EngineEcho::open).await }
                }),
            )
    })
    .tcp_nodelay(true)
    .on_connect(tcp::Socket::remember)
    .bind(ADDRESS)?;
    println!("Echoing at http://{}:{}", ADDRESS.0, ADDRESS.1);
    server.run().await
}

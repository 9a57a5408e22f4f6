//! Engine.IO protocol 4: what carries messages over a connection and notices when it is gone.
//!
//! [`Engine::serve`] answers the requests to one path. For each new session it hands out a
//! [`Connection`]: a stream of what the client says, and an [`Outbox`] for what it is told. Which
//! transport carries them, and that it may change on the way, is not seen above.
//!
//! Source: socketio/socket.io, `docs/engine.io-protocol/v4-current.md`.

pub mod handshake;
pub mod heartbeat;
mod incoming;
pub mod outbox;
pub mod packet;
pub mod payload;
mod polling;
mod session;
pub mod tcp;
mod upgrade;
pub mod websocket;

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use handshake::{Query, Refusal, Transport};
pub use incoming::Incoming;
pub use outbox::Outbox;
pub use packet::Message;
use session::{Session, Sessions};
use websocket::{Accepted, text_frame};

/// What a connection may do and for how long.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// The largest message from a client, and the largest body of HTTP long-polling both ways, in bytes.
    pub max_payload: usize,
    pub outbox: outbox::Limit,
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
    /// How long the body of a request may take to come in.
    pub request_timeout: Duration,
}

/// A new session, for the layer above.
pub struct Connection {
    pub incoming: Incoming,
    pub outbox: Outbox,
}

/// The sessions of one path; clones share them. One serves all worker threads, since the requests of
/// HTTP long-polling come to any of them.
#[derive(Clone)]
pub struct Engine {
    bounds: Arc<Bounds>,
    sessions: Arc<Sessions>,
    /// WebSockets that are open.
    connections: TaskTracker,
}

impl Engine {
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds: Arc::new(bounds), sessions: Arc::default(), connections: TaskTracker::new() }
    }

    /// Answers a WebSocket handshake without the engine's protocol on top.
    pub fn accept(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<Accepted, Refusal> {
        websocket::accept(request, payload, &self.bounds, &self.connections)
    }

    /// Waits until all WebSockets have ended, as those do that are told to.
    pub async fn emptied(&self) {
        self.connections.close();
        self.connections.wait().await;
    }

    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Answers a request. If it begins a session, `open` gets it, on this thread.
    pub async fn serve(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
        open: impl FnOnce(Connection),
    ) -> HttpResponse {
        let answered = match Query::of(request) {
            Err(refusal) => Err(refusal),
            Ok(Query { transport, sid: Some(sid), .. }) => match self.sessions.find(&sid) {
                None => Err(Refusal::SessionUnknown),
                Some(session) => self.go_on(request, payload, transport, session).await,
            },
            Ok(query) => self.begin(request, payload, &query, open),
        };
        answered.unwrap_or_else(Refusal::response)
    }

    fn begin(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
        query: &Query,
        open: impl FnOnce(Connection),
    ) -> Result<HttpResponse, Refusal> {
        if request.method() != Method::GET {
            return Err(Refusal::BadMethod);
        }
        if query.protocol.as_deref() != Some("4") {
            return Err(Refusal::UnsupportedVersion);
        }
        let sid = Uuid::new_v4();
        let greeting = handshake::open_packet(sid, query.transport, &self.bounds);
        match query.transport {
            Transport::WebSocket => {
                let accepted = self.accept(request, payload)?;
                let outbox = accepted.outbox;
                outbox.push(text_frame(&greeting));
                let incoming = Incoming::direct(accepted.messages, outbox.clone(), &self.bounds);
                open(Connection { incoming, outbox });
                Ok(accepted.response)
            }
            Transport::Polling => {
                let session = Arc::new(Session::new(sid, Outbox::new(self.bounds.outbox)));
                self.sessions.add(Arc::clone(&session));
                let outbox = session.outbox.clone();
                let incoming = Incoming::queued(session, Arc::clone(&self.sessions), &self.bounds);
                open(Connection { incoming, outbox });
                Ok(payload_response(greeting))
            }
        }
    }

    async fn go_on(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
        transport: Transport,
        session: Arc<Session>,
    ) -> Result<HttpResponse, Refusal> {
        match (transport, request.method()) {
            (Transport::WebSocket, _) => {
                Ok(upgrade::answer(self.accept(request, payload)?, session))
            }
            (Transport::Polling, &Method::GET) => {
                polling::get(session, &self.sessions, &self.bounds).await
            }
            (Transport::Polling, &Method::POST) => {
                polling::post(session, payload, &self.sessions, &self.bounds).await
            }
            (Transport::Polling, _) => Err(Refusal::BadRequest),
        }
    }
}

fn payload_response(payload: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; charset=UTF-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(payload)
}

//! Ends a connection whose next request takes too long to come.
//!
//! Actix does so while it waits for the first head, and for the first byte of a later one; for a later
//! head that comes in byte by byte it would wait for ever.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, rt};
use bytes::Bytes;

use crate::socketio::engine::tcp::Socket;

/// How long a connection without a request is kept.
pub const KEPT: Duration = Duration::from_secs(5);

/// A connection, and how long it may be without a request whose head is complete.
struct Patience {
    socket: Socket,
    limit: Duration,
    /// Requests that are being answered.
    under_way: Cell<u32>,
    /// When the last of them was.
    idle_since: Cell<Instant>,
    is_watched: Cell<bool>,
    /// It speaks another protocol now, in which no request comes any more.
    is_upgraded: Cell<bool>,
}

/// For `HttpServer::on_connect`, after [`Socket::remember`].
pub fn remember(connection: &mut Extensions, request_timeout: Duration) {
    let Some(socket) = connection.get::<Socket>().cloned() else {
        return;
    };
    connection.insert(Rc::new(Patience {
        socket,
        limit: KEPT + request_timeout,
        under_way: Cell::new(0),
        idle_since: Cell::new(Instant::now()),
        is_watched: Cell::new(false),
        is_upgraded: Cell::new(false),
    }));
}

/// Middleware that sees when a request is under way.
pub async fn watch<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let turn = request.conn_data::<Rc<Patience>>().map(Turn::begin);
    let response = next.call(request).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        if let Some(turn) = turn {
            turn.0.is_upgraded.set(true);
        }
        return Ok(response.map_into_boxed_body());
    }
    Ok(response.map_body(|_, body| BoxBody::new(Answer { body: Box::pin(body), _turn: turn })))
}

/// A request that is being answered, until this is dropped.
struct Turn(Rc<Patience>);

impl Turn {
    fn begin(patience: &Rc<Patience>) -> Self {
        patience.under_way.set(patience.under_way.get() + 1);
        Self(Rc::clone(patience))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let patience = &self.0;
        patience.under_way.set(patience.under_way.get() - 1);
        patience.idle_since.set(Instant::now());
        if !patience.is_upgraded.get() && !patience.is_watched.replace(true) {
            rt::spawn(wait(Rc::downgrade(patience), patience.limit));
        }
    }
}

/// Ends the connection once it has been idle for too long; leaves it alone while it is not.
async fn wait(patience: Weak<Patience>, mut time: Duration) {
    loop {
        rt::time::sleep(time).await;
        let Some(patience) = patience.upgrade() else { return };
        if patience.under_way.get() > 0 || patience.is_upgraded.get() {
            patience.is_watched.set(false);
            return;
        }
        time = patience.limit.saturating_sub(patience.idle_since.get().elapsed());
        if time.is_zero() {
            return patience.socket.shut();
        }
    }
}

struct Answer<B> {
    body: Pin<Box<B>>,
    _turn: Option<Turn>,
}

impl<B: MessageBody> MessageBody for Answer<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.body.as_mut().poll_next(cx)
    }
}

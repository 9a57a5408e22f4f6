//! Handshakes: `/socket.io/` and `/ws`.

use std::rc::Rc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use futures_util::Stream;
use serde_json::json;

use crate::config::Config;
use crate::session::{self, Dress, Input, Link, PerAddress, Services, Session};
use crate::socketio::engine::handshake::{self, Query, Refusal};
use crate::socketio::engine::websocket::{self, Accepted, HandshakeError, Messages};
use crate::socketio::engine::{Bounds, Outbox, outbox};
use crate::wire::Identity;

type Shared = web::Data<Rc<Services>>;
type Counts = web::Data<PerAddress>;

pub fn configure(app: &mut web::ServiceConfig) {
    app.service(web::resource(["/socket.io/", "/socket.io"]).to(socket_io))
        .route("/ws", web::get().to(plain));
}

async fn socket_io(
    request: HttpRequest,
    payload: web::Payload,
    query: web::Query<Query>,
    services: Shared,
    counts: Counts,
) -> Result<HttpResponse, Error> {
    let refused = |why: Refusal| Ok(HttpResponse::BadRequest().json(why.body()));
    if let Err(why) = handshake::check(&query) {
        return refused(why);
    }
    if request.method() != Method::GET {
        return refused(Refusal::BadMethod);
    }
    connect(&request, payload, &services, &counts, Dress::SocketIo, session::socket_io)
        .or_else(|_| refused(Refusal::BadRequest))
}

async fn plain(
    request: HttpRequest,
    payload: web::Payload,
    identity: web::Query<Identity>,
    services: Shared,
    counts: Counts,
) -> Result<HttpResponse, Error> {
    let identity = Some(identity.into_inner()).filter(|identity| *identity != Identity::default());
    let input = |messages, outbox, bounds: &_| session::plain(messages, outbox, bounds, identity);
    Ok(connect(&request, payload, &services, &counts, Dress::Plain, input)?)
}

/// Accepts a WebSocket and starts its session, unless its address has too many.
fn connect<S: Stream<Item = Input> + 'static>(
    request: &HttpRequest,
    payload: web::Payload,
    services: &Shared,
    counts: &Counts,
    dress: Dress,
    input: impl FnOnce(Messages, Outbox, &Bounds) -> S,
) -> Result<HttpResponse, HandshakeError> {
    let address = request.peer_addr().map(|peer| peer.ip());
    let admission = address.map(|address| counts.admit(address));
    if let Some(None) = admission {
        return Ok(HttpResponse::TooManyRequests().json(json!({
            "code": "too_many_connections",
            "message": "There are too many connections from this address. Close one first.",
        })));
    }
    let bounds = bounds(&services.config);
    let Accepted { response, messages, outbox } = websocket::accept(request, payload, &bounds)?;
    let link = Link::new(dress, outbox.clone());
    let input = input(messages, outbox, &bounds);
    Session::start(link, input, Rc::clone(services), admission.flatten());
    Ok(response)
}

fn bounds(config: &Config) -> Bounds {
    Bounds {
        max_payload: config.engine.max_payload,
        outbox: outbox::Limit {
            frames: config.limits.outbox_events,
            bytes: config.limits.outbox_bytes,
        },
        ping_interval: Duration::from_millis(config.engine.ping_interval),
        ping_timeout: Duration::from_millis(config.engine.ping_timeout),
    }
}

//! Handshakes: `/socket.io/` and `/ws`.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::{api, origins};
use crate::auth::Secret;
use crate::config::Config;
use crate::session::{self, Admission, Dress, Link, PerAddress, Services, Session, Visitor};
use crate::socketio::Rules;
use crate::socketio::engine::handshake::Query;
use crate::socketio::engine::websocket::Accepted;
use crate::socketio::engine::{Bounds, Connection, Engine, outbox};
use crate::socketio::packet::DEFAULT_NAMESPACE;
use crate::wire::Identity;

type Shared = web::Data<Rc<Services>>;
type Counts = web::Data<PerAddress>;

pub fn configure(app: &mut web::ServiceConfig) {
    // A resource of several paths is looked for with a regular expression.
    for path in ["/socket.io/", "/socket.io"] {
        app.service(web::resource(path).to(socket_io).wrap(from_fn(origins::check)));
    }
    app.service(web::resource("/ws").get(plain).wrap(from_fn(origins::check)));
}

async fn socket_io(
    request: HttpRequest,
    payload: web::Payload,
    engine: web::Data<Engine>,
    services: Shared,
    counts: Counts,
) -> HttpResponse {
    let begins = !Query::of(&request).is_ok_and(|query| query.sid.is_some());
    let admission = if begins { admit(&request, &counts) } else { Ok(None) };
    let Ok(admission) = admission else { return too_many() };
    let visitor = visitor(&request);
    let open = |connection: Connection| {
        let link = Link::new(
            Dress::SocketIo,
            connection.outbox.clone(),
            Arc::clone(&services.signer),
            services.accounts.clone(),
        );
        let input = session::socket_io(connection, &rules(&services.config));
        Session::start(link, input, Rc::clone(&services), visitor, admission);
    };
    engine.serve(&request, payload, open).await
}

async fn plain(
    request: HttpRequest,
    payload: web::Payload,
    identity: web::Query<Identity>,
    engine: web::Data<Engine>,
    services: Shared,
    counts: Counts,
) -> HttpResponse {
    let Ok(admission) = admit(&request, &counts) else { return too_many() };
    let identity = Some(identity.into_inner()).filter(|identity| *identity != Identity::default());
    let visitor = visitor(&request);
    let accepted = engine.accept(&request, payload);
    let Accepted { response, messages, outbox } = match accepted {
        Ok(accepted) => accepted,
        Err(refusal) => return refusal.response(),
    };
    let link = Link::new(
        Dress::Plain,
        outbox.clone(),
        Arc::clone(&services.signer),
        services.accounts.clone(),
    );
    let input = session::plain(messages, outbox, engine.bounds(), identity);
    Session::start(link, input, Rc::clone(&services), visitor, admission);
    response
}

/// What the handshake says of whoever makes it. The cookie of a page of another site does not count.
fn visitor(request: &HttpRequest) -> Visitor {
    let cookie = api::session_cookie(request).filter(|_| origins::is_own_page(request.headers()));
    Visitor { address: api::address(request), cookie: cookie.map(Secret::new) }
}

/// Its address has too many connections.
struct TooMany;

/// Counts a new connection of the address that it comes from, or refuses it.
fn admit(request: &HttpRequest, counts: &PerAddress) -> Result<Option<Admission>, TooMany> {
    request.peer_addr().map(|peer| counts.admit(peer.ip()).ok_or(TooMany)).transpose()
}

fn too_many() -> HttpResponse {
    HttpResponse::TooManyRequests().json(json!({
        "code": "too_many_connections",
        "message": "There are too many connections from this address. Close one first.",
    }))
}

/// The engine that the settings want.
pub fn engine(config: &Config) -> Engine {
    Engine::new(Bounds {
        max_payload: config.engine.max_payload,
        outbox: outbox::Limit {
            frames: config.limits.outbox_events,
            bytes: config.limits.outbox_bytes,
        },
        ping_interval: config.engine.ping_interval(),
        ping_timeout: config.engine.ping_timeout(),
        request_timeout: config.server.request_timeout(),
    })
}

fn rules(config: &Config) -> Rules {
    Rules {
        namespaces: &[DEFAULT_NAMESPACE],
        connect_timeout: config.engine.connect_timeout(),
        max_payload: config.engine.max_payload,
    }
}

//! The transport HTTP long-polling: requests that wait for packets, and requests that bring some.

use std::future::poll_fn;
use std::sync::Arc;

use actix_web::{HttpResponse, web};
use bytestring::ByteString;
use tokio::time::timeout;

use super::handshake::Refusal;
use super::outbox::Polled;
use super::payload::Packets;
use super::session::{Batch, Kind, Session, Sessions, Turn};
use super::websocket::CloseCode;
use super::{Bounds, payload_response};

/// Answers as soon as there are packets.
pub(super) async fn get(
    session: Arc<Session>,
    sessions: &Sessions,
    bounds: &Bounds,
) -> Result<HttpResponse, Refusal> {
    let turn = begin(&session, Kind::Poll, sessions)?;
    let polled = poll_fn(|cx| session.poll_payload(cx, bounds.max_payload)).await;
    turn.finish();
    Ok(payload_response(match polled {
        Polled::Payload(payload) => payload,
        Polled::Ended(farewell) => {
            sessions.remove(session.sid);
            farewell
        }
    }))
}

/// Answers when the packets have been taken, so that a client does not bring more than are.
pub(super) async fn post(
    session: Arc<Session>,
    payload: web::Payload,
    sessions: &Sessions,
    bounds: &Bounds,
) -> Result<HttpResponse, Refusal> {
    if session.outbox.is_closed() {
        return Err(Refusal::SessionUnknown);
    }
    let turn = begin(&session, Kind::Post, sessions)?;
    // Whatever is refused from here on ends the session, with the turn.
    let body = payload.to_bytes_limited(bounds.max_payload);
    let body = timeout(bounds.request_timeout, body).await.map_err(|_| Refusal::TooSlow);
    let body = body.and_then(|body| body.map_err(|_| Refusal::TooLarge)).and_then(|body| {
        let text = body.ok().and_then(|bytes| ByteString::try_from(bytes).ok());
        text.ok_or(Refusal::BadRequest)
    });
    let packets = body.and_then(|text| {
        let packets = Packets::of(text);
        let well_formed = packets.clone().all(|packet| packet.is_ok());
        if well_formed { Ok(packets) } else { Err(Refusal::BadRequest) }
    });
    let packets = packets.inspect_err(|_| sessions.remove(session.sid))?;
    session.receive(Batch::Payload(packets));
    poll_fn(|cx| session.poll_taken(cx)).await;
    turn.finish();
    // As HTML, because some browsers offer plain text for download.
    Ok(HttpResponse::Ok().content_type("text/html").body("ok"))
}

/// A second request of a kind at the same time ends the session: the order of packets would be lost.
fn begin<'a>(session: &'a Session, kind: Kind, sessions: &Sessions) -> Result<Turn<'a>, Refusal> {
    if !session.is_polled() {
        return Err(Refusal::BadRequest);
    }
    session.begin(kind).ok_or_else(|| {
        session.outbox.close(CloseCode::Policy);
        session.end();
        sessions.remove(session.sid);
        Refusal::BadRequest
    })
}

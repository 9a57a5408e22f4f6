//! A WebSocket that takes over a session from HTTP long-polling.
//!
//! The client opens it and sends a ping that asks whether it works; the server answers, and answers a
//! waiting request too, so that the client can stop polling without losing a packet. When the client has
//! stopped, it says so, and from then on everything goes over the WebSocket.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use bytestring::ByteString;
use futures_util::StreamExt;
use tokio::time::timeout;

use super::Outbox;
use super::packet::{self, PONG_PROBE, PROBE, Packet};
use super::session::{Batch, Session};
use super::websocket::{Accepted, CloseCode, Message, Messages, text_frame};

/// How long a WebSocket may take to take over, as long as the reference server's.
const WITHIN: Duration = Duration::from_secs(10);

pub(super) fn answer(accepted: Accepted, session: Arc<Session>) -> HttpResponse {
    let Accepted { response, messages, outbox } = accepted;
    if session.begin_candidacy() {
        actix_web::rt::spawn(take_over(session, messages, outbox));
    } else {
        // Another one has taken over, or is about to.
        outbox.close(CloseCode::Policy);
    }
    response
}

async fn take_over(session: Arc<Session>, mut messages: Messages, connection: Outbox) {
    let agreed = timeout(WITHIN, agree(&session, &mut messages, &connection)).await;
    if agreed != Ok(true) {
        session.end_candidacy();
        connection.close(CloseCode::Policy);
        return;
    }
    session.upgrade(&connection);
    while let Some(message) = messages.next().await {
        let packet = match message {
            Message::Text(text) => packet::decode(&text),
            Message::Binary(bytes) => Ok(Packet::Message(super::Message::Binary(bytes))),
            Message::Pong => continue,
        };
        session.receive(Batch::Packet(packet));
        poll_fn(|cx| session.poll_room(cx)).await;
    }
    session.end();
}

/// Whether the client probed the WebSocket and then said that it has stopped polling.
async fn agree(session: &Session, messages: &mut Messages, connection: &Outbox) -> bool {
    if next_packet(messages).await != Some(Packet::Ping(ByteString::from_static(PROBE))) {
        return false;
    }
    connection.push(text_frame(PONG_PROBE));
    session.probed();
    next_packet(messages).await == Some(Packet::Upgrade)
}

async fn next_packet(messages: &mut Messages) -> Option<Packet> {
    match messages.next().await? {
        Message::Text(text) => packet::decode(&text).ok(),
        Message::Binary(_) | Message::Pong => None,
    }
}

//! One client on Socket.IO: what comes in, as events for the layer above.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytestring::ByteString;
use futures_util::Stream;
use uuid::Uuid;

use super::engine::heartbeat::{Beat, Pulse};
use super::engine::websocket::{CloseCode, Message, Messages, text_frame};
use super::engine::{self, Bounds, Outbox, handshake};
use super::packet::{self, DEFAULT_NAMESPACE, Packet};

/// What a client does in the default namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It wants in. `auth` is a JSON object, if it gave one.
    Connect { auth: Option<ByteString> },
    /// It says something. `data` is the first argument, JSON; a second one has no meaning here.
    Said { name: String, data: Option<ByteString>, ack: Option<u64> },
}

/// The stream of a client's [`Event`]s. It ends when the client has left or is gone. Handshake,
/// heartbeat and what is malformed are dealt with on the way.
pub struct SocketIo {
    messages: Messages,
    outbox: Outbox,
    pulse: Pulse,
    ended: bool,
}

impl SocketIo {
    /// Opens a session over an accepted WebSocket.
    pub fn open(messages: Messages, outbox: Outbox, bounds: &Bounds) -> Self {
        outbox.push(text_frame(&handshake::open_packet(Uuid::new_v4(), bounds)));
        let pulse = Pulse::new(bounds.ping_interval, bounds.ping_timeout);
        Self { messages, outbox, pulse, ended: false }
    }

    fn receive(&mut self, message: Message) -> Option<Event> {
        let Message::Text(text) = message else { return None };
        match engine::packet::decode(&text) {
            Ok(engine::packet::Packet::Pong) => self.pulse.answered(),
            Ok(engine::packet::Packet::Message(text)) => return self.receive_packet(&text),
            Ok(engine::packet::Packet::Close) => self.end(),
            Ok(_) => {}
            Err(error) => self.refuse(&error),
        }
        None
    }

    fn receive_packet(&mut self, text: &ByteString) -> Option<Event> {
        match packet::decode(text) {
            Ok(Packet::Connect { namespace, auth }) if namespace == DEFAULT_NAMESPACE => {
                return Some(Event::Connect { auth });
            }
            Ok(Packet::Connect { namespace, .. }) => {
                let error = r#"{"message":"Invalid namespace"}"#;
                self.outbox.push(text_frame(&packet::encode::connect_error(&namespace, error)));
            }
            Ok(Packet::Event { namespace, name, args, ack }) if namespace == DEFAULT_NAMESPACE => {
                return Some(Event::Said { name, data: args.into_iter().next(), ack });
            }
            Ok(Packet::Disconnect { namespace }) if namespace == DEFAULT_NAMESPACE => self.end(),
            // Nothing is sent that wants an answer, and other namespaces have nobody in them.
            Ok(Packet::Event { .. } | Packet::Disconnect { .. } | Packet::Ack { .. }) => {}
            Err(error) => self.refuse(&error),
        }
        None
    }

    fn refuse(&mut self, error: &dyn std::error::Error) {
        log::debug!("a malformed packet ends the connection: {error}");
        self.end();
    }

    fn end(&mut self) {
        self.outbox.close(CloseCode::Normal);
        self.ended = true;
    }
}

impl Stream for SocketIo {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        while !self.ended {
            match Pin::new(&mut self.messages).poll_next(cx) {
                Poll::Ready(Some(message)) => {
                    if let Some(event) = self.receive(message) {
                        return Poll::Ready(Some(event));
                    }
                }
                Poll::Ready(None) => self.ended = true,
                Poll::Pending => match self.pulse.poll(cx) {
                    Poll::Ready(Beat::Ping) => self.outbox.push(text_frame(engine::packet::PING)),
                    Poll::Ready(Beat::Gone) => self.end(),
                    Poll::Pending => return Poll::Pending,
                },
            }
        }
        Poll::Ready(None)
    }
}

//! One client on Socket.IO: what comes in, as events for the layer above.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytestring::ByteString;
use futures_util::Stream;
use tokio::time::Sleep;

use super::engine::{Connection, Incoming, Message};
use super::packet::{Args, Decoder, Packet};
use super::socket::Socket;

/// Attachments of one packet may be so many times as large as one message.
const ATTACHED_MESSAGES: usize = 16;

/// What a client does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It wants into a namespace, and waits for [`Socket::accept`] or [`Socket::refuse`]. `auth` is a
    /// JSON object, if it gave one.
    Connect { namespace: ByteString, auth: Option<ByteString> },
    /// It says something, and wants an answer if `ack` is there.
    Said { namespace: ByteString, name: ByteString, args: Args, ack: Option<u64> },
    /// It answers what [`Socket::ask`] asked under this number.
    Answered { namespace: ByteString, number: u64, args: Args },
    /// It leaves a namespace. The connection stays.
    Disconnect { namespace: ByteString },
}

/// How a server takes Socket.IO clients.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The namespaces that there are; others are refused.
    pub namespaces: &'static [&'static str],
    /// A client that has not asked for a namespace after this time is disconnected.
    pub connect_timeout: Duration,
    /// The largest message of the engine, in bytes.
    pub max_payload: usize,
}

/// The stream of a client's [`Event`]s. It ends when the client has left or is gone. What is malformed
/// ends the connection, as the specification wants it.
pub struct Events {
    incoming: Incoming,
    decoder: Decoder,
    socket: Socket,
    namespaces: &'static [&'static str],
    entered: Vec<&'static str>,
    connect_timeout: Option<Pin<Box<Sleep>>>,
    ended: bool,
}

/// Speaks Socket.IO over a connection of the engine.
pub fn open(connection: Connection, rules: &Rules) -> (Events, Socket) {
    let Connection { incoming, outbox } = connection;
    let socket = Socket::new(outbox);
    let events = Events {
        incoming,
        decoder: Decoder::new(rules.max_payload.saturating_mul(ATTACHED_MESSAGES)),
        socket: socket.clone(),
        namespaces: rules.namespaces,
        entered: Vec::new(),
        connect_timeout: Some(Box::pin(tokio::time::sleep(rules.connect_timeout))),
        ended: false,
    };
    (events, socket)
}

impl Events {
    fn receive(&mut self, message: Message) -> Option<Event> {
        match self.decoder.decode(message) {
            Ok(packet) => packet.and_then(|packet| self.take(packet)),
            Err(error) => {
                log::debug!("a malformed packet ends the connection: {error}");
                self.end();
                None
            }
        }
    }

    fn take(&mut self, packet: Packet) -> Option<Event> {
        match packet {
            Packet::Connect { namespace, auth } => self.enter(namespace, auth),
            Packet::Event { namespace, name, args, ack } if self.is_in(&namespace) => {
                Some(Event::Said { namespace, name, args, ack })
            }
            Packet::Ack { namespace, id, args } if self.is_in(&namespace) => {
                Some(Event::Answered { namespace, number: id, args })
            }
            Packet::Disconnect { namespace } if self.is_in(&namespace) => {
                self.entered.retain(|entered| **entered != *namespace);
                Some(Event::Disconnect { namespace })
            }
            _ => {
                log::debug!(
                    "a packet for a namespace that the client is not in ends the connection"
                );
                self.end();
                None
            }
        }
    }

    fn enter(&mut self, namespace: ByteString, auth: Option<ByteString>) -> Option<Event> {
        let Some(known) = self.namespaces.iter().find(|known| ***known == *namespace) else {
            self.socket.refuse(&namespace, r#"{"message":"Invalid namespace"}"#);
            return None;
        };
        self.connect_timeout = None;
        if !self.is_in(&namespace) {
            self.entered.push(known);
        }
        Some(Event::Connect { namespace, auth })
    }

    fn is_in(&self, namespace: &str) -> bool {
        self.entered.contains(&namespace)
    }

    fn end(&mut self) {
        self.socket.close();
        self.ended = true;
    }

    fn poll_timeout(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.connect_timeout {
            Some(timeout) => timeout.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        while !self.ended {
            match Pin::new(&mut self.incoming).poll_next(cx) {
                Poll::Ready(Some(message)) => {
                    if let Some(event) = self.receive(message) {
                        return Poll::Ready(Some(event));
                    }
                }
                Poll::Ready(None) => self.ended = true,
                Poll::Pending if self.poll_timeout(cx).is_ready() => self.end(),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(None)
    }
}

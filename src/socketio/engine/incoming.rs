//! What a client says, whatever carries it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;

use super::heartbeat::{Beat, Pulse};
use super::packet::{self, Message, Packet, UnknownPacket};
use super::session::{Session, Sessions};
use super::websocket::{self, CloseCode, Messages, text_frame};
use super::{Bounds, Outbox};

/// The stream of a client's messages. It ends when the client has left or is gone, or breaks the
/// protocol. Heartbeat and transports are dealt with on the way; dropping it ends the session.
pub struct Incoming {
    source: Source,
    outbox: Outbox,
    pulse: Pulse,
    ended: bool,
}

enum Source {
    /// The session began with its WebSocket.
    Direct(Messages),
    /// Requests bring packets, and perhaps a WebSocket later on.
    Queued { session: Arc<Session>, sessions: Arc<Sessions> },
}

impl Incoming {
    pub(super) fn direct(messages: Messages, outbox: Outbox, bounds: &Bounds) -> Self {
        Self::new(Source::Direct(messages), outbox, bounds)
    }

    pub(super) fn queued(session: Arc<Session>, sessions: Arc<Sessions>, bounds: &Bounds) -> Self {
        let outbox = session.outbox.clone();
        Self::new(Source::Queued { session, sessions }, outbox, bounds)
    }

    fn new(source: Source, outbox: Outbox, bounds: &Bounds) -> Self {
        let pulse = Pulse::new(bounds.ping_interval, bounds.ping_timeout);
        Self { source, outbox, pulse, ended: false }
    }

    fn receive(&mut self, packet: Packet) -> Option<Message> {
        match packet {
            Packet::Message(message) => return Some(message),
            Packet::Pong => self.pulse.answered(),
            Packet::Close => {
                match &self.source {
                    Source::Direct(_) => self.outbox.close(CloseCode::Normal),
                    Source::Queued { session, .. } => session.outbox.end_by_client(),
                }
                self.leave();
            }
            // The server pings, in this version of the protocol.
            Packet::Ping(_) => self.end(),
            Packet::Open | Packet::Upgrade | Packet::Noop => {}
        }
        None
    }

    /// Ends the session from this side.
    fn end(&mut self) {
        self.outbox.close(CloseCode::Normal);
        self.leave();
    }

    fn leave(&mut self) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        if let Source::Queued { session, sessions } = &self.source {
            session.abandon();
            if session.outbox.is_drained() {
                sessions.remove(session.sid);
            }
        }
    }
}

impl Source {
    fn poll_packet(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Packet, UnknownPacket>>> {
        match self {
            Self::Direct(messages) => loop {
                return match Pin::new(&mut *messages).poll_next(cx) {
                    Poll::Ready(Some(websocket::Message::Text(text))) => {
                        Poll::Ready(Some(packet::decode(&text)))
                    }
                    Poll::Ready(Some(websocket::Message::Binary(bytes))) => {
                        Poll::Ready(Some(Ok(Packet::Message(Message::Binary(bytes)))))
                    }
                    Poll::Ready(Some(websocket::Message::Pong)) => continue,
                    Poll::Ready(None) => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                };
            },
            Self::Queued { session, .. } => session.poll_packet(cx),
        }
    }
}

impl Stream for Incoming {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        while !self.ended {
            match self.source.poll_packet(cx) {
                Poll::Ready(Some(Ok(packet))) => {
                    if let Some(message) = self.receive(packet) {
                        return Poll::Ready(Some(message));
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    log::debug!("a malformed packet ends the connection: {error}");
                    self.end();
                }
                Poll::Ready(None) => self.leave(),
                Poll::Pending => match self.pulse.poll(cx) {
                    Poll::Ready(Beat::Ping) => self.outbox.push(text_frame(packet::PING)),
                    Poll::Ready(Beat::Gone) => {
                        self.outbox.give_up();
                        self.leave();
                    }
                    Poll::Pending => return Poll::Pending,
                },
            }
        }
        Poll::Ready(None)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.end();
    }
}

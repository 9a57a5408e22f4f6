//! What a client says, the same from both dresses of the wire.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytestring::ByteString;
use futures_util::future::ready;
use futures_util::{Stream, StreamExt, stream};

use crate::socketio::engine::heartbeat::{Beat, Pulse};
use crate::socketio::engine::websocket::{CloseCode, Message, Messages, ping_frame};
use crate::socketio::engine::{Bounds, Connection, Outbox};
use crate::socketio::{self, Event, Rules};
use crate::wire::plain::{self, Frame};
use crate::wire::{ErrorCode, Failure, Identity};

/// One thing that a client says.
#[derive(Debug)]
pub enum Input {
    /// Who it is.
    Connect(Result<Identity, Failure>),
    /// It leaves, and may connect again.
    Disconnect,
    /// What it wants. `data` is JSON.
    Command { event: ByteString, data: Option<ByteString>, ack: Option<u64> },
    /// Something that is no command.
    Unreadable { failure: Failure, ack: Option<u64> },
}

/// The input of a Socket.IO client.
pub fn socket_io(connection: Connection, rules: &Rules) -> impl Stream<Item = Input> + use<> {
    let (events, _) = socketio::open(connection, rules);
    // Nothing is asked of clients, so that they have nothing to answer.
    events.filter_map(|event| {
        ready(match event {
            Event::Connect { auth, .. } => Some(Input::Connect(Identity::parse(auth.as_deref()))),
            Event::Said { name, args, ack, .. } => {
                let data = args.values.into_iter().next();
                Some(Input::Command { event: name, data, ack })
            }
            Event::Disconnect { .. } => Some(Input::Disconnect),
            Event::Answered { .. } => None,
        })
    })
}

/// The input of a plain client. `identity` is who it said it is in its request, if it did.
pub fn plain(
    messages: Messages,
    outbox: Outbox,
    bounds: &Bounds,
    identity: Option<Identity>,
) -> impl Stream<Item = Input> + use<> {
    let pulse = Pulse::new(bounds.ping_interval, bounds.ping_timeout);
    let connect = identity.map(|identity| Input::Connect(Ok(identity)));
    stream::iter(connect).chain(Plain { messages, outbox, pulse, ended: false })
}

struct Plain {
    messages: Messages,
    outbox: Outbox,
    pulse: Pulse,
    ended: bool,
}

impl Stream for Plain {
    type Item = Input;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Input>> {
        while !self.ended {
            match Pin::new(&mut self.messages).poll_next(cx) {
                Poll::Ready(Some(message)) => {
                    // Whatever it is, the client lives.
                    self.pulse.answered();
                    if let Some(input) = read(message) {
                        return Poll::Ready(Some(input));
                    }
                }
                Poll::Ready(None) => self.ended = true,
                Poll::Pending => match self.pulse.poll(cx) {
                    Poll::Ready(Beat::Ping) => self.outbox.push(ping_frame()),
                    Poll::Ready(Beat::Gone) => {
                        self.outbox.close(CloseCode::Policy);
                        self.ended = true;
                    }
                    Poll::Pending => return Poll::Pending,
                },
            }
        }
        Poll::Ready(None)
    }
}

fn read(message: Message) -> Option<Input> {
    let text = match message {
        Message::Text(text) => text,
        Message::Binary(_) => {
            let failure = Failure::new(ErrorCode::BadFrame, "A frame is text, not binary.");
            return Some(Input::Unreadable { failure, ack: None });
        }
        Message::Pong => return None,
    };
    Some(match plain::decode(&text) {
        Ok(Frame { event, data, .. }) if event == "connect" => {
            Input::Connect(Identity::parse(data.as_deref()))
        }
        Ok(Frame { event, data, ack }) => Input::Command { event: event.into(), data, ack },
        Err((failure, ack)) => Input::Unreadable { failure, ack },
    })
}

//! The way to one client: the vocabulary in the dress that it speaks.

use actix::Addr;
use bytes::Bytes;
use bytestring::ByteString;
use serde::Serialize;

use super::{Farewell, Session};
use crate::chat::{Broadcast, Event, FORMATS, Notice, Outlet};
use crate::domain::SessionId;
use crate::socketio::engine::Outbox;
use crate::socketio::engine::outbox::Hold;
use crate::socketio::engine::websocket::{CloseCode, text_frame};
use crate::socketio::packet::{DEFAULT_NAMESPACE, Packet, encode};
use crate::wire::{self, Answer, ConnectError, Failure, Goodbye, Refused, ServerEvent, plain};

/// The two envelopes of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    SocketIo,
    Plain,
}

/// The chat is in the namespace that every server has.
const NAMESPACE: ByteString = ByteString::from_static(DEFAULT_NAMESPACE);

/// The number of dresses is the number of forms that a broadcast is remembered in.
const _: () = assert!(FORMATS == 2);

/// Clones lead to the same client.
#[derive(Clone)]
pub struct Link {
    dress: Dress,
    outbox: Outbox,
}

impl Link {
    pub fn new(dress: Dress, outbox: Outbox) -> Self {
        Self { dress, outbox }
    }

    /// The first event, and with it the session is open.
    pub fn accept(&self, session: SessionId, welcome: &wire::Welcome) {
        if self.dress == Dress::SocketIo {
            let sid = format!("{{\"sid\":\"{session}\"}}").into();
            self.send(Packet::Connect { namespace: NAMESPACE, auth: Some(sid) });
        }
        self.tell(welcome);
    }

    /// The client is not who it says it is; it may try again.
    pub fn refuse(&self, failure: Failure) {
        let error = ConnectError::from(failure);
        match self.dress {
            Dress::SocketIo => {
                let error = json(&error).into();
                self.send(Packet::ConnectError { namespace: NAMESPACE, error });
            }
            Dress::Plain => self.tell(&error),
        }
    }

    /// Answers a command. One that gave no number is told only that it failed.
    pub fn answer<T: Serialize>(&self, ack: Option<u64>, result: Result<T, Failure>) {
        let text = match (self.dress, ack, result) {
            (Dress::SocketIo, Some(ack), result) => encode::ack(ack, &json(&Answer(result))),
            (Dress::SocketIo, None, Err(failure)) => {
                return self.tell(&Refused(Answer(Err(failure))));
            }
            (_, None, Ok(_)) => return,
            (Dress::Plain, ack, result) => plain::answer(ack, &Answer(result)),
        };
        self.outbox.push(text_frame(&text));
    }

    /// Says why, and ends the connection.
    pub fn say_bye(&self, why: Failure, code: CloseCode) {
        self.tell(&Goodbye(why));
        self.outbox.close(code);
    }

    pub fn close(&self, code: CloseCode) {
        self.outbox.close(code);
    }

    pub fn end(&self) {
        self.outbox.end();
    }

    /// Keeps back what goes to many, so that an answer can be put before it.
    pub fn hold(&self) -> Hold {
        self.outbox.hold()
    }

    fn send(&self, packet: Packet) {
        let (text, _) = encode::packet(packet);
        self.outbox.push(text_frame(&text));
    }

    fn tell<E: ServerEvent>(&self, event: &E) {
        self.outbox.push(frame(self.dress, event));
    }
}

/// Where the relay puts a session's events.
pub struct SessionOutlet {
    link: Link,
    session: Addr<Session>,
}

impl SessionOutlet {
    pub fn new(link: Link, session: Addr<Session>) -> Self {
        Self { link, session }
    }
}

impl Outlet for SessionOutlet {
    fn deliver(&self, broadcast: &Broadcast) {
        let dress = self.link.dress;
        let frame = broadcast.encoded(dress as usize, |event| encode_event(dress, event));
        self.link.outbox.push_shared(frame);
    }

    fn farewell(&self) {
        self.session.do_send(Farewell);
    }
}

fn encode_event(dress: Dress, event: &Event) -> Bytes {
    match event {
        Event::Message(message) => frame(dress, &wire::Message::from(message)),
        Event::Joined(notice) => frame(dress, &wire::Joined(wire_notice(notice))),
        Event::Left(notice) => frame(dress, &wire::Left(wire_notice(notice))),
        Event::Typing { room, user, typing } => {
            let (room, user, typing) = (room.as_str(), user.into(), *typing);
            frame(dress, &wire::TypingNotice { room, user, typing })
        }
    }
}

fn wire_notice(notice: &Notice) -> wire::Notice<'_> {
    wire::Notice {
        room: notice.room.as_str(),
        users: notice.users.iter().map(Into::into).collect(),
        others: notice.others,
        members: notice.members,
    }
}

fn frame<E: ServerEvent>(dress: Dress, event: &E) -> Bytes {
    let data = json(event);
    text_frame(&match dress {
        Dress::SocketIo => encode::event(E::NAME, &data),
        Dress::Plain => plain::event(E::NAME, &data),
    })
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what is on the wire is JSON")
}

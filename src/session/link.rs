//! The way to one client: the vocabulary in the dress that it speaks.

use std::sync::{Arc, OnceLock};

use actix::Addr;
use bytes::Bytes;
use bytestring::ByteString;
use serde::Serialize;

use super::{Farewell, Session};
use crate::accounts::Accounts;
use crate::auth::Signer;
use crate::chat::{Broadcast, Dismissal, Event, FORMATS, Mark, Notice, Outlet};
use crate::domain::{ChangeKind, Message, Position, SessionId};
use crate::socketio::engine::Outbox;
use crate::socketio::engine::outbox::Hold;
use crate::socketio::engine::websocket::{CloseCode, text_frame};
use crate::socketio::packet::{DEFAULT_NAMESPACE, Packet, encode};
use crate::views;
use crate::wire::{
    self, Answer, ConnectError, ErrorCode, Failure, Goodbye, Refused, ServerEvent, plain,
};

/// The envelopes of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    SocketIo,
    /// With the offset behind each message by which a client recovers its connection.
    Recoverable,
    Plain,
}

/// The chat is in the namespace that every server has.
const NAMESPACE: ByteString = ByteString::from_static(DEFAULT_NAMESPACE);

/// Each dress is a form that a broadcast is remembered in.
const _: () = assert!(FORMATS == Dress::Plain as usize + 1);

/// Clones lead to the same client.
#[derive(Clone)]
pub struct Link {
    dress: Dress,
    outbox: Outbox,
    signer: Arc<Signer>,
    accounts: Accounts,
}

impl Link {
    pub fn new(dress: Dress, outbox: Outbox, signer: Arc<Signer>, accounts: Accounts) -> Self {
        static SLOW: [OnceLock<Bytes>; FORMATS] = [const { OnceLock::new() }; FORMATS];
        let slow = SLOW[dress as usize].get_or_init(|| {
            let why = "Too much waited for this connection. Come back and read on.";
            frame(dress, &Goodbye(Failure::new(ErrorCode::Slow, why)))
        });
        outbox.set_reproach(slow.clone());
        Self { dress, outbox, signer, accounts }
    }

    /// Whether the dress has recovery at all.
    pub fn can_recover(&self) -> bool {
        self.dress != Dress::Plain
    }

    /// Whether a Socket.IO client gets offsets.
    pub fn set_recoverable(&mut self, recoverable: bool) {
        self.dress = match (self.dress, recoverable) {
            (Dress::Plain, _) => Dress::Plain,
            (_, true) => Dress::Recoverable,
            (_, false) => Dress::SocketIo,
        };
    }

    /// The first event, and with it the session is open. `seen` is how far the client has come.
    pub fn accept(
        &self,
        session: SessionId,
        pid: Option<&str>,
        welcome: &wire::Welcome,
        seen: Position,
    ) {
        if self.dress != Dress::Plain {
            #[derive(Serialize)]
            struct Connected<'a> {
                sid: String,
                #[serde(skip_serializing_if = "Option::is_none")]
                pid: Option<&'a str>,
            }
            let connected = json(&Connected { sid: session.to_string(), pid });
            self.send(Packet::Connect { namespace: NAMESPACE, auth: Some(connected.into()) });
        }
        self.outbox.push(self.frame_at(seen, welcome));
    }

    /// The client is not who it says it is; it may try again.
    pub fn refuse(&self, failure: Failure) {
        let error = ConnectError::from(failure);
        match self.dress {
            Dress::SocketIo | Dress::Recoverable => {
                let error = json(&error).into();
                self.send(Packet::ConnectError { namespace: NAMESPACE, error });
            }
            Dress::Plain => self.tell(&error),
        }
    }

    /// Answers a command. One that gave no number is told only that it failed.
    pub fn answer<T: Serialize>(&self, ack: Option<u64>, result: Result<T, Failure>) {
        let text = match (self.dress, ack, result) {
            (_, None, Ok(_)) => return,
            (Dress::Plain, ack, result) => plain::answer(ack, &Answer(result)),
            (_, Some(ack), result) => encode::ack(ack, &json(&Answer(result))),
            (_, None, Err(failure)) => return self.tell(&Refused(Answer(Err(failure)))),
        };
        self.outbox.push(text_frame(&text));
    }

    /// Says why, and ends the connection.
    pub fn say_bye(&self, why: Failure, code: CloseCode) {
        self.tell(&Goodbye(why));
        self.outbox.close(code);
    }

    /// Ends the connection of a client that does not say who it is.
    pub fn close_unidentified(&self) {
        self.outbox.close(match self.dress {
            Dress::Plain => CloseCode::Policy,
            // As a Socket.IO server ends any connection.
            Dress::SocketIo | Dress::Recoverable => CloseCode::Normal,
        });
    }

    pub fn end(&self) {
        self.outbox.end();
    }

    /// Keeps back what goes to many, so that an answer can be put before it.
    pub fn hold(&self) -> Hold {
        self.outbox.hold()
    }

    /// What happened to a message last, as it is told.
    fn change_frame(&self, message: &Message) -> Bytes {
        let (position, told) = (message.last_position(), wire::Message::from(message));
        match message.change.as_ref().map(|change| change.kind) {
            None => self.frame_at(position, &told),
            Some(ChangeKind::Edited) => self.frame_at(position, &wire::Edited(told)),
            Some(ChangeKind::Deleted) => self.frame_at(position, &wire::Deleted(told)),
        }
    }

    /// A message as a client is told of it that missed what happened between two places in the log.
    pub fn missed_frame(&self, message: &Message, since: Position, up_to: Position) -> Bytes {
        if message.position > since && !message.is_deleted() {
            // It is new to the client, even if it was edited meanwhile.
            let position = message.last_position().min(up_to);
            self.frame_at(position, &wire::Message::from(message))
        } else {
            self.change_frame(message)
        }
    }

    pub fn push_all(&self, frames: impl IntoIterator<Item = Bytes>) {
        self.outbox.push_all(frames);
    }

    /// An event that brings its client to a place in the log.
    fn frame_at<E: ServerEvent>(&self, position: Position, event: &E) -> Bytes {
        match self.dress {
            Dress::Recoverable => {
                let arguments = format!("{},\"{}\"", json(event), self.signer.cursor(position));
                text_frame(&encode::event(E::NAME, &arguments))
            }
            dress => frame(dress, event),
        }
    }

    fn encode(&self, event: &Event) -> Bytes {
        match event {
            Event::Change(message) => self.change_frame(message),
            Event::Joined(notice) => frame(self.dress, &wire::Joined(wire_notice(notice))),
            Event::Left(notice) => frame(self.dress, &wire::Left(wire_notice(notice))),
            Event::Typing { room, user, typing } => {
                let (room, user, typing) = (room.as_str(), user.into(), *typing);
                frame(self.dress, &wire::TypingNotice { room, user, typing })
            }
            Event::Room(view) => frame(self.dress, &views::room(view, None, &self.accounts)),
            Event::Removed { room, why } => {
                let (room, code) = (room.as_str(), views::departure(*why));
                frame(self.dress, &wire::Removed { room, code })
            }
            Event::Read { room, read, unread } => {
                frame(self.dress, &views::has_read(room, *read, *unread))
            }
            Event::Me { user, role, avatar, may } => {
                let guest = wire::Person::guest(user);
                let (role, avatar) = (role.as_str(), avatar.clone());
                let user = wire::Person { role, avatar, ..guest };
                frame(self.dress, &wire::Me { user, may: may.clone(), guest: false, sign_in: None })
            }
        }
    }

    fn send(&self, packet: Packet) {
        let (text, _) = encode::packet(packet);
        self.outbox.push(text_frame(&text));
    }

    pub fn tell<E: ServerEvent>(&self, event: &E) {
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
        let frames = broadcast.encoded(self.link.dress as usize, |events| match events {
            [event] => self.link.encode(event),
            _ => events
                .iter()
                .map(|event| self.link.encode(event))
                .collect::<Vec<_>>()
                .concat()
                .into(),
        });
        self.link.outbox.push_shared(frames, broadcast.count());
    }

    fn dismiss(&self, why: Dismissal) {
        self.session.do_send(Farewell(why));
    }
}

/// Where a hold lets go: what comes until then is told before the answer that it waits for.
impl Mark for Hold {
    fn pass(&self) {
        self.let_go();
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
        Dress::SocketIo | Dress::Recoverable => encode::event(E::NAME, &data),
        Dress::Plain => plain::event(E::NAME, &data),
    })
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what is on the wire is JSON")
}

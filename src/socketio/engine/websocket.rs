//! The WebSocket transport (RFC 6455): a handshake, and frames put together to messages.
//!
//! The one file that names actix-web-actors, which is deprecated upstream: only its handshake is used.
//! A session lives on a plain actor context, reads [`Messages`] as a stream, and writes through an
//! [`Outbox`] that is the body of the handshake's answer; so it goes on living when its client no
//! longer reads, and a delivery wakes one task.

use std::any::Any;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_http::ws::{Codec, Frame, Item, Message as Outgoing, ProtocolError};
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use actix_web::{HttpRequest, HttpResponse, web};
pub use actix_web_actors::ws::{CloseCode, HandshakeError};
use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use futures_util::Stream;
use tokio_util::codec::{Decoder, Encoder};

use super::Bounds;
use super::outbox::Outbox;

/// The longest head of a frame: two bytes, a length of eight, a mask of four.
const HEAD_BYTES: usize = 14;

/// A whole message, or another sign of life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Text(ByteString),
    Binary(Bytes),
    Pong,
}

/// An accepted connection.
pub struct Accepted {
    pub response: HttpResponse,
    pub messages: Messages,
    pub outbox: Outbox,
}

/// Answers a WebSocket handshake.
pub fn accept(
    request: &HttpRequest,
    payload: web::Payload,
    bounds: &Bounds,
) -> Result<Accepted, HandshakeError> {
    let mut response = actix_web_actors::ws::handshake(request)?;
    let outbox = Outbox::new(bounds.outbox, request.conn_data::<Socket>().cloned());
    Ok(Accepted {
        response: response.body(outbox.body()),
        messages: Messages {
            payload,
            codec: Codec::new().max_size(bounds.max_payload),
            max_payload: bounds.max_payload,
            unread: BytesMut::new(),
            fragments: None,
            outbox: outbox.clone(),
            payload_ended: false,
            ended: false,
        },
        outbox,
    })
}

/// A frame of bytes.
pub fn binary_frame(bytes: Bytes) -> Bytes {
    frame(Outgoing::Binary(bytes))
}

/// What a frame of the server carries.
pub(super) enum Contents<'a> {
    Text(&'a str),
    Binary(&'a [u8]),
}

/// Takes the head off a frame that was made here.
pub(super) fn contents(frame: &[u8]) -> Contents<'_> {
    let head = frame.first().copied().unwrap_or_default();
    let data = frame.get(head_length(frame)..).unwrap_or_default();
    match std::str::from_utf8(data) {
        Ok(text) if head & 0x0f == 1 => Contents::Text(text),
        _ => Contents::Binary(data),
    }
}

/// The length of the first of some frames that were made here, in bytes.
pub(super) fn frame_length(frames: &[u8]) -> usize {
    let data = usize::try_from(announced_length(frames)).unwrap_or(usize::MAX);
    frames.len().min(head_length(frames).saturating_add(data))
}

/// Of a frame that was made here: a server's frames are not masked.
fn head_length(frame: &[u8]) -> usize {
    match frame.get(1) {
        Some(126) => 4,
        Some(127) => 10,
        _ => 2,
    }
}

/// A frame of text.
pub fn text_frame(text: &str) -> Bytes {
    frame(Outgoing::Text(text.into()))
}

/// A ping, which every client answers by itself.
pub fn ping_frame() -> Bytes {
    frame(Outgoing::Ping(Bytes::new()))
}

pub fn close_frame(code: CloseCode) -> Bytes {
    frame(Outgoing::Close(Some(code.into())))
}

fn frame(message: Outgoing) -> Bytes {
    let mut frame = BytesMut::new();
    Codec::new().encode(message, &mut frame).expect("only continuations can be refused");
    frame.freeze()
}

/// What a client sends, until it closes the connection, breaks the protocol, or is gone. Pings and
/// close frames are answered on the way.
pub struct Messages {
    payload: web::Payload,
    codec: Codec,
    max_payload: usize,
    unread: BytesMut,
    /// The beginning of a message whose end is still to come.
    fragments: Option<Fragments>,
    outbox: Outbox,
    payload_ended: bool,
    ended: bool,
}

struct Fragments {
    is_text: bool,
    bytes: BytesMut,
}

impl Stream for Messages {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Message>> {
        while !self.ended {
            match self.next_frame() {
                Ok(Some(frame)) => match self.take(frame) {
                    Ok(Some(message)) => return Poll::Ready(Some(message)),
                    Ok(None) => {}
                    Err(code) => self.close(code),
                },
                Err(code) => self.close(code),
                Ok(None) if self.payload_ended => self.ended = true,
                Ok(None) => match Pin::new(&mut self.payload).poll_next(cx) {
                    Poll::Ready(Some(Ok(bytes))) => self.unread.extend_from_slice(&bytes),
                    Poll::Ready(Some(Err(_)) | None) => self.payload_ended = true,
                    Poll::Pending => return Poll::Pending,
                },
            }
        }
        Poll::Ready(None)
    }
}

impl Messages {
    fn next_frame(&mut self) -> Result<Option<Frame>, CloseCode> {
        // The codec would wait for all of a frame that is too large before it refuses it.
        if announced_length(&self.unread) > self.max_payload as u64 {
            return Err(CloseCode::Size);
        }
        let frame = self.codec.decode(&mut self.unread).map_err(|error| match error {
            ProtocolError::Overflow => CloseCode::Size,
            _ => CloseCode::Protocol,
        })?;
        if self.unread.is_empty() {
            // An idle connection keeps no buffer.
            self.unread = BytesMut::new();
        }
        Ok(frame)
    }

    fn take(&mut self, frame: Frame) -> Result<Option<Message>, CloseCode> {
        match frame {
            Frame::Text(bytes) => text(bytes).map(Some),
            Frame::Binary(bytes) => Ok(Some(Message::Binary(bytes))),
            Frame::Continuation(item) => self.put_together(item),
            Frame::Ping(bytes) => {
                self.outbox.push(self::frame(Outgoing::Pong(bytes)));
                Ok(None)
            }
            Frame::Pong(_) => Ok(Some(Message::Pong)),
            Frame::Close(reason) => Err(reason.map_or(CloseCode::Normal, |reason| reason.code)),
        }
    }

    fn put_together(&mut self, item: Item) -> Result<Option<Message>, CloseCode> {
        let (bytes, last) = match item {
            Item::FirstText(bytes) | Item::FirstBinary(bytes) if self.fragments.is_some() => {
                drop(bytes);
                return Err(CloseCode::Protocol);
            }
            Item::FirstText(bytes) => {
                self.fragments = Some(Fragments { is_text: true, bytes: BytesMut::new() });
                (bytes, false)
            }
            Item::FirstBinary(bytes) => {
                self.fragments = Some(Fragments { is_text: false, bytes: BytesMut::new() });
                (bytes, false)
            }
            Item::Continue(bytes) => (bytes, false),
            Item::Last(bytes) => (bytes, true),
        };
        let fragments = self.fragments.as_mut().ok_or(CloseCode::Protocol)?;
        if fragments.bytes.len() + bytes.len() > self.max_payload {
            return Err(CloseCode::Size);
        }
        fragments.bytes.extend_from_slice(&bytes);
        match self.fragments.take_if(|_| last) {
            None => Ok(None),
            Some(Fragments { is_text: true, bytes }) => text(bytes.freeze()).map(Some),
            Some(Fragments { is_text: false, bytes }) => Ok(Some(Message::Binary(bytes.freeze()))),
        }
    }

    fn close(&mut self, code: CloseCode) {
        self.outbox.close(code);
        self.ended = true;
    }
}

fn text(bytes: Bytes) -> Result<Message, CloseCode> {
    ByteString::try_from(bytes).map(Message::Text).map_err(|_| CloseCode::Invalid)
}

/// The length that the head of the next frame announces, as far as it has come in.
fn announced_length(unread: &[u8]) -> u64 {
    let mut head = [0; HEAD_BYTES];
    let known = unread.len().min(HEAD_BYTES);
    head[..known].copy_from_slice(&unread[..known]);
    let [_, length, extended @ ..] = head;
    let extended = u64::from_be_bytes(*extended.first_chunk().expect("it has twelve bytes"));
    match length & 0x7f {
        126 if known >= 4 => extended >> 48,
        127 if known >= 10 => extended,
        126 | 127 => 0,
        length => length.into(),
    }
}

/// A connection's TCP socket, for ending it from outside: a connection whose client does not read is
/// not polled while its write buffer is full, and cannot end itself (actix-web issue 2441).
#[derive(Clone)]
pub struct Socket(Arc<OwnedFd>);

impl Socket {
    /// For `HttpServer::on_connect`: keeps the socket where [`accept`] finds it.
    pub fn remember(io: &dyn Any, connection: &mut Extensions) {
        let stream = io.downcast_ref::<TcpStream>();
        if let Some(fd) = stream.and_then(|stream| stream.as_fd().try_clone_to_owned().ok()) {
            connection.insert(Self(Arc::new(fd)));
        }
    }

    /// Nothing more will be written. What was is still sent.
    pub(super) fn finish(&self) {
        let _ = rustix::net::shutdown(&*self.0, rustix::net::Shutdown::Write);
    }

    pub fn shut(&self) {
        // An error means that it is not connected any more.
        let _ = rustix::net::shutdown(&*self.0, rustix::net::Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_announced_length_is_read_as_soon_as_it_is_there() {
        assert_eq!(announced_length(&[]), 0);
        assert_eq!(announced_length(&[0x81]), 0);
        assert_eq!(announced_length(&[0x81, 0x85]), 5);
        assert_eq!(announced_length(&[0x81, 0xfe, 1]), 0);
        assert_eq!(announced_length(&[0x81, 0xfe, 1, 0]), 256);
        assert_eq!(announced_length(&[0x81, 0xff, 0xff, 0, 0, 0, 0, 0, 0]), 0);
        assert_eq!(announced_length(&[0x81, 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 1]), (0x7f << 56) + 1);
    }
}

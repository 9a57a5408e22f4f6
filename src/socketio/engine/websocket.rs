//! The WebSocket transport (RFC 6455): a handshake, and frames put together to messages.
//!
//! The one file that names actix-web-actors, which is deprecated upstream: only its handshake is used.
//! From the handshake on the connection is ours: a session reads [`Messages`] as a stream, and a task
//! writes what is in its [`Outbox`], so that the session goes on living when its client no longer reads.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_http::ws::{Codec, Frame, Item, Message as Outgoing, ProtocolError};
use actix_web::http::header::HeaderMap;
use actix_web::{HttpRequest, HttpResponse, rt, web};
pub use actix_web_actors::ws::CloseCode;
use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use futures_util::Stream;
use tokio_util::codec::{Decoder, Encoder};
use tokio_util::task::TaskTracker;

use super::Bounds;
use super::handshake::Refusal;
use super::outbox::Outbox;
use super::tcp::{Reader, Release, Socket};

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

/// Answers a WebSocket handshake. `connections` counts the connection until it has ended.
pub fn accept(
    request: &HttpRequest,
    payload: web::Payload,
    bounds: &Bounds,
    connections: &TaskTracker,
) -> Result<Accepted, Refusal> {
    let mut answer = actix_web_actors::ws::handshake(request).map_err(|_| Refusal::BadRequest)?;
    let socket = request.conn_data::<Socket>().map(Socket::split);
    let Some(Ok((reader, writer))) = socket else {
        log::error!("the socket of a connection is not known, or cannot be used");
        return Err(Refusal::BadRequest);
    };
    let outbox = Outbox::new(bounds.outbox);
    let answer = answer.body(Release);
    outbox.push(head(answer.headers()));
    rt::spawn(connections.track_future(outbox.clone().write_to(writer)));
    Ok(Accepted {
        response: answer.map_into_boxed_body(),
        messages: Messages {
            rest: Some(payload),
            reader,
            codec: Codec::new().max_size(bounds.max_payload),
            max_payload: bounds.max_payload,
            unread: BytesMut::new(),
            fragments: None,
            outbox: outbox.clone(),
            source_ended: false,
            ended: false,
        },
        outbox,
    })
}

/// The answer to a handshake as it is on the wire.
fn head(headers: &HeaderMap) -> Bytes {
    let mut head = BytesMut::from("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\n");
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head.freeze()
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
    /// What Actix has read behind the handshake, until it has let the connection go.
    rest: Option<web::Payload>,
    reader: Reader,
    codec: Codec,
    max_payload: usize,
    unread: BytesMut,
    /// The beginning of a message whose end is still to come.
    fragments: Option<Fragments>,
    outbox: Outbox,
    source_ended: bool,
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
                Ok(None) if self.source_ended => self.ended = true,
                Ok(None) => ready!(self.poll_read(cx)),
            }
        }
        Poll::Ready(None)
    }
}

impl Messages {
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(rest) = &mut self.rest {
            match ready!(Pin::new(rest).poll_next(cx)) {
                Some(Ok(bytes)) => self.unread.extend_from_slice(&bytes),
                Some(Err(_)) | None => self.rest = None,
            }
        } else {
            let read = ready!(self.reader.poll_read(cx, &mut self.unread));
            self.source_ended = !read.is_ok_and(|count| count > 0);
        }
        Poll::Ready(())
    }

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

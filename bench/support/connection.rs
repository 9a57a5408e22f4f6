//! A plain WebSocket that costs next to nothing, so that the server has the CPU.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::server::PATIENCE;

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// What says that a length of two bytes follows, or of eight.
const MEDIUM: u8 = 0x7e;
const LONG: u8 = 0x7f;

pub struct Connection {
    stream: TcpStream,
    received: BytesMut,
    queued: Vec<u8>,
}

impl Connection {
    /// A client that was welcomed.
    pub async fn open(server: SocketAddr, name: &str) -> Self {
        Self::open_on(TcpSocket::new_v4().expect("a socket"), server, name).await
    }

    /// The same on a socket that was prepared.
    pub async fn open_on(socket: TcpSocket, server: SocketAddr, name: &str) -> Self {
        Self::introduce(socket, server, &format!("name={name}")).await
    }

    /// A client that was welcomed and says who it is with a query.
    pub async fn open_as(server: SocketAddr, query: &str) -> Self {
        Self::introduce(TcpSocket::new_v4().expect("a socket"), server, query).await
    }

    async fn introduce(socket: TcpSocket, server: SocketAddr, query: &str) -> Self {
        let stream = socket.connect(server).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket that can be set");
        let mut connection = Self { stream, received: BytesMut::new(), queued: Vec::new() };
        let request = format!(
            "GET /ws?{query} HTTP/1.1\r\nHost: stonechat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        connection.queued.extend(request.as_bytes());
        connection.flush().await;
        connection.read_head().await;
        connection.wait_for("{\"event\":\"welcome\"").await;
        connection
    }

    pub fn local_address(&self) -> SocketAddr {
        self.stream.local_addr().expect("an address")
    }

    /// Joins a room, and waits until it is done.
    pub async fn join(&mut self, room: &str) {
        self.queue(&format!(r#"{{"event":"join","data":{{"room":"{room}"}},"ack":0}}"#));
        self.flush().await;
        self.wait_for(r#"{"ack":0,"data":{"ok":true"#).await;
    }

    /// Asks something that is not refused. Answers with how long the answer took.
    pub async fn ask(&mut self, event: &str, data: &str) -> Duration {
        let start = Instant::now();
        self.queue(&format!(r#"{{"event":"{event}","data":{data},"ack":1}}"#));
        self.flush().await;
        self.wait_for(r#"{"ack":1,"data":{"ok":true"#).await;
        start.elapsed()
    }

    /// Puts a text behind those that the next [`flush`](Self::flush) writes.
    pub fn queue(&mut self, text: &str) {
        push_frame(&mut self.queued, TEXT, text.as_bytes());
    }

    pub async fn flush(&mut self) {
        if !self.queued.is_empty() {
            self.stream.write_all(&self.queued).await.expect("the server reads");
            self.queued.clear();
        }
    }

    /// Waits for more of what the server sends. False if it has ended the connection.
    pub async fn receive(&mut self) -> bool {
        self.received.reserve(16 * 1024);
        self.stream.read_buf(&mut self.received).await.is_ok_and(|bytes| bytes > 0)
    }

    /// The next text of what was received. Pings are answered with the next flush. Behind a close frame,
    /// there is nothing but the end.
    pub fn next_text(&mut self) -> Option<Bytes> {
        loop {
            match next_frame(&mut self.received)? {
                (TEXT, text) => return Some(text),
                (PING, data) => push_frame(&mut self.queued, PONG, &data),
                (CLOSE, _) => return None,
                (kind, data) => panic!("a text was to come, and not {kind:#x}: {data:?}"),
            }
        }
    }

    /// Waits for a text that begins so.
    async fn wait_for(&mut self, beginning: &str) {
        let come = async {
            loop {
                while let Some(text) = self.next_text() {
                    if text.starts_with(beginning.as_bytes()) {
                        return;
                    }
                }
                assert!(self.receive().await, "the server ends the connection before {beginning}");
            }
        };
        let come = timeout(PATIENCE, come).await;
        come.unwrap_or_else(|_| panic!("{beginning} does not come"));
    }

    async fn read_head(&mut self) {
        const END: &[u8] = b"\r\n\r\n";
        let length = loop {
            assert!(self.receive().await, "the server ends the connection");
            if let Some(end) = self.received.windows(END.len()).position(|bytes| bytes == END) {
                break end + END.len();
            }
        };
        let head = self.received.split_to(length);
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{head:?}");
    }
}

/// The whole number behind the first place that has `key`.
pub fn number_after(text: &[u8], key: &str) -> Option<u64> {
    let start = text.windows(key.len()).position(|bytes| bytes == key.as_bytes())? + key.len();
    let digits = text.iter().skip(start).take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// Adds a frame whose mask is zeros, which is a mask like any other and leaves the data as it is.
fn push_frame(frames: &mut Vec<u8>, kind: u8, data: &[u8]) {
    frames.push(kind);
    match (u8::try_from(data.len()), u16::try_from(data.len())) {
        (Ok(short @ 0..MEDIUM), _) => frames.push(0x80 | short),
        (_, Ok(length)) => {
            frames.push(0x80 | MEDIUM);
            frames.extend(length.to_be_bytes());
        }
        _ => panic!("nothing so long is sent"),
    }
    frames.extend([0; 4]);
    frames.extend(data);
}

/// The first frame, if all of it is there.
fn next_frame(received: &mut BytesMut) -> Option<(u8, Bytes)> {
    let (&[kind, length], rest) = received.split_first_chunk()?;
    let (head, length) = match length {
        MEDIUM => (4, u16::from_be_bytes(*rest.first_chunk()?).into()),
        LONG => (10, usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?),
        length => (2, length.into()),
    };
    if received.len() < head + length {
        return None;
    }
    received.advance(head);
    Some((kind, received.split_to(length).freeze()))
}

//! A plain WebSocket that costs next to nothing, so that the server has the CPU.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::frames::{CLOSE, Frame, PING, PONG, TEXT, handshake, head_of_answer, push_frame};
use super::server::PATIENCE;

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
        let request = handshake(&format!("/ws?{query}"));
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
        let length = loop {
            assert!(self.receive().await, "the server ends the connection");
            if let Some(length) = head_of_answer(&self.received) {
                break length;
            }
        };
        self.received.advance(length);
    }
}

/// The whole number behind the first place that has `key`.
pub fn number_after(text: &[u8], key: &str) -> Option<u64> {
    let start = text.windows(key.len()).position(|bytes| bytes == key.as_bytes())? + key.len();
    let digits = text.iter().skip(start).take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// Takes the first frame, if all of it is there.
fn next_frame(received: &mut BytesMut) -> Option<(u8, Bytes)> {
    let frame = Frame::first(received)?;
    let mut bytes = received.split_to(frame.end).freeze();
    bytes.advance(frame.head);
    Some((frame.kind, bytes))
}

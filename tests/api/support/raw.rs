use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::{Dress, PATIENCE, Served};

/// Kinds of frames.
pub mod opcode {
    pub const CONTINUATION: u8 = 0;
    pub const TEXT: u8 = 1;
    pub const BINARY: u8 = 2;
    pub const CLOSE: u8 = 8;
    pub const PING: u8 = 9;
    pub const PONG: u8 = 10;
}

/// What says that a length of two bytes, or of eight, follows.
const MEDIUM: u8 = 0x7e;
const LONG: u8 = 0x7f;

const MASK: [u8; 4] = [1, 2, 3, 4];

/// A connection byte by byte, for what no library sends.
pub struct Raw {
    stream: TcpStream,
    transcript: Vec<String>,
}

impl Raw {
    /// A connection without a word.
    pub async fn connect(app: &impl Served) -> Self {
        // A client that does not read holds back little, so that what it misses waits at the server.
        Self::connect_with(app, 4096).await
    }

    /// A connection for which the kernel keeps so many bytes that are not yet read.
    pub async fn connect_with(app: &impl Served, buffer: u32) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(buffer).expect("a buffer");
        let stream = timeout(PATIENCE, socket.connect(app.address())).await;
        let stream = stream.expect("a connection in time").expect("a connection");
        Self { stream, transcript: Vec::new() }
    }

    /// A WebSocket whose client was welcomed.
    pub async fn welcomed(app: &impl Served, dress: Dress, name: &str) -> Self {
        Self::connect(app).await.introduced(dress, name).await
    }

    /// Becomes a WebSocket whose client is welcomed.
    pub async fn introduced(mut self, dress: Dress, name: &str) -> Self {
        self.upgrade_with(dress, b"").await;
        self.send(&introduction(dress, name)).await;
        while !self.next_text().await.contains("welcome") {}
        self
    }

    /// Asks for a WebSocket, and has it. `more` goes out together with the request.
    pub async fn upgrade_with(&mut self, dress: Dress, more: &[u8]) {
        let path = dress.path();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: stonechat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        self.send(&[request.as_bytes(), more].concat()).await;
        let head = self.read_head().await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        // The answer to this key that RFC 6455 has as its example.
        assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.transcript.push(format!("-> {}", shown(bytes)));
        // A server that has ended the connection already has nothing to read.
        let _ = timeout(PATIENCE, self.stream.write_all(bytes)).await.expect("room to write");
    }

    /// The head of an HTTP response.
    pub async fn read_head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.read::<1>().await.expect("the head of a response")[0]);
        }
        String::from_utf8(head).expect("ASCII")
    }

    /// All that comes until the server ends the connection, within a time.
    pub async fn rest(&mut self, patience: Duration) -> Option<Vec<u8>> {
        let mut rest = Vec::new();
        // A connection that is reset has ended as well.
        let ended = timeout(patience, self.stream.read_to_end(&mut rest)).await.is_ok();
        self.transcript.push(format!("<- {}", shown(&rest)));
        ended.then_some(rest)
    }

    /// The status and the body of a response that says how long it is.
    pub async fn read_response(&mut self) -> (u16, String) {
        let head = self.read_head().await.to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let length = head.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next());
        let length = length.and_then(|length| length.parse().ok()).expect("a length");
        let mut body = vec![0; length];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut body)).await;
        read.expect("all of the body in time").expect("all of the body");
        (status.expect("a status"), String::from_utf8(body).expect("UTF-8"))
    }

    /// A frame's kind and what it carries, or nothing once the connection has ended.
    pub async fn next_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let [kind, length] = self.read().await?;
        let length = match length {
            MEDIUM => u64::from(u16::from_be_bytes(self.read().await?)),
            LONG => u64::from_be_bytes(self.read().await?),
            length => u64::from(length),
        };
        let mut payload = vec![0; usize::try_from(length).expect("a length that fits")];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut payload)).await;
        read.expect("all of the frame in time").ok()?;
        self.transcript.push(format!("<- {kind:#x} {}", shown(&payload)));
        assert_eq!(kind & 0xf0, 0x80, "a whole frame without extensions");
        Some((kind & 0x0f, payload))
    }

    /// The next text; pings are passed over.
    pub async fn next_text(&mut self) -> String {
        loop {
            match self.next_frame().await.expect("a text, not the end") {
                (opcode::TEXT, text) => return String::from_utf8(text).expect("UTF-8"),
                (opcode::PING, _) => {}
                (kind, payload) => panic!("a text was to come, and not {kind}: {payload:?}"),
            }
        }
    }

    /// The code with which the server closes the connection, and then it ends it.
    pub async fn next_close(&mut self) -> Option<u16> {
        let code = loop {
            match self.next_frame().await {
                Some((opcode::CLOSE, payload)) => {
                    break payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                }
                Some(_) => {}
                None => return None,
            }
        };
        assert_eq!(self.next_frame().await, None, "nothing comes after a close frame");
        code
    }

    async fn read<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut bytes)).await;
        read.expect("something comes in time").ok()?;
        Some(bytes)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("What went over a raw connection:\n{}", self.transcript.join("\n"));
        }
    }
}

/// The frame in which a client says who it is.
pub fn introduction(dress: Dress, name: &str) -> Vec<u8> {
    let identity = json!({ "name": name }).to_string();
    frame(opcode::TEXT, dress.connect(&identity).as_bytes())
}

/// A whole frame of a client.
pub fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    frame_with(0x80 | kind, payload)
}

/// A frame of a client with any first byte: its kind, whether it is the last, and the reserved bits.
pub fn frame_with(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = head(first, payload.len() as u64);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// The head of a frame that announces a length.
pub fn head(first: u8, length: u64) -> Vec<u8> {
    let mut head = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..MEDIUM), _) => head.push(0x80 | short),
        (_, Ok(length)) => {
            head.push(0x80 | MEDIUM);
            head.extend(length.to_be_bytes());
        }
        _ => {
            head.push(0x80 | LONG);
            head.extend(length.to_be_bytes());
        }
    }
    head.extend(MASK);
    head
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    format!("{} bytes {text:?}", bytes.len())
}

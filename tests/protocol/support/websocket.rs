use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{PATIENCE, SILENCE, Server};

/// Kinds of frames.
pub mod opcode {
    pub const CONTINUATION: u8 = 0;
    pub const TEXT: u8 = 1;
    pub const BINARY: u8 = 2;
    pub const CLOSE: u8 = 8;
    pub const PING: u8 = 9;
    pub const PONG: u8 = 10;
}

/// What says that a length of two bytes follows.
const MEDIUM: u8 = 126;

const MASK: [u8; 4] = [1, 2, 3, 4];

/// A WebSocket that answers nothing by itself. A failing test prints what went over it.
pub struct WebSocket {
    stream: TcpStream,
    transcript: Vec<String>,
}

impl WebSocket {
    /// A session that is in no namespace yet.
    pub async fn open(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address()).await.expect("a connection");
        let mut socket = Self { stream, transcript: Vec::new() };
        let request = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: server\r\n\
                       Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.send_bytes(request.as_bytes()).await;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(socket.read::<1>().await.expect("a response"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
        assert!(socket.next_text().await.starts_with("0{"));
        socket
    }

    /// A session in the default namespace.
    pub async fn connect(server: &Server) -> Self {
        let mut socket = Self::open(server).await;
        socket.send("40").await;
        assert_eq!(socket.next_text().await, r#"40{"sid":"x"}"#);
        socket
    }

    pub async fn send(&mut self, text: &str) {
        self.send_bytes(&frame(opcode::TEXT, text)).await;
    }

    pub async fn send_binary(&mut self, bytes: &[u8]) {
        self.send_bytes(&frame(opcode::BINARY, bytes)).await;
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        self.transcript.push(format!("-> {}", bytes[..bytes.len().min(200)].escape_ascii()));
        // A server that has ended the connection already has nothing to read.
        let _ = timeout(PATIENCE, self.stream.write_all(bytes)).await.expect("room to write");
    }

    /// A frame's kind and what it carries, or nothing once the connection has ended.
    pub async fn next_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let [first, length] = self.read().await?;
        let length = match length {
            MEDIUM => usize::from(u16::from_be_bytes(self.read().await?)),
            length => usize::from(length),
        };
        let mut payload = vec![0; length];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut payload)).await;
        read.expect("all of a frame in time").ok()?;
        self.transcript.push(format!("<- {first:#x} {}", payload.escape_ascii()));
        assert_eq!(first & 0xf0, 0x80, "a server's frames are whole and without extensions");
        Some((first & 0x0f, payload))
    }

    pub async fn next_text(&mut self) -> String {
        match self.next_frame().await {
            Some((opcode::TEXT, text)) => String::from_utf8(text).expect("UTF-8"),
            other => panic!("a text was to come, and not {other:?}"),
        }
    }

    pub async fn next_binary(&mut self) -> Vec<u8> {
        match self.next_frame().await {
            Some((opcode::BINARY, bytes)) => bytes,
            other => panic!("bytes were to come, and not {other:?}"),
        }
    }

    /// What comes next is a close frame with this code, and after it the connection ends.
    pub async fn assert_closed(&mut self, code: u16, why: &str) {
        let closed = self.next_frame().await;
        assert_eq!(closed, Some((opcode::CLOSE, code.to_be_bytes().to_vec())), "{why}");
        assert_eq!(self.next_frame().await, None, "{why}: nothing follows a close frame");
    }

    pub async fn assert_silent(&mut self) {
        let byte = timeout(SILENCE, self.stream.read_u8()).await;
        assert!(byte.is_err(), "nothing was to come, and not {byte:?}");
    }

    async fn read<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut bytes)).await;
        read.expect("something comes in time").ok().map(|_| bytes)
    }
}

impl Drop for WebSocket {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("What went over a WebSocket:\n{}", self.transcript.join("\n"));
        }
    }
}

/// A whole message of a client.
pub fn frame(kind: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    masked(0x80 | kind, payload.as_ref())
}

/// A fragment that others follow.
pub fn unfinished(kind: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    masked(kind, payload.as_ref())
}

fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    let length = u16::try_from(payload.len()).expect("tests say nothing longer");
    match u8::try_from(length) {
        Ok(length) if length < MEDIUM => frame.push(0x80 | length),
        _ => {
            frame.push(0x80 | MEDIUM);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

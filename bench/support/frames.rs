//! Frames of WebSocket, as far as a client of these programs needs them.

pub const TEXT: u8 = 0x81;
pub const CLOSE: u8 = 0x88;
pub const PING: u8 = 0x89;
pub const PONG: u8 = 0x8a;

/// What says that a length of two bytes follows, or of eight.
const MEDIUM: u8 = 0x7e;
const LONG: u8 = 0x7f;

/// What ends the head of a request, and of its answer.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// Where a frame is among the bytes that it begins.
pub struct Frame {
    pub kind: u8,
    pub head: usize,
    pub end: usize,
}

impl Frame {
    /// The first frame, if all of it is there.
    pub fn first(bytes: &[u8]) -> Option<Self> {
        let (&[kind, length], rest) = bytes.split_first_chunk()?;
        let (head, length) = match length {
            MEDIUM => (4, u16::from_be_bytes(*rest.first_chunk()?).into()),
            LONG => (10, usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?),
            length => (2, length.into()),
        };
        let end = head + length;
        (bytes.len() >= end).then_some(Self { kind, head, end })
    }
}

/// Adds a frame whose mask is zeros, which is a mask like any other and leaves the data as it is.
pub fn push_frame(frames: &mut Vec<u8>, kind: u8, data: &[u8]) {
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

/// The request that begins a WebSocket.
pub fn handshake(target: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: stonechat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// How long the head of the answer to a handshake is, if all of it is there.
pub fn head_of_answer(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(END_OF_HEAD.len()).position(|bytes| bytes == END_OF_HEAD)?;
    let head = String::from_utf8_lossy(&bytes[..end]);
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    Some(end + END_OF_HEAD.len())
}

//! Several packets in one body of HTTP long-polling: separated by a character that JSON does not have,
//! binary ones in base64 behind a `b`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytestring::ByteString;

use super::packet::{self, Message, Packet, UnknownPacket};

const SEPARATOR: char = '\x1e';
const BINARY: char = 'b';

/// The packets of a payload, one after the other; they are not copied.
#[derive(Debug, Clone)]
pub struct Packets {
    rest: Option<ByteString>,
}

impl Packets {
    pub fn of(payload: ByteString) -> Self {
        Self { rest: Some(payload) }
    }
}

impl Iterator for Packets {
    type Item = Result<Packet, UnknownPacket>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest.take()?;
        let packet = match text.split_once(SEPARATOR) {
            Some((packet, rest)) => {
                self.rest = Some(text.slice_ref(rest));
                text.slice_ref(packet)
            }
            None => text,
        };
        Some(match packet.strip_prefix(BINARY) {
            Some(base64) => BASE64
                .decode(base64)
                .map(|bytes| Packet::Message(Message::Binary(bytes.into())))
                .map_err(|_| UnknownPacket),
            None => packet::decode(&packet),
        })
    }
}

/// A payload that is being put together.
#[derive(Debug, Default)]
pub struct Payload {
    text: String,
    packets: usize,
}

impl Payload {
    pub fn push_text(&mut self, packet: &str) {
        self.separate();
        self.text.push_str(packet);
    }

    pub fn push_binary(&mut self, bytes: &[u8]) {
        self.separate();
        self.text.push(BINARY);
        BASE64.encode_string(bytes, &mut self.text);
    }

    /// How many packets it has.
    pub fn packets(&self) -> usize {
        self.packets
    }

    /// Its size in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn is_empty(&self) -> bool {
        self.packets == 0
    }

    pub fn into_text(self) -> String {
        self.text
    }

    fn separate(&mut self) {
        if self.packets > 0 {
            self.text.push(SEPARATOR);
        }
        self.packets += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(payload: &'static str) -> Result<Vec<Packet>, UnknownPacket> {
        Packets::of(payload.into()).collect()
    }

    fn text(text: &'static str) -> Packet {
        Packet::Message(Message::Text(text.into()))
    }

    #[test]
    fn packets_are_separated_and_binary_ones_in_base64() {
        let binary = Packet::Message(Message::Binary(vec![1, 2, 3, 4].into()));
        assert_eq!(
            decode("4hello\x1ebAQIDBA==\x1e3\x1e4"),
            Ok(vec![text("hello"), binary, Packet::Pong, text("")])
        );

        let mut payload = Payload::default();
        payload.push_text("4hello");
        payload.push_binary(&[1, 2, 3, 4]);
        assert_eq!(payload.packets(), 2);
        assert_eq!(payload.into_text(), "4hello\x1ebAQIDBA==");
    }

    #[test]
    fn what_is_no_payload_is_refused() {
        for payload in ["", "\x1e", "4a\x1e", "abc", "4a\x1ex", "bA", "b!", "4a\x1e\x1e4b"] {
            assert_eq!(decode(payload), Err(UnknownPacket), "{payload:?}");
        }
    }
}

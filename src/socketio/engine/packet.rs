//! Engine.IO packets: one digit for the kind, and what it carries. Binary messages have no digit.

use bytes::Bytes;
use bytestring::ByteString;

/// What the layer above says to the other side, and hears from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Text(ByteString),
    Binary(Bytes),
}

/// What a client sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    Open,
    Close,
    Ping(ByteString),
    Pong,
    Message(Message),
    Upgrade,
    Noop,
}

/// What is no packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown packet type")]
pub struct UnknownPacket;

/// Packets of the server.
pub const CLOSE: &str = "1";
pub const PING: &str = "2";
pub const MESSAGE: char = '4';
pub const PONG_PROBE: &str = "3probe";
pub const NOOP: &str = "6";

/// What a ping carries that asks whether a new transport works.
pub const PROBE: &str = "probe";

/// Reads a packet of text.
pub fn decode(text: &ByteString) -> Result<Packet, UnknownPacket> {
    let (kind, data) = text.split_at_checked(1).ok_or(UnknownPacket)?;
    match kind {
        "0" => Ok(Packet::Open),
        "1" => Ok(Packet::Close),
        "2" => Ok(Packet::Ping(text.slice_ref(data))),
        "3" => Ok(Packet::Pong),
        "4" => Ok(Packet::Message(Message::Text(text.slice_ref(data)))),
        "5" => Ok(Packet::Upgrade),
        "6" => Ok(Packet::Noop),
        _ => Err(UnknownPacket),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_a_digit_and_its_data() {
        let text = |text: &'static str| Packet::Message(Message::Text(text.into()));
        assert_eq!(decode(&"4hello".into()), Ok(text("hello")));
        assert_eq!(decode(&"4".into()), Ok(text("")));
        assert_eq!(decode(&"2probe".into()), Ok(Packet::Ping("probe".into())));
        assert_eq!(decode(&"3probe".into()), Ok(Packet::Pong));
        assert_eq!(decode(&"1".into()), Ok(Packet::Close));
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        for text in ["", "7", "x", "é4", " 4"] {
            assert_eq!(decode(&text.into()), Err(UnknownPacket), "{text:?}");
        }
    }
}

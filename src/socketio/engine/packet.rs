//! Engine.IO packets as text: one digit for the kind, and what it carries.

use bytestring::ByteString;

/// What one frame of text holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    Open,
    Close,
    Ping,
    Pong,
    /// For the layer above.
    Message(ByteString),
    Upgrade,
    Noop,
}

/// A packet of a kind that the protocol does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown packet type")]
pub struct UnknownPacket;

/// The server's heartbeat.
pub const PING: &str = "2";
/// Says that the session ends.
pub const CLOSE: &str = "1";

pub fn decode(text: &ByteString) -> Result<Packet, UnknownPacket> {
    let Some((kind, rest)) = text.split_at_checked(1) else { return Err(UnknownPacket) };
    match kind {
        "0" => Ok(Packet::Open),
        "1" => Ok(Packet::Close),
        "2" => Ok(Packet::Ping),
        "3" => Ok(Packet::Pong),
        "4" => Ok(Packet::Message(text.slice_ref(rest))),
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
        assert_eq!(decode(&"4hello".into()), Ok(Packet::Message("hello".into())));
        assert_eq!(decode(&"4".into()), Ok(Packet::Message("".into())));
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

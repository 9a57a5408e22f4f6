//! Bodies of HTTP long-polling: any text is packets or is refused, and packets stay what they are
//! when they are put together again.

#![no_main]

use bytestring::ByteString;
use libfuzzer_sys::fuzz_target;
use stonechat::socketio::engine::packet::{Message, Packet};
use stonechat::socketio::engine::payload::{Packets, Payload};

fuzz_target!(|text: &str| {
    let Ok(packets) = Packets::of(ByteString::from(text)).collect::<Result<Vec<_>, _>>() else {
        return;
    };
    let again: Result<Vec<_>, _> = Packets::of(encode(&packets).into_text().into()).collect();
    assert_eq!(again, Ok(packets));
});

fn encode(packets: &[Packet]) -> Payload {
    let mut payload = Payload::default();
    for packet in packets {
        match packet {
            Packet::Message(Message::Binary(bytes)) => payload.push_binary(bytes),
            Packet::Message(Message::Text(text)) => payload.push_text(&format!("4{text}")),
            Packet::Ping(data) => payload.push_text(&format!("2{data}")),
            Packet::Open => payload.push_text("0"),
            Packet::Close => payload.push_text("1"),
            Packet::Pong => payload.push_text("3"),
            Packet::Upgrade => payload.push_text("5"),
            Packet::Noop => payload.push_text("6"),
        }
    }
    payload
}

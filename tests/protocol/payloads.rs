//! Packets say the same after they went through a body of HTTP long-polling.

use proptest::collection::vec;
use proptest::prelude::*;
use stonechat::socketio::engine::Message;
use stonechat::socketio::engine::packet::Packet;
use stonechat::socketio::engine::payload::{Packets, Payload};

use crate::support::strategies::engine_packet;

proptest! {
    #[test]
    fn packets_are_the_same_on_the_other_side(packets in vec(engine_packet(), 1..10)) {
        let mut payload = Payload::default();
        for packet in &packets {
            push(&mut payload, packet);
        }
        prop_assert_eq!(payload.packets(), packets.len());
        let received: Result<Vec<_>, _> = Packets::of(payload.into_text().into()).collect();
        prop_assert_eq!(received, Ok(packets));
    }
}

fn push(payload: &mut Payload, packet: &Packet) {
    match packet {
        Packet::Open => payload.push_text("0"),
        Packet::Close => payload.push_text("1"),
        Packet::Ping(data) => payload.push_text(&format!("2{data}")),
        Packet::Pong => payload.push_text("3"),
        Packet::Message(Message::Text(text)) => payload.push_text(&format!("4{text}")),
        Packet::Message(Message::Binary(bytes)) => payload.push_binary(bytes),
        Packet::Upgrade => payload.push_text("5"),
        Packet::Noop => payload.push_text("6"),
    }
}

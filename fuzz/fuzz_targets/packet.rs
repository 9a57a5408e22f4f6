//! Socket.IO packets: any sequence of messages is packets or is refused, and a packet that was taken
//! is taken for the same when it is sent on.
//!
//! An input is messages separated by the byte 0x1e; one that begins with `b` is binary.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stonechat::socketio::engine::Message;
use stonechat::socketio::packet::{Decoder, Packet, encode};

const SEPARATOR: u8 = 0x1e;

/// The most bytes of attachments, small enough for the fuzzer to exceed it.
const LIMIT: usize = 64;

fuzz_target!(|input: &[u8]| {
    let mut decoder = Decoder::new(LIMIT);
    for message in input.split(|byte| *byte == SEPARATOR) {
        let Some(message) = read(message) else { return };
        match decoder.decode(message) {
            Ok(Some(packet)) => assert_survives(&packet),
            Ok(None) => {}
            Err(_) => return,
        }
    }
});

fn read(message: &[u8]) -> Option<Message> {
    match message.strip_prefix(b"b") {
        Some(bytes) => Some(Message::Binary(bytes.to_vec().into())),
        None => std::str::from_utf8(message).ok().map(|text| Message::Text(text.into())),
    }
}

fn assert_survives(packet: &Packet) {
    let mut decoder = Decoder::new(LIMIT);
    let messages = encode::messages(packet.clone());
    let last = messages.len() - 1;
    for (i, message) in messages.into_iter().enumerate() {
        let expected = (i == last).then(|| packet.clone());
        assert_eq!(decoder.decode(message), Ok(expected));
    }
}

//! Whatever comes in, the decoders answer with a value.

use bytestring::ByteString;
use proptest::collection::vec;
use proptest::prelude::*;
use stonechat::socketio::engine::payload::Packets;
use stonechat::socketio::engine::{Message, packet};
use stonechat::socketio::packet::{Decoder, Malformed};
use stonechat::wire::{Command, Identity, plain};

use crate::support::MAX_PAYLOAD;
use crate::support::strategies::nearly_a_packet;

/// The events that carry data which is looked at.
const EVENTS: [&str; 5] = ["send", "join", "leave", "history", "typing"];

proptest! {
    #[test]
    fn any_text_is_taken_or_refused(text in any::<String>()) {
        decode(&text);
    }

    #[test]
    fn text_that_is_nearly_a_packet_is_taken_or_refused(text in nearly_a_packet()) {
        decode(&text);
    }

    #[test]
    fn any_sequence_of_messages_is_taken_or_refused(
        texts in vec(nearly_a_packet(), 0..10),
        attachments in vec(vec(any::<u8>(), 0..50), 0..10),
    ) {
        let mut decoder = Decoder::new(100);
        for (text, attachment) in texts.into_iter().zip(attachments) {
            let _ = decoder.decode(Message::Text(text.into()));
            let _ = decoder.decode(Message::Binary(attachment.into()));
        }
    }
}

#[test]
fn values_may_be_nested_as_deep_as_a_message_is_long() {
    let deep = ["[".repeat(MAX_PAYLOAD * 50), "]".repeat(MAX_PAYLOAD * 50)].concat();
    let mut decoder = Decoder::new(0);
    for text in [format!(r#"2["x",{deep}]"#), format!("31{deep}"), format!(r#"0{{"x":{deep}}}"#)] {
        assert!(matches!(decoder.decode(Message::Text(text.into())), Ok(Some(_))));
    }
    let unclosed = format!(r#"2["x",{}"#, "[".repeat(MAX_PAYLOAD * 50));
    let refused = decoder.decode(Message::Text(unclosed.into()));
    assert_eq!(refused, Err(Malformed::Payload));

    let frame = format!(r#"{{"event":"join","data":{{"room":"lobby","x":{deep}}}}}"#);
    let frame = plain::decode(&frame.into()).expect("a frame");
    assert!(Command::parse(&frame.event, frame.data.as_deref()).is_ok());
    for event in EVENTS {
        assert!(Command::parse(event, Some(&deep)).is_err(), "{event}");
        assert!(Command::parse(event, Some(&format!(r#"{{"room":{deep}}}"#))).is_err(), "{event}");
    }
}

fn decode(text: &str) {
    let shared = ByteString::from(text);
    let _ = packet::decode(&shared);
    let _ = plain::decode(&shared);
    let _ = Identity::parse(Some(text));
    for event in EVENTS {
        let _ = Command::parse(event, Some(text));
    }
    Packets::of(shared.clone()).for_each(drop);
    let _ = Decoder::new(100).decode(Message::Text(shared));
}

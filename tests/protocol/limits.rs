//! How much of what never becomes a packet is kept.

use bytes::Bytes;
use stonechat::socketio::engine::Message;
use stonechat::socketio::packet::{Decoder, Malformed};

const LIMIT: usize = 1000;

const PLACE: &str = r#"{"_placeholder":true,"num":0}"#;

#[test]
fn a_million_attachments_without_places_for_them_are_refused_at_once() {
    for text in [
        format!(r#"51000000-["x",{PLACE}]"#),
        format!("61000000-1[{PLACE}]"),
        r#"51000000-["x"]"#.to_owned(),
        format!("5{}-[\"x\"]", u64::MAX),
    ] {
        let refused = Decoder::new(LIMIT).decode(Message::Text(text.as_str().into()));
        assert_eq!(refused, Err(Malformed::Attachments), "{text}");
    }
}

#[test]
fn attachments_whose_last_one_never_comes_are_kept_up_to_the_limit() {
    for size in [1, 7, 400, LIMIT] {
        let mut decoder = announce(LIMIT + 1);
        let mut kept = 0;
        let refused = loop {
            match decoder.decode(Message::Binary(vec![0; size].into())) {
                Ok(None) => kept += size,
                other => break other,
            }
        };
        assert_eq!(refused, Err(Malformed::TooLarge), "{size}");
        assert_eq!(kept, LIMIT - LIMIT % size, "{size}");
    }
}

#[test]
fn one_attachment_larger_than_the_limit_is_refused() {
    let refused = announce(1).decode(Message::Binary(vec![0; LIMIT + 1].into()));
    assert_eq!(refused, Err(Malformed::TooLarge));
}

#[test]
fn empty_attachments_are_as_many_as_were_announced() {
    let mut decoder = announce(100);
    for _ in 1..100 {
        assert_eq!(decoder.decode(Message::Binary(Bytes::new())), Ok(None));
    }
    assert!(matches!(decoder.decode(Message::Binary(Bytes::new())), Ok(Some(_))));
    assert_eq!(decoder.decode(Message::Binary(Bytes::new())), Err(Malformed::Order));
}

/// A decoder that waits for so many attachments.
fn announce(count: usize) -> Decoder {
    let mut decoder = Decoder::new(LIMIT);
    let places = vec![PLACE; count].join(",");
    let text = format!(r#"5{count}-["x",{places}]"#);
    assert_eq!(decoder.decode(Message::Text(text.into())), Ok(None));
    decoder
}

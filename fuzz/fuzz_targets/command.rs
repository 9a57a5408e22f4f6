//! Frames of `/ws`: any text is a command or gets an answer, and a command means the same however its
//! JSON is spelt.

#![no_main]

use bytestring::ByteString;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use stonechat::wire::{Command, Identity, plain};

fuzz_target!(|text: &str| {
    let frame = match plain::decode(&ByteString::from(text)) {
        Ok(frame) => frame,
        Err((failure, ack)) => return assert_json(&plain::answer(ack, &failure)),
    };
    let data = frame.data.as_deref();
    if let Err(failure) = Identity::parse(data) {
        assert_json(&plain::answer(frame.ack, &failure));
    }
    match Command::parse(&frame.event, data) {
        Err(failure) => assert_json(&plain::answer(frame.ack, &failure)),
        Ok(command) => {
            // Fields that are passed over may hold what a `Value` cannot.
            let data = data.unwrap_or("null");
            if let Ok(value) = serde_json::from_str::<Value>(data) {
                assert_eq!(Command::parse(&frame.event, Some(&value.to_string())), Ok(command));
            }
        }
    }
});

fn assert_json(text: &str) {
    serde_json::from_str::<Value>(text).expect("an answer is JSON");
}

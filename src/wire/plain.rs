//! Frames of `/ws`: JSON objects, each of them one command, answer or event.

use bytestring::ByteString;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{ErrorCode, Failure};

/// A frame from a client. `data` is JSON.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    pub event: String,
    pub data: Option<ByteString>,
    pub ack: Option<u64>,
}

/// Reads a frame; a failure comes with the number to answer to, if that could be read.
pub fn decode(text: &ByteString) -> Result<Frame, (Failure, Option<u64>)> {
    #[derive(Deserialize)]
    struct Fields<'a> {
        event: Option<String>,
        #[serde(borrow)]
        data: Option<&'a RawValue>,
        ack: Option<u64>,
    }
    let bad = |why: &str| Failure::new(ErrorCode::BadFrame, why);
    let shape = "A frame is a JSON object {\"event\": …, \"data\": …, \"ack\": a whole number}.";
    if !text.trim_start().starts_with('{') {
        return Err((bad(shape), None));
    }
    let fields: Fields = serde_json::from_str(text).map_err(|_| (bad(shape), None))?;
    let Some(event) = fields.event else {
        return Err((bad("The frame has no \"event\"."), fields.ack));
    };
    Ok(Frame { event, data: fields.data.map(|data| text.slice_ref(data.get())), ack: fields.ack })
}

/// An event for a client; `data` is JSON and the name needs no escapes.
pub fn event(name: &str, data: &str) -> String {
    format!("{{\"event\":\"{name}\",\"data\":{data}}}")
}

/// The answer to a command; `data` is JSON.
pub fn answer(ack: Option<u64>, data: &impl Serialize) -> String {
    #[derive(Serialize)]
    struct Frame<'a, T> {
        ack: Option<u64>,
        data: &'a T,
    }
    serde_json::to_string(&Frame { ack, data }).expect("what is on the wire is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_an_object_with_an_event() {
        assert_eq!(
            decode(&r#" {"event":"send","data":{"room":"lobby"},"ack":7}"#.into()),
            Ok(Frame {
                event: "send".into(),
                data: Some(r#"{"room":"lobby"}"#.into()),
                ack: Some(7)
            })
        );
        assert_eq!(
            decode(&r#"{"event":"x"}"#.into()),
            Ok(Frame { event: "x".into(), data: None, ack: None })
        );
    }

    #[test]
    fn what_is_no_frame_is_refused_and_answered_where_it_can_be() {
        for (text, ack) in [
            ("", None),
            ("hello", None),
            ("[]", None),
            ("[\"send\",{},1]", None),
            ("{\"event\":1}", None),
            ("{\"event\":\"x\",\"ack\":-1}", None),
            ("{\"event\":\"x\"", None),
            ("{\"ack\":3}", Some(3)),
        ] {
            let (failure, number) = decode(&text.into()).expect_err(text);
            assert_eq!((failure.code, number), (ErrorCode::BadFrame, ack), "{text}");
        }
    }
}

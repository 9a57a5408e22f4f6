//! Anything that may be said.

use bytes::Bytes;
use bytestring::ByteString;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stonechat::socketio::Args;
use stonechat::socketio::engine::{self, Message};
use stonechat::socketio::packet::Packet;

/// Names that no event may have.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

pub fn packet() -> impl Strategy<Value = Packet> {
    prop_oneof![
        (namespace(), option::of(object()))
            .prop_map(|(namespace, auth)| Packet::Connect { namespace, auth }),
        namespace().prop_map(|namespace| Packet::Disconnect { namespace }),
        (namespace(), object())
            .prop_map(|(namespace, error)| Packet::ConnectError { namespace, error }),
        (namespace(), event_name(), args(), option::of(any::<u64>()))
            .prop_map(|(namespace, name, args, ack)| Packet::Event { namespace, name, args, ack }),
        (namespace(), any::<u64>(), args()).prop_map(|(namespace, id, args)| Packet::Ack {
            namespace,
            id,
            args
        }),
    ]
}

/// A packet of the engine, but for texts with the character that separates packets of a payload.
pub fn engine_packet() -> impl Strategy<Value = engine::packet::Packet> {
    use engine::packet::Packet;
    let text = || "[^\u{1e}]*".prop_map(ByteString::from);
    prop_oneof![
        text().prop_map(|text| Packet::Message(Message::Text(text))),
        bytes().prop_map(|bytes| Packet::Message(Message::Binary(bytes))),
        text().prop_map(Packet::Ping),
        prop::sample::select(vec![
            Packet::Open,
            Packet::Close,
            Packet::Pong,
            Packet::Upgrade,
            Packet::Noop
        ]),
    ]
}

/// Text that is nearly a packet.
pub fn nearly_a_packet() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,25}",
        any::<String>(),
        prop::sample::select(vec!["-", "/", ",", "?", "[", "]", "\"x\"", "{", "}", "\\u", "é"])
            .prop_map(String::from),
        json().prop_map(|value| value.to_string()),
    ];
    ("[0-6b]", vec(piece, 0..6)).prop_map(|(kind, pieces)| kind + &pieces.concat())
}

fn namespace() -> impl Strategy<Value = ByteString> {
    "/[^,?]*".prop_map(ByteString::from)
}

fn event_name() -> impl Strategy<Value = ByteString> {
    let name = any::<String>().prop_filter("it is reserved", |name| !RESERVED.contains(&&**name));
    name.prop_map(ByteString::from)
}

/// Values, and attachments with their places among them.
fn args() -> impl Strategy<Value = Args> {
    (vec(json_text(), 0..4), vec(bytes(), 0..4)).prop_map(|(mut values, attachments)| {
        let place = |num| json!({ "_placeholder": true, "num": num });
        values.extend((0..attachments.len()).map(|num| place(num).to_string().into()));
        Args { values, attachments }
    })
}

fn bytes() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..50).prop_map(Bytes::from)
}

/// JSON with and without white space.
fn json_text() -> impl Strategy<Value = ByteString> {
    (json(), any::<bool>()).prop_map(|(value, spaced)| {
        if spaced { format!("{value:#}").into() } else { value.to_string().into() }
    })
}

fn object() -> impl Strategy<Value = ByteString> {
    fields(json()).prop_map(|value| value.to_string().into())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(Value::from), fields(inner)]
    })
}

fn fields(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    vec((any::<String>(), value), 0..4).prop_map(|fields| Value::Object(Map::from_iter(fields)))
}

//! Socket.IO packets as text, protocol 5.
//!
//! Source: socketio/socket.io, `docs/socket.io-protocol/v5-current.md`. A packet is a digit for its
//! kind, the namespace and a comma unless it is `/`, the number of an acknowledgement, and JSON. JSON
//! is handed on as it came: what it means is for the layer above.

use bytestring::ByteString;
use serde_json::value::RawValue;

/// The namespace that every server has.
pub const DEFAULT_NAMESPACE: &str = "/";

/// What a client sends. Values are JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    Connect { namespace: ByteString, auth: Option<ByteString> },
    Disconnect { namespace: ByteString },
    Event { namespace: ByteString, name: String, args: Vec<ByteString>, ack: Option<u64> },
    Ack { namespace: ByteString, id: u64, args: Vec<ByteString> },
}

/// Why a text is no packet. The specification wants the connection closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("unknown packet type")]
    Kind,
    #[error("the number of the acknowledgement is missing or too large")]
    Ack,
    #[error("the payload is not what this packet carries")]
    Payload,
}

pub fn decode(text: &ByteString) -> Result<Packet, Malformed> {
    let (kind, rest) = text.split_at_checked(1).ok_or(Malformed::Kind)?;
    let (namespace, rest) = split_namespace(text, rest);
    let (ack, payload) = split_number(rest)?;
    match kind {
        "0" => {
            let auth = match payload {
                "" => None,
                payload => Some(object(text, payload)?),
            };
            Ok(Packet::Connect { namespace, auth })
        }
        "1" if payload.is_empty() => Ok(Packet::Disconnect { namespace }),
        "1" => Err(Malformed::Payload),
        "2" => {
            let mut args = array(text, payload)?.into_iter();
            let name = args.next().ok_or(Malformed::Payload)?;
            let name = serde_json::from_str(&name).map_err(|_| Malformed::Payload)?;
            Ok(Packet::Event { namespace, name, args: args.collect(), ack })
        }
        "3" => {
            let id = ack.ok_or(Malformed::Ack)?;
            Ok(Packet::Ack { namespace, id, args: array(text, payload)? })
        }
        _ => Err(Malformed::Kind),
    }
}

fn split_namespace<'a>(text: &ByteString, rest: &'a str) -> (ByteString, &'a str) {
    if !rest.starts_with('/') {
        return (ByteString::from_static(DEFAULT_NAMESPACE), rest);
    }
    let (namespace, rest) = rest.split_once(',').unwrap_or((rest, ""));
    // A query behind the name was of use in protocol 4 and is not part of the name.
    let name = namespace.split_once('?').map_or(namespace, |(name, _)| name);
    (text.slice_ref(name), rest)
}

fn split_number(text: &str) -> Result<(Option<u64>, &str), Malformed> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    match text.split_at(end) {
        ("", rest) => Ok((None, rest)),
        (digits, rest) => Ok((Some(digits.parse().map_err(|_| Malformed::Ack)?), rest)),
    }
}

fn object(text: &ByteString, json: &str) -> Result<ByteString, Malformed> {
    let value: &RawValue = serde_json::from_str(json).map_err(|_| Malformed::Payload)?;
    if !value.get().starts_with('{') {
        return Err(Malformed::Payload);
    }
    Ok(text.slice_ref(value.get()))
}

fn array(text: &ByteString, json: &str) -> Result<Vec<ByteString>, Malformed> {
    let values: Vec<&RawValue> = serde_json::from_str(json).map_err(|_| Malformed::Payload)?;
    Ok(values.into_iter().map(|value| text.slice_ref(value.get())).collect())
}

/// Packets to a client, each as a message of the engine (with the engine's `4` before it).
pub mod encode {
    use super::DEFAULT_NAMESPACE;

    /// Accepts the connection to a namespace under the name `sid`.
    pub fn connect(namespace: &str, sid: &str) -> String {
        format!("40{}{{\"sid\":\"{sid}\"}}", prefix(namespace))
    }

    /// Refuses it; `data` is a JSON object with at least a `message`.
    pub fn connect_error(namespace: &str, data: &str) -> String {
        format!("44{}{data}", prefix(namespace))
    }

    /// An event in the default namespace, with one argument, which is JSON. The name needs no escapes.
    pub fn event(name: &str, data: &str) -> String {
        format!("42[\"{name}\",{data}]")
    }

    /// The answer to an event of the default namespace, with one argument, which is JSON.
    pub fn ack(id: u64, data: &str) -> String {
        format!("43{id}[{data}]")
    }

    fn prefix(namespace: &str) -> String {
        match namespace {
            DEFAULT_NAMESPACE => String::new(),
            other => format!("{other},"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn namespace(name: &'static str) -> ByteString {
        ByteString::from_static(name)
    }

    #[test]
    fn a_client_connects_with_and_without_auth() {
        assert_eq!(
            decode(&"0".into()),
            Ok(Packet::Connect { namespace: namespace("/"), auth: None })
        );
        assert_eq!(
            decode(&r#"0{"name":"ada"}"#.into()),
            Ok(Packet::Connect {
                namespace: namespace("/"),
                auth: Some(r#"{"name":"ada"}"#.into())
            })
        );
        assert_eq!(
            decode(&r#"0/admin?token=1,{"a":1}"#.into()),
            Ok(Packet::Connect { namespace: namespace("/admin"), auth: Some(r#"{"a":1}"#.into()) })
        );
    }

    #[test]
    fn an_event_has_a_name_arguments_and_maybe_a_number_to_answer() {
        assert_eq!(
            decode(&r#"2["send",{"body":"x"},1]"#.into()),
            Ok(Packet::Event {
                namespace: namespace("/"),
                name: "send".into(),
                args: vec![r#"{"body":"x"}"#.into(), "1".into()],
                ack: None
            })
        );
        assert_eq!(
            decode(&r#"2/admin,456["project:delete"]"#.into()),
            Ok(Packet::Event {
                namespace: namespace("/admin"),
                name: "project:delete".into(),
                args: vec![],
                ack: Some(456)
            })
        );
    }

    #[test]
    fn half_a_surrogate_pair_is_left_to_the_layer_above() {
        // JavaScript cuts strings in the middle of an emoji. Refusing the packet would end the
        // connection, and the client would send it again, for ever.
        let packet = decode(&r#"2["send","\ud83d"]"#.into());
        assert!(matches!(packet, Ok(Packet::Event { args, .. }) if args == [r#""\ud83d""#]));
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        for (text, why) in [
            ("", Malformed::Kind),
            ("9", Malformed::Kind),
            ("é", Malformed::Kind),
            ("abc", Malformed::Kind),
            ("51-[\"x\",{\"_placeholder\":true,\"num\":0}]", Malformed::Kind),
            ("2", Malformed::Payload),
            ("2{}", Malformed::Payload),
            ("2[]", Malformed::Payload),
            ("2[1]", Malformed::Payload),
            ("2[\"a\"", Malformed::Payload),
            ("2[\"a\"]x", Malformed::Payload),
            ("2abc[\"a\"]", Malformed::Payload),
            ("299999999999999999999[\"a\"]", Malformed::Ack),
            ("3[\"a\"]", Malformed::Ack),
            ("0[1]", Malformed::Payload),
            ("0\"x\"", Malformed::Payload),
            ("1x", Malformed::Payload),
        ] {
            assert_eq!(decode(&text.into()), Err(why), "{text}");
        }
    }
}

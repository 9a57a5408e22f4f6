//! Socket.IO packets, protocol 5.
//!
//! A packet is a digit for its kind, for the binary kinds the number of attachments and `-`, the
//! namespace and `,` unless it is `/`, the number of an acknowledgement, and JSON. Attachments follow as
//! binary messages; in the JSON stand placeholders for them. JSON is handed on as it came: what it means
//! is for the layer above.
//!
//! Source: socketio/socket.io, `docs/socket.io-protocol/v5-current.md`.

pub mod encode;

use std::fmt;

use bytes::Bytes;
use bytestring::ByteString;
use serde::Deserializer as _;
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::engine::Message;

/// The namespace that every server has.
pub const DEFAULT_NAMESPACE: &str = "/";

/// The shortest place of an attachment in JSON, and what separates it from the next.
const PLACEHOLDER: &str = r#"{"_placeholder":true,"num":0},"#;

/// What is said with an event or an acknowledgement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Args {
    /// Each is JSON, in which `{"_placeholder":true,"num":N}` stands for the attachment N.
    pub values: Vec<ByteString>,
    pub attachments: Vec<Bytes>,
}

/// What either side sends. Values are JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    Connect { namespace: ByteString, auth: Option<ByteString> },
    Disconnect { namespace: ByteString },
    Event { namespace: ByteString, name: ByteString, args: Args, ack: Option<u64> },
    Ack { namespace: ByteString, id: u64, args: Args },
    ConnectError { namespace: ByteString, error: ByteString },
}

/// Why something is no packet. The specification wants the connection closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("unknown packet type")]
    Kind,
    #[error("the number of attachments is missing or larger than there are places for them")]
    Attachments,
    #[error("the number of the acknowledgement is missing or too large")]
    Ack,
    #[error("the payload is not what this packet carries")]
    Payload,
    #[error("text where an attachment is due, or an attachment where none is")]
    Order,
    #[error("the attachments of one packet are too large")]
    TooLarge,
}

/// Puts packets and their attachments together.
#[derive(Debug)]
pub struct Decoder {
    /// The most bytes of attachments of one packet.
    limit: usize,
    /// A packet whose attachments have not all come.
    pending: Option<Pending>,
}

#[derive(Debug)]
struct Pending {
    packet: Packet,
    missing: usize,
    bytes: usize,
}

impl Decoder {
    pub fn new(limit: usize) -> Self {
        Self { limit, pending: None }
    }

    /// Takes the next message; none if the packet is not whole yet.
    pub fn decode(&mut self, message: Message) -> Result<Option<Packet>, Malformed> {
        match message {
            Message::Text(_) if self.pending.is_some() => Err(Malformed::Order),
            Message::Text(text) => {
                let (packet, missing) = decode_text(&text)?;
                if missing == 0 {
                    return Ok(Some(packet));
                }
                self.pending = Some(Pending { packet, missing, bytes: 0 });
                Ok(None)
            }
            Message::Binary(bytes) => self.attach(&bytes),
        }
    }

    fn attach(&mut self, attachment: &Bytes) -> Result<Option<Packet>, Malformed> {
        let pending = self.pending.as_mut().ok_or(Malformed::Order)?;
        pending.bytes += attachment.len();
        if pending.bytes > self.limit {
            return Err(Malformed::TooLarge);
        }
        if let Packet::Event { args, .. } | Packet::Ack { args, .. } = &mut pending.packet {
            // A copy, because a part of what was read from a connection keeps all of it.
            args.attachments.push(Bytes::copy_from_slice(attachment));
        }
        pending.missing -= 1;
        Ok(self.pending.take_if(|pending| pending.missing == 0).map(|pending| pending.packet))
    }
}

/// The packet in a text, and how many attachments follow.
fn decode_text(text: &ByteString) -> Result<(Packet, usize), Malformed> {
    let (kind, rest) = text.split_at_checked(1).ok_or(Malformed::Kind)?;
    let (attachments, rest) = match kind {
        "5" | "6" => split_attachments(rest)?,
        _ => (0, rest),
    };
    let (namespace, rest) = split_namespace(text, rest);
    let (number, payload) = split_number(rest).ok_or(Malformed::Ack)?;
    let packet = match kind {
        "0" => {
            let auth = match payload {
                "" => None,
                payload => Some(json(text, payload, '{')?),
            };
            Packet::Connect { namespace, auth }
        }
        "1" if payload.is_empty() => Packet::Disconnect { namespace },
        "1" => return Err(Malformed::Payload),
        "2" | "5" => {
            let (name, args) = values(text, payload, true)?;
            let name = event_name(text, name.ok_or(Malformed::Payload)?.get())?;
            Packet::Event { namespace, name, args, ack: number }
        }
        "3" | "6" => {
            let id = number.ok_or(Malformed::Ack)?;
            Packet::Ack { namespace, id, args: values(text, payload, false)?.1 }
        }
        "4" => Packet::ConnectError { namespace, error: json(text, payload, '{')? },
        _ => return Err(Malformed::Kind),
    };
    if attachments > places(&packet) {
        return Err(Malformed::Attachments);
    }
    Ok((packet, attachments))
}

/// For how many attachments the values of a packet have room.
fn places(packet: &Packet) -> usize {
    let (Packet::Event { args, .. } | Packet::Ack { args, .. }) = packet else { return 0 };
    let bytes: usize = args.values.iter().map(|value| value.len() + 1).sum();
    bytes / PLACEHOLDER.len()
}

fn split_attachments(text: &str) -> Result<(usize, &str), Malformed> {
    match split_number(text) {
        Some((Some(count), rest)) => {
            let rest = rest.strip_prefix('-').ok_or(Malformed::Attachments)?;
            Ok((usize::try_from(count).map_err(|_| Malformed::Attachments)?, rest))
        }
        _ => Err(Malformed::Attachments),
    }
}

fn split_namespace<'a>(text: &ByteString, rest: &'a str) -> (ByteString, &'a str) {
    if !rest.starts_with('/') {
        return (ByteString::from_static(DEFAULT_NAMESPACE), rest);
    }
    let (namespace, rest) = rest.split_once(',').unwrap_or((rest, ""));
    // Clients write a query behind the name; it was of use in protocol 4 and is not part of the name.
    let name = namespace.split_once('?').map_or(namespace, |(name, _)| name);
    (text.slice_ref(name), rest)
}

/// A number at the beginning, if there is one, and the rest; none if it is too large.
fn split_number(text: &str) -> Option<(Option<u64>, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    match text.split_at(end) {
        ("", rest) => Some((None, rest)),
        (digits, rest) => Some((Some(digits.parse().ok()?), rest)),
    }
}

fn json(text: &ByteString, json: &str, first: char) -> Result<ByteString, Malformed> {
    let IgnoredAny = serde_json::from_str(json).map_err(|_| Malformed::Payload)?;
    let value = json.trim_ascii();
    if !value.starts_with(first) {
        return Err(Malformed::Payload);
    }
    Ok(text.slice_ref(value))
}

/// The values of a JSON array, without the first if that is a name.
fn values<'a>(
    text: &ByteString,
    json: &'a str,
    named: bool,
) -> Result<(Option<&'a RawValue>, Args), Malformed> {
    let mut json = serde_json::Deserializer::from_str(json);
    let values = json.deserialize_seq(Values { text, named });
    let (name, values) = values.map_err(|_| Malformed::Payload)?;
    json.end().map_err(|_| Malformed::Payload)?;
    Ok((name, Args { values, attachments: Vec::new() }))
}

struct Values<'a> {
    text: &'a ByteString,
    named: bool,
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = (Option<&'de RawValue>, Vec<ByteString>);

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let name = if self.named { seq.next_element()? } else { None };
        let mut values = Vec::new();
        while let Some(value) = seq.next_element::<&RawValue>()? {
            values.push(self.text.slice_ref(value.get()));
        }
        Ok((name, values))
    }
}

/// Names that stand for what happens to the connection, and are not for events.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

fn event_name(text: &ByteString, value: &str) -> Result<ByteString, Malformed> {
    let plain = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let name = match plain {
        Some(name) if !name.contains('\\') => text.slice_ref(name),
        Some(_) => serde_json::from_str::<String>(value).map_err(|_| Malformed::Payload)?.into(),
        None if value.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            text.slice_ref(value)
        }
        None => return Err(Malformed::Payload),
    };
    if RESERVED.contains(&&*name) {
        return Err(Malformed::Payload);
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &'static str) -> Result<Option<Packet>, Malformed> {
        Decoder::new(100).decode(Message::Text(text.into()))
    }

    fn namespace(name: &'static str) -> ByteString {
        ByteString::from_static(name)
    }

    fn args(values: &[&'static str]) -> Args {
        let values = values.iter().map(|value| ByteString::from_static(value)).collect();
        Args { values, attachments: vec![] }
    }

    #[test]
    fn a_client_connects_with_and_without_auth() {
        let connect = |name, auth: Option<&'static str>| {
            Ok(Some(Packet::Connect { namespace: namespace(name), auth: auth.map(Into::into) }))
        };
        assert_eq!(decode("0"), connect("/", None));
        assert_eq!(decode(r#"0{"name":"ada"}"#), connect("/", Some(r#"{"name":"ada"}"#)));
        assert_eq!(decode(r#"0/admin?token=1,{"a":1}"#), connect("/admin", Some(r#"{"a":1}"#)));
        assert_eq!(decode("0/custom"), connect("/custom", None));
    }

    #[test]
    fn an_event_has_a_name_arguments_and_maybe_a_number_to_answer() {
        assert_eq!(
            decode(r#"2["send",{"body":"x"},1]"#),
            Ok(Some(Packet::Event {
                namespace: namespace("/"),
                name: "send".into(),
                args: args(&[r#"{"body":"x"}"#, "1"]),
                ack: None
            }))
        );
        assert_eq!(
            decode(r#"2/admin,456["project:\u0064elete"]"#),
            Ok(Some(Packet::Event {
                namespace: namespace("/admin"),
                name: "project:delete".into(),
                args: args(&[]),
                ack: Some(456)
            }))
        );
    }

    #[test]
    fn attachments_follow_their_packet() {
        let mut decoder = Decoder::new(100);
        let text = r#"52-7["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
        let mut take = |message| decoder.decode(message);
        assert_eq!(take(Message::Text(text.into())), Ok(None));
        assert_eq!(take(Message::Binary("a".into())), Ok(None));
        let Ok(Some(Packet::Event { args, ack, .. })) = take(Message::Binary("b".into())) else {
            panic!("the packet should be whole")
        };
        assert_eq!((args.attachments, ack), (vec!["a".into(), "b".into()], Some(7)));
        assert_eq!(take(Message::Binary("c".into())), Err(Malformed::Order));
        assert_eq!(take(Message::Text(text.into())), Ok(None));
        assert_eq!(take(Message::Binary(vec![0; 101].into())), Err(Malformed::TooLarge));
        assert_eq!(take(Message::Text("2[\"x\"]".into())), Err(Malformed::Order));
    }

    #[test]
    fn an_attachment_keeps_nothing_of_the_buffer_that_it_came_in() {
        let mut decoder = Decoder::new(100);
        let text = r#"52-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
        assert_eq!(decoder.decode(Message::Text(text.into())), Ok(None));
        let buffer = Bytes::from(vec![0; 100_000]);
        assert_eq!(decoder.decode(Message::Binary(buffer.slice(..1))), Ok(None));
        assert!(buffer.is_unique());
    }

    #[test]
    fn half_a_surrogate_pair_is_left_to_the_layer_above() {
        // JavaScript cuts strings in the middle of an emoji. Refusing the packet would end the
        // connection, and the client would send it again, for ever.
        let packet = decode(r#"2["send","\ud83d"]"#);
        assert!(
            matches!(packet, Ok(Some(Packet::Event { args, .. })) if args.values == [r#""\ud83d""#])
        );
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        for (text, why) in [
            ("", Malformed::Kind),
            ("9", Malformed::Kind),
            ("é", Malformed::Kind),
            ("abc", Malformed::Kind),
            ("2", Malformed::Payload),
            ("2{}", Malformed::Payload),
            ("2[]", Malformed::Payload),
            ("2[null]", Malformed::Payload),
            ("2[\"a\"", Malformed::Payload),
            ("2[\"a\"]x", Malformed::Payload),
            ("2[\"disconnect\"]", Malformed::Payload),
            ("2abc[\"a\"]", Malformed::Payload),
            ("299999999999999999999[\"a\"]", Malformed::Ack),
            ("3[\"a\"]", Malformed::Ack),
            ("0[1]", Malformed::Payload),
            ("0\"x\"", Malformed::Payload),
            ("1x", Malformed::Payload),
            ("5[\"a\"]", Malformed::Attachments),
            ("51[\"a\"]", Malformed::Attachments),
            ("5-[\"a\"]", Malformed::Attachments),
            ("51-[\"a\"]", Malformed::Attachments),
            ("51-[\"a name is no place for attachments\"]", Malformed::Attachments),
            ("51-[\"a\"                                ]", Malformed::Attachments),
            ("51000000-[\"a\",{\"_placeholder\":true,\"num\":0}]", Malformed::Attachments),
            ("599999999999999999999-[\"a\"]", Malformed::Attachments),
        ] {
            assert_eq!(decode(text), Err(why), "{text}");
        }
    }

    #[test]
    fn what_is_encoded_is_decoded_to_the_same() {
        let with = |attachments: &[&'static str]| Args {
            values: vec![r#"{"a":"é"}"#.into(), format!("[{PLACEHOLDER}{PLACEHOLDER}0]").into()],
            attachments: attachments.iter().map(|a| Bytes::from_static(a.as_bytes())).collect(),
        };
        for packet in [
            Packet::Connect { namespace: "/".into(), auth: Some(r#"{"a":1}"#.into()) },
            Packet::Connect { namespace: "/x".into(), auth: None },
            Packet::Disconnect { namespace: "/x".into() },
            Packet::ConnectError { namespace: "/".into(), error: r#"{"message":"no"}"#.into() },
            Packet::Event {
                namespace: "/".into(),
                name: "a\"b".into(),
                args: with(&[]),
                ack: None,
            },
            Packet::Event {
                namespace: "/x".into(),
                name: "ab".into(),
                args: with(&["1"]),
                ack: Some(0),
            },
            Packet::Ack { namespace: "/".into(), id: u64::MAX, args: Args::default() },
            Packet::Ack { namespace: "/x".into(), id: 3, args: with(&["", "2"]) },
        ] {
            let mut decoder = Decoder::new(100);
            let mut whole = Ok(None);
            for message in encode::messages(packet.clone()) {
                assert_eq!(whole, Ok(None), "{packet:?}");
                whole = decoder.decode(message);
            }
            assert_eq!(whole, Ok(Some(packet)));
        }
    }
}

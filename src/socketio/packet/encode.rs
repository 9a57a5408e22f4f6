//! Packets as messages of the engine, the first of which is text.

use std::fmt::Write as _;

use super::{Args, DEFAULT_NAMESPACE, Message, Packet};

/// An event in the default namespace, without attachments, as a packet of the engine. `arguments`
/// are JSON, separated by commas; the name needs no escapes.
pub fn event(name: &str, arguments: &str) -> String {
    format!("42[\"{name}\",{arguments}]")
}

/// The answer to an event in the default namespace, likewise.
pub fn ack(id: u64, arguments: &str) -> String {
    format!("43{id}[{arguments}]")
}

/// A packet of the engine, with the engine's digit before it, and its attachments.
pub fn packet(packet: Packet) -> (String, Vec<bytes::Bytes>) {
    let mut text = String::from("4");
    let attachments = match packet {
        Packet::Connect { namespace, auth } => {
            head(&mut text, '0', 0, &namespace, None);
            text.push_str(auth.as_deref().unwrap_or_default());
            Vec::new()
        }
        Packet::Disconnect { namespace } => {
            head(&mut text, '1', 0, &namespace, None);
            Vec::new()
        }
        Packet::ConnectError { namespace, error } => {
            head(&mut text, '4', 0, &namespace, None);
            text.push_str(&error);
            Vec::new()
        }
        Packet::Event { namespace, name, args, ack } => {
            let kind = if args.attachments.is_empty() { '2' } else { '5' };
            head(&mut text, kind, args.attachments.len(), &namespace, ack);
            let name = serde_json::to_string(&*name).expect("a string is JSON");
            body(&mut text, Some(&name), &args);
            args.attachments
        }
        Packet::Ack { namespace, id, args } => {
            let kind = if args.attachments.is_empty() { '3' } else { '6' };
            head(&mut text, kind, args.attachments.len(), &namespace, Some(id));
            body(&mut text, None, &args);
            args.attachments
        }
    };
    (text, attachments)
}

/// A packet as the messages that a [`Decoder`](super::Decoder) takes.
pub fn messages(packet: Packet) -> Vec<Message> {
    let (text, attachments) = self::packet(packet);
    let text = Message::Text(text.get(1..).unwrap_or_default().into());
    std::iter::once(text).chain(attachments.into_iter().map(Message::Binary)).collect()
}

fn head(text: &mut String, kind: char, attachments: usize, namespace: &str, id: Option<u64>) {
    text.push(kind);
    // Writing to a string does not fail.
    if attachments > 0 {
        let _ = write!(text, "{attachments}-");
    }
    if namespace != DEFAULT_NAMESPACE {
        let _ = write!(text, "{namespace},");
    }
    if let Some(id) = id {
        let _ = write!(text, "{id}");
    }
}

fn body(text: &mut String, name: Option<&str>, args: &Args) {
    text.push('[');
    for (i, value) in name.into_iter().chain(args.values.iter().map(|v| &**v)).enumerate() {
        if i > 0 {
            text.push(',');
        }
        text.push_str(value);
    }
    text.push(']');
}

//! Packets through this crate (`ours`) and through socketioxide's parser (`theirs`), the other Socket.IO
//! server in Rust.
//!
//! `route` is what a server needs to hand a packet on: its kind, namespace, event and number. Both look
//! at all of the JSON once for that: ours finds where each value begins and ends, theirs reads the name
//! and passes over the rest. `deserialize` goes on to a struct, for which ours has only the value left
//! to read, and theirs all of the array. Messages are shared bytes in both and are not copied.

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use criterion::{Criterion, criterion_group, criterion_main};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use socketioxide_core::packet::{Packet as TheirPacket, PacketData};
use socketioxide_core::parser::{Parse, ParseConfig, ParseError, ParserState};
use socketioxide_core::{Str, Value};
use socketioxide_parser_common::CommonParser;
use stonechat::socketio::Args;
use stonechat::socketio::engine::Message;
use stonechat::socketio::engine::payload::Packets;
use stonechat::socketio::packet::{Decoder, Packet, encode};

const LIMIT: usize = 1 << 20;

#[derive(Serialize, Deserialize)]
struct Post {
    room: String,
    body: String,
}

#[derive(Deserialize)]
struct Receipt {
    ok: bool,
    seq: u64,
}

#[derive(Deserialize)]
struct Auth {
    token: String,
    offset: String,
}

/// Where an attachment is, in JSON.
#[derive(Deserialize)]
struct Place {
    num: usize,
}

/// Two attachments: for ours their places, for theirs themselves.
#[derive(Deserialize)]
struct Pair<T> {
    image: T,
    preview: T,
}

/// A packet as both take it.
struct Sample {
    our_text: ByteString,
    their_text: Str,
    attachments: Vec<Bytes>,
}

impl Sample {
    fn new(text: &str, attachments: &[&'static [u8]]) -> Self {
        let attachments = attachments.iter().map(|bytes| Bytes::from_static(bytes)).collect();
        Self { our_text: text.into(), their_text: text.to_owned().into(), attachments }
    }

    fn ours(&self) -> Packet {
        let mut decoder = Decoder::new(LIMIT);
        let mut packet = decoder.decode(Message::Text(self.our_text.clone()));
        for bytes in &self.attachments {
            packet = decoder.decode(Message::Binary(bytes.clone()));
        }
        packet.expect("it is well-formed").expect("it is whole")
    }

    fn theirs(&self) -> TheirPacket {
        let (config, state) = (ParseConfig::default(), ParserState::default());
        let mut packet = CommonParser.decode_str(&config, &state, self.their_text.clone());
        for bytes in &self.attachments {
            assert!(matches!(packet, Err(ParseError::NeedsMoreBinaryData)));
            packet = CommonParser.decode_bin(&config, &state, bytes.clone());
        }
        let packet = packet.expect("it is well-formed and whole");
        if let PacketData::Event(value, _) | PacketData::BinaryEvent(value, _) = &packet.inner {
            black_box(CommonParser.read_event(value).expect("it has a name"));
        }
        packet
    }
}

fn decode(criterion: &mut Criterion) {
    let event = |body: usize| {
        let body = "A line of text. ".repeat(body / 16);
        format!(r#"217["send",{{"room":"lobby","body":"{body}"}}]"#)
    };
    let small = Sample::new(&event(16), &[]);
    let medium = Sample::new(&event(1 << 10), &[]);
    let large = Sample::new(&event(16 << 10), &[]);
    let ack = Sample::new(r#"317[{"ok":true,"seq":123456}]"#, &[]);
    let connect = Sample::new(
        r#"0/chat,{"token":"g1.0123456789abcdef0123456789abcdef","offset":"lobby:17"}"#,
        &[],
    );
    let attached = Sample::new(
        r#"52-["send",{"image":{"_placeholder":true,"num":0},"preview":{"_placeholder":true,"num":1}}]"#,
        &[&[0; 1024], &[0; 64]],
    );
    for (name, sample) in [
        ("small event", &small),
        ("event of 1 KiB", &medium),
        ("event of 16 KiB", &large),
        ("ack", &ack),
        ("connect", &connect),
        ("event with two attachments", &attached),
    ] {
        let mut group = criterion.benchmark_group(format!("route/{name}"));
        group.bench_function("ours", |bencher| bencher.iter(|| black_box(sample).ours()));
        group.bench_function("theirs", |bencher| bencher.iter(|| black_box(sample).theirs()));
    }
    deserialize::<Post>(criterion, "small event", &small, |post| post.room.len() + post.body.len());
    deserialize::<Post>(criterion, "event of 1 KiB", &medium, |post| post.body.len());
    deserialize::<Post>(criterion, "event of 16 KiB", &large, |post| post.body.len());
    deserialize::<Receipt>(criterion, "ack", &ack, |receipt| {
        usize::from(receipt.ok) + usize::try_from(receipt.seq).expect("it is small")
    });
    deserialize::<Auth>(criterion, "connect", &connect, |auth| {
        auth.token.len() + auth.offset.len()
    });

    let mut group = criterion.benchmark_group("deserialize/event with two attachments");
    group.bench_function("ours", |bencher| {
        bencher.iter(|| {
            let (place, attachments): (Pair<Place>, _) = our_value(black_box(&attached).ours());
            let pair = [place.image, place.preview].map(|place| attachments[place.num].clone());
            pair.map(|bytes| bytes.len())
        });
    });
    group.bench_function("theirs", |bencher| {
        bencher.iter(|| {
            let pair: Pair<Bytes> = their_value(black_box(&attached).theirs());
            [pair.image, pair.preview].map(|bytes| bytes.len())
        });
    });
}

/// `see` looks at every field, so that none is left out.
fn deserialize<T: DeserializeOwned>(
    criterion: &mut Criterion,
    name: &str,
    sample: &Sample,
    see: impl Fn(&T) -> usize,
) {
    let mut group = criterion.benchmark_group(format!("deserialize/{name}"));
    group.bench_function("ours", |bencher| {
        bencher.iter(|| see(&our_value::<T>(black_box(sample).ours()).0));
    });
    group.bench_function("theirs", |bencher| {
        bencher.iter(|| see(&their_value::<T>(black_box(sample).theirs())));
    });
}

fn our_value<T: DeserializeOwned>(packet: Packet) -> (T, Vec<Bytes>) {
    let (json, attachments) = match packet {
        Packet::Connect { auth, .. } => (auth.expect("it has auth"), Vec::new()),
        Packet::Event { mut args, .. } | Packet::Ack { mut args, .. } => {
            (args.values.swap_remove(0), args.attachments)
        }
        other => panic!("{other:?} has no value"),
    };
    (serde_json::from_str(&json).expect("it is the value of this type"), attachments)
}

fn their_value<T: DeserializeOwned>(packet: TheirPacket) -> T {
    let value = match packet.inner {
        PacketData::Connect(value) => CommonParser.decode_default(value.as_ref()),
        PacketData::Event(mut value, _) | PacketData::BinaryEvent(mut value, _) => {
            CommonParser.decode_value(&mut value, true)
        }
        PacketData::EventAck(mut value, _) => CommonParser.decode_value(&mut value, false),
        other => panic!("{other:?} has no value"),
    };
    value.expect("it is the value of this type")
}

/// From a struct to the text on the wire, which in ours begins with the engine's digit already.
fn encode_event(criterion: &mut Criterion) {
    for (name, bytes) in [("small event", 16), ("event of 1 KiB", 1 << 10)] {
        let post = Post { room: "lobby".into(), body: "x".repeat(bytes) };
        let mut group = criterion.benchmark_group(format!("encode/{name}"));
        group.bench_function("ours", |bencher| bencher.iter(|| encode_ours(black_box(&post))));
        group.bench_function("ours, as for many clients", |bencher| {
            bencher.iter(|| encode::event("message", &json(black_box(&post))));
        });
        group.bench_function("theirs", |bencher| bencher.iter(|| encode_theirs(black_box(&post))));
    }
}

fn encode_ours(post: &Post) -> (String, Vec<Bytes>) {
    let args = Args { values: vec![json(post).into()], attachments: Vec::new() };
    let (namespace, name) = (ByteString::from_static("/"), ByteString::from_static("message"));
    encode::packet(Packet::Event { namespace, name, args, ack: None })
}

fn encode_theirs(post: &Post) -> Value {
    let value = CommonParser.encode_value(post, Some("message")).expect("it is JSON");
    CommonParser.encode(TheirPacket::event(Str::from("/"), value))
}

fn json(post: &Post) -> String {
    serde_json::to_string(post).expect("it is JSON")
}

fn payload(criterion: &mut Criterion) {
    let packets = vec![r#"42["typing",{"room":"lobby","typing":true}]"#; 16];
    let payload = ByteString::from(packets.join("\u{1e}"));
    criterion.bench_function("payload of 16 packets", |bencher| {
        bencher.iter(|| {
            for packet in Packets::of(black_box(&payload).clone()) {
                black_box(packet.expect("it is well-formed"));
            }
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    targets = decode, encode_event, payload
}
criterion_main!(benches);

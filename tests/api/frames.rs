//! WebSocket frames as no library sends them (RFC 6455).

use crate::support::raw::{frame, frame_with, head, introduction, opcode};
use crate::support::{
    Dress, Incoming, PATIENCE, Raw, TestApp, in_both_dresses, in_both_dresses_at_once, names,
};

in_both_dresses!(
    a_frame_that_breaks_the_protocol_closes_the_connection_with_1002,
    text_that_is_not_utf8_closes_the_connection_with_1007,
    a_message_that_is_too_large_closes_the_connection_with_1009,
    a_message_in_fragments_with_pings_between_them_is_put_together,
    a_character_may_be_cut_by_a_fragment,
    bytes_that_come_one_by_one_are_put_together,
    many_frames_in_one_packet_are_all_read,
    a_frame_that_comes_with_the_handshake_is_read,
    a_ping_is_answered_with_what_it_carries,
    a_close_frame_is_answered_with_its_code,
    half_a_frame_and_then_the_end_is_only_the_end,
);

in_both_dresses_at_once!(a_broken_connection_is_noticed_by_others_only_as_having_left,);

async fn a_frame_that_breaks_the_protocol_closes_the_connection_with_1002(dress: Dress) {
    let app = TestApp::start().await;
    let unmasked = [&[0x81, 2][..], b"42"].concat();
    let text_fragment = frame_with(opcode::TEXT, b"4");
    for (what, bytes) in [
        ("a frame without a mask", unmasked),
        ("a reserved bit", frame_with(0xc0 | opcode::TEXT, b"42")),
        ("another reserved bit", frame_with(0x90 | opcode::TEXT, b"42")),
        ("an unknown kind", frame(3, b"42")),
        ("an unknown kind of control frame", frame(11, b"42")),
        ("an end without a beginning", frame(opcode::CONTINUATION, b"42")),
        ("a middle without a beginning", frame_with(opcode::CONTINUATION, b"42")),
        (
            "a text in the middle of another",
            [&text_fragment[..], &frame(opcode::TEXT, b"2")].concat(),
        ),
        ("two beginnings", [&text_fragment[..], &text_fragment].concat()),
        ("half a ping", frame_with(opcode::PING, b"")),
        ("half a close frame", frame_with(opcode::CLOSE, b"")),
        ("a long ping", frame(opcode::PING, &[b'x'; 126])),
        ("a long close frame", frame(opcode::CLOSE, &[&[3, 232][..], &[b'x'; 126]].concat())),
        ("half a close code", frame(opcode::CLOSE, &[3])),
        ("a close code that is not for the wire", frame(opcode::CLOSE, &1005_u16.to_be_bytes())),
        ("a close code that is none", frame(opcode::CLOSE, &999_u16.to_be_bytes())),
    ] {
        let mut ada = Raw::welcomed(&app, dress, "ada").await;
        ada.send(&bytes).await;
        assert_eq!(ada.next_close().await, Some(1002), "{what}");
    }
}

async fn text_that_is_not_utf8_closes_the_connection_with_1007(dress: Dress) {
    let app = TestApp::start().await;
    let lone_surrogate = b"\xed\xa0\xbd";
    let overlong = b"\xc0\xaf";
    for (what, bytes) in [
        ("no UTF-8", frame(opcode::TEXT, b"42[\"\xff\"]")),
        ("a surrogate", frame(opcode::TEXT, lone_surrogate)),
        ("an overlong form", frame(opcode::TEXT, overlong)),
        ("half a character at the end", frame(opcode::TEXT, b"42\xc3")),
        (
            "half a character at the end of fragments",
            [
                frame_with(opcode::TEXT, b"42"),
                frame_with(opcode::CONTINUATION, b"\xc3"),
                frame(opcode::CONTINUATION, b"x"),
            ]
            .concat(),
        ),
    ] {
        let mut ada = Raw::welcomed(&app, dress, "ada").await;
        ada.send(&bytes).await;
        assert_eq!(ada.next_close().await, Some(1007), "{what}");
    }
}

async fn a_message_that_is_too_large_closes_the_connection_with_1009(dress: Dress) {
    const LIMIT: usize = 20_000;
    let app = TestApp::start_with(&[("engine.max_payload", "20000")]).await;
    let half = vec![b' '; LIMIT / 2 + 1];
    let whole = vec![b' '; LIMIT + 1];
    for (what, bytes) in [
        ("one more byte", frame(opcode::TEXT, &whole)),
        ("a binary one", frame(opcode::BINARY, &whole)),
        ("only announced", head(0x80 | opcode::TEXT, LIMIT as u64 + 1)),
        ("announced as 16 EiB / 4", head(0x80 | opcode::TEXT, 1 << 62)),
        ("announced as more than there can be", head(0x80 | opcode::TEXT, u64::MAX)),
        (
            "in fragments",
            [frame_with(opcode::TEXT, &half), frame_with(opcode::CONTINUATION, &half)].concat(),
        ),
        (
            "the last of many fragments",
            [
                frame_with(opcode::TEXT, &half[2..]),
                frame_with(opcode::CONTINUATION, &half[2..]),
                frame(opcode::CONTINUATION, b"  x"),
            ]
            .concat(),
        ),
    ] {
        let mut ada = Raw::welcomed(&app, dress, "ada").await;
        ada.send(&bytes).await;
        assert_eq!(ada.next_close().await, Some(1009), "{what}");
    }
}

async fn a_broken_connection_is_noticed_by_others_only_as_having_left(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ben] = app.people(dress, ["ben"]).await;
    let mut ada = Raw::welcomed(&app, dress, "ada").await;
    ben.next_event("joined").await;
    ada.send(&frame(opcode::TEXT, b"\xff")).await;
    assert_eq!(ada.next_close().await, Some(1007));
    assert_eq!(names(&ben.next_event("left").await["users"]), ["ada"]);
    ben.assert_nobody_comes_or_goes().await;
    assert_eq!(ben.post("lobby", "alone").await["seq"], 1);
}

async fn a_message_in_fragments_with_pings_between_them_is_put_together(dress: Dress) {
    let app = TestApp::start().await;
    let mut ben = app.client(dress, "ben").await;
    let mut ada = Raw::welcomed(&app, dress, "ada").await;
    let text = send_hello(dress);
    let (first, rest) = text.split_at(7);
    let (second, third) = rest.split_at(5);
    for bytes in [
        frame_with(opcode::TEXT, first),
        frame(opcode::PING, b"one"),
        frame_with(opcode::CONTINUATION, second),
        frame_with(opcode::CONTINUATION, b""),
        frame(opcode::PING, b"two"),
        frame(opcode::PONG, b"nobody asked"),
        frame(opcode::CONTINUATION, third),
    ] {
        ada.send(&bytes).await;
    }
    assert_eq!(ben.next_event("message").await["body"], "hello é");
    let mut pongs = Vec::new();
    while pongs.len() < 2 {
        if let (opcode::PONG, payload) = ada.next_frame().await.expect("a pong") {
            pongs.push(payload);
        }
    }
    assert_eq!(pongs, [b"one", b"two"]);
}

async fn a_character_may_be_cut_by_a_fragment(dress: Dress) {
    let app = TestApp::start().await;
    let mut ben = app.client(dress, "ben").await;
    let mut ada = Raw::welcomed(&app, dress, "ada").await;
    let text = send_hello(dress);
    let middle = text.iter().position(|byte| *byte == 0xc3).expect("an é") + 1;
    ada.send(&frame_with(opcode::TEXT, &text[..middle])).await;
    ada.send(&frame(opcode::CONTINUATION, &text[middle..])).await;
    assert_eq!(ben.next_event("message").await["body"], "hello é");
}

async fn bytes_that_come_one_by_one_are_put_together(dress: Dress) {
    let app = TestApp::start().await;
    let mut ben = app.client(dress, "ben").await;
    let mut ada = Raw::welcomed(&app, dress, "ada").await;
    for byte in frame(opcode::TEXT, &send_hello(dress)) {
        ada.send(&[byte]).await;
    }
    assert_eq!(ben.next_event("message").await["body"], "hello é");
}

async fn many_frames_in_one_packet_are_all_read(dress: Dress) {
    let app = TestApp::start().await;
    let mut ben = app.client(dress, "ben").await;
    let mut ada = Raw::welcomed(&app, dress, "ada").await;
    ada.send(&frame(opcode::TEXT, &send_hello(dress)).repeat(100)).await;
    for seq in 1..=100 {
        assert_eq!(ben.next_event("message").await["seq"], seq);
    }
}

async fn a_frame_that_comes_with_the_handshake_is_read(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = Raw::connect(&app).await;
    ada.upgrade_with(dress, &introduction(dress, "ada")).await;
    while !ada.next_text().await.contains("welcome") {}
}

async fn a_ping_is_answered_with_what_it_carries(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = Raw::welcomed(&app, dress, "ada").await;
    for payload in [&b""[..], b"hello", &[0xff; 125]] {
        ada.send(&frame(opcode::PING, payload)).await;
        let pong = loop {
            match ada.next_frame().await.expect("a pong") {
                (opcode::PONG, payload) => break payload,
                (opcode::TEXT, _) => {}
                (kind, _) => panic!("a pong was to come, and not {kind}"),
            }
        };
        assert_eq!(pong, payload);
    }
}

async fn a_close_frame_is_answered_with_its_code(dress: Dress) {
    let app = TestApp::start().await;
    for code in [1000_u16, 1001, 3000, 4999] {
        let mut ada = Raw::welcomed(&app, dress, "ada").await;
        ada.send(&frame(opcode::CLOSE, &[&code.to_be_bytes()[..], b"bye"].concat())).await;
        assert_eq!(ada.next_close().await, Some(code));
    }
    let mut ada = Raw::welcomed(&app, dress, "ada").await;
    ada.send(&frame(opcode::CLOSE, b"")).await;
    assert!(matches!(ada.next_close().await, None | Some(1000)));
}

async fn half_a_frame_and_then_the_end_is_only_the_end(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ben] = app.people(dress, ["ben"]).await;
    let hello = frame(opcode::TEXT, &send_hello(dress));
    for length in [1, 2, 5, 6, 7, hello.len() - 1] {
        let mut ada = Raw::welcomed(&app, dress, "ada").await;
        ada.send(&hello[..length]).await;
        drop(ada);
    }
    // Whether all have come and gone within one notice or not, in the end nobody is there.
    let alone = async {
        while ben.join("lobby").await["room"]["members"] != 1 {}
        ben
    };
    let mut ben = tokio::time::timeout(PATIENCE, alone).await.expect("everyone has left");
    assert_eq!(ben.post("lobby", "the first").await["seq"], 1);
    let message = ben.next_news().await;
    assert!(matches!(message, Incoming::Event { data, .. } if data["body"] == "the first"));
}

/// The text of a command.
fn send_hello(dress: Dress) -> Vec<u8> {
    dress.command("send", r#""hello é""#, None).into_bytes()
}

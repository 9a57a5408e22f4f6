//! Frames as RFC 6455 wants them, in what is about frames alone.

use crate::support::{Server, WebSocket, frame, opcode, unfinished};

#[actix_web::test]
async fn a_close_code_that_may_be_sent_comes_back() {
    let server = Server::start().await;
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999] {
        let mut ada = WebSocket::connect(&server).await;
        ada.send_bytes(&frame(opcode::CLOSE, close(code, b"bye"))).await;
        ada.assert_closed(code, "it may be sent").await;
    }
}

#[actix_web::test]
async fn a_close_code_that_may_not_be_sent_is_a_breach() {
    let server = Server::start().await;
    for code in [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535] {
        let mut ada = WebSocket::connect(&server).await;
        ada.send_bytes(&frame(opcode::CLOSE, close(code, b""))).await;
        ada.assert_closed(1002, &format!("{code} may not be sent")).await;
    }
}

#[actix_web::test]
async fn a_reason_to_close_has_at_most_123_bytes_of_utf8() {
    let server = Server::start().await;
    for (reason, code) in [(&[b'x'; 123][..], 1000), (&[b'x'; 124], 1002), (b"\xce\xba\xe1", 1002)]
    {
        let mut ada = WebSocket::connect(&server).await;
        ada.send_bytes(&frame(opcode::CLOSE, close(1000, reason))).await;
        ada.assert_closed(code, &reason.escape_ascii().to_string()).await;
    }
}

#[actix_web::test]
async fn nothing_after_a_close_frame_is_read() {
    let server = Server::start().await;
    let mut ada = WebSocket::connect(&server).await;
    let late = [frame(opcode::TEXT, r#"421["x"]"#), frame(opcode::PING, b"late")].concat();
    ada.send_bytes(&[frame(opcode::CLOSE, close(1000, b"")), late].concat()).await;
    ada.assert_closed(1000, "only the close frame is answered").await;
}

#[actix_web::test]
async fn many_pings_at_once_are_answered_in_their_order() {
    let server = Server::start().await;
    let mut ada = WebSocket::connect(&server).await;
    let pings: Vec<_> = (0..10_u8).flat_map(|n| frame(opcode::PING, [n])).collect();
    ada.send_bytes(&pings).await;
    for n in 0..10 {
        assert_eq!(ada.next_frame().await, Some((opcode::PONG, vec![n])));
    }
}

#[actix_web::test]
async fn a_text_may_come_byte_by_byte_with_pings_between() {
    let server = Server::start().await;
    let mut ada = WebSocket::connect(&server).await;
    let text = r#"421["κόσμε 🐦"]"#.as_bytes();
    ada.send_bytes(&unfinished(opcode::TEXT, b"")).await;
    for byte in text {
        ada.send_bytes(&unfinished(opcode::CONTINUATION, [*byte])).await;
        ada.send_bytes(&frame(opcode::PING, [*byte])).await;
        assert_eq!(ada.next_frame().await, Some((opcode::PONG, vec![*byte])));
    }
    ada.send_bytes(&frame(opcode::CONTINUATION, b"")).await;
    assert_eq!(ada.next_text().await, "431[]");
}

#[actix_web::test]
async fn text_that_is_not_utf8_is_refused_wherever_it_is_cut() {
    let server = Server::start().await;
    for text in [
        &b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xf4\x90\x80\x80edited"[..],
        b"\xed\xa0\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xfe",
    ] {
        for cut in 0..text.len() {
            let mut ada = WebSocket::connect(&server).await;
            let (begin, end) = text.split_at(cut);
            ada.send_bytes(&unfinished(opcode::TEXT, begin)).await;
            ada.send_bytes(&frame(opcode::CONTINUATION, end)).await;
            ada.assert_closed(1007, &format!("{} cut at {cut}", text.escape_ascii())).await;
        }
    }
}

/// What a close frame carries.
fn close(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes(), reason].concat()
}

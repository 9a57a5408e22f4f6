//! A client that breaks the protocol ends its own session and nobody else's.

use awc::http::StatusCode;

use crate::support::{MAX_PAYLOAD, Poller, Server, WebSocket, frame, opcode, unfinished};

const PLACE: &str = r#"{"_placeholder":true,"num":0}"#;

#[actix_web::test]
async fn one_session_notices_nothing_of_another_that_breaks_the_protocol() {
    let server = Server::start().await;
    let mut ben = WebSocket::connect(&server).await;
    for (what, code, bytes) in breaches() {
        let mut ada = WebSocket::connect(&server).await;
        ada.send_bytes(&bytes).await;
        ada.assert_closed(code, what).await;

        ben.send(&format!(r#"42["message","{what}"]"#)).await;
        assert_eq!(ben.next_text().await, format!(r#"42["message","{what}"]"#));
    }
    ben.assert_silent().await;
}

#[actix_web::test]
async fn one_polling_session_notices_nothing_of_another_that_breaks_the_protocol() {
    let server = Server::start().await;
    let ben = Poller::connect(&server).await;
    let too_long = "4".repeat(MAX_PAYLOAD + 1);
    for (payload, status) in [
        ("", StatusCode::BAD_REQUEST),
        ("7", StatusCode::BAD_REQUEST),
        ("b!", StatusCode::BAD_REQUEST),
        ("42[\"x\"]\u{1e}", StatusCode::BAD_REQUEST),
        (too_long.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
        // These are payloads; what is wrong is inside.
        ("2", StatusCode::OK),
        ("4x", StatusCode::OK),
        ("42[\"x\"", StatusCode::OK),
        ("bAAEC", StatusCode::OK),
    ] {
        let ada = Poller::connect(&server).await;
        assert_eq!(ada.post(payload).await.0, status, "{payload:.20}");
        if status == StatusCode::OK {
            // The session ends behind the answer, and may be forgotten before anybody asks.
            let (_, last) = ada.get().await;
            assert!(last == "1" || last.contains("Session ID unknown"), "{payload:.20}: {last}");
        }
        ada.assert_gone(payload).await;

        ben.say(r#"421["x"]"#).await;
        assert_eq!(ben.hear().await, "431[]");
    }
}

/// What a client may get wrong, and the code that it is closed with.
fn breaches() -> Vec<(&'static str, u16, Vec<u8>)> {
    let text = |text: &str| frame(opcode::TEXT, text);
    vec![
        ("no packet of the engine", 1000, text("7")),
        ("no text at all", 1000, text("")),
        ("no packet", 1000, text("4")),
        ("an unknown packet", 1000, text("47")),
        ("a ping", 1000, text("2")),
        ("half an event", 1000, text(r#"42["x""#)),
        ("an event without a name", 1000, text("42[]")),
        ("an event with a reserved name", 1000, text(r#"42["disconnect"]"#)),
        ("an answer without a number", 1000, text("43[]")),
        ("a number that is too large", 1000, text(r#"4299999999999999999999["x"]"#)),
        ("an error, which only servers send", 1000, text(r#"44{"message":"no"}"#)),
        ("an event where it is not", 1000, text(r#"42/custom,["x"]"#)),
        ("leaving where it is not", 1000, text("41/custom,")),
        ("bytes out of nowhere", 1000, frame(opcode::BINARY, b"x")),
        ("attachments without number", 1000, text(r#"45["x"]"#)),
        ("a million attachments", 1000, text(&format!(r#"451000000-["x",{PLACE}]"#))),
        (
            "text for bytes",
            1000,
            [text(&format!(r#"451-["x",{PLACE}]"#)), text(r#"42["x"]"#)].concat(),
        ),
        ("a message that is too long", 1009, text(&"4".repeat(MAX_PAYLOAD + 1))),
        ("a frame of an unknown kind", 1002, frame(3, b"x")),
        ("a fragment of nothing", 1002, unfinished(opcode::CONTINUATION, b"x")),
        ("no UTF-8", 1007, frame(opcode::TEXT, b"42[\"\xff\"]")),
        ("a frame without a mask", 1002, b"\x81\x01\x34".to_vec()),
    ]
}

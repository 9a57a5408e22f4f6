//! What ends a session, and how soon. Pings are rare here, so that it is never the heartbeat.

use std::time::Instant;

use crate::support::{CONNECT_TIMEOUT, Server, WebSocket, frame, opcode};

#[actix_web::test]
async fn a_close_packet_ends_the_session_at_once() {
    let server = Server::start().await;
    let mut ada = WebSocket::connect(&server).await;
    ada.send("41").await;
    ada.assert_silent().await;
    ada.send("1").await;
    ada.assert_closed(1000, "the client said so").await;

    let mut ben = WebSocket::open(&server).await;
    ben.send("1").await;
    ben.assert_closed(1000, "the client said so before it entered a namespace").await;
}

#[actix_web::test]
async fn a_ping_from_a_client_ends_the_session() {
    let server = Server::start().await;
    for ping in ["2", "2probe"] {
        let mut ada = WebSocket::connect(&server).await;
        ada.send(ping).await;
        ada.assert_closed(1000, ping).await;
    }
}

#[actix_web::test]
async fn a_client_that_enters_no_namespace_has_until_the_connect_timeout() {
    let server = Server::start().await;
    let since = Instant::now();
    let (mut silent, mut mistaken) =
        (WebSocket::open(&server).await, WebSocket::open(&server).await);
    let mut connected = WebSocket::connect(&server).await;
    mistaken.send("40/nowhere,").await;
    assert_eq!(mistaken.next_text().await, r#"44/nowhere,{"message":"Invalid namespace"}"#);

    silent.assert_closed(1000, "nothing was said").await;
    mistaken.assert_closed(1000, "no namespace was entered").await;
    assert!(since.elapsed() >= CONNECT_TIMEOUT);
    connected.send(r#"421["x"]"#).await;
    assert_eq!(connected.next_text().await, "431[]");
}

#[actix_web::test]
async fn text_where_an_attachment_is_due_ends_the_session() {
    let server = Server::start().await;
    for text in [r#"42["x"]"#, "41", "40", r#"451-["x",{"_placeholder":true,"num":0}]"#] {
        let mut ada = WebSocket::connect(&server).await;
        ada.send(r#"452-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#).await;
        ada.send_binary(b"the first of two").await;
        // Not a packet of Socket.IO, and no business of its attachments.
        ada.send("3").await;
        ada.assert_silent().await;
        ada.send(text).await;
        ada.assert_closed(1000, text).await;
    }
}

#[actix_web::test]
async fn a_session_that_the_server_closes_gets_its_last_words() {
    let server = Server::start().await;
    let mut ada = WebSocket::connect(&server).await;
    ada.send_bytes(
        &[frame(opcode::TEXT, r#"42["send me away"]"#), frame(opcode::TEXT, r#"421["x"]"#)]
            .concat(),
    )
    .await;
    assert_eq!(ada.next_text().await, r#"42["word","fare"]"#);
    assert_eq!(ada.next_text().await, r#"42["word","well"]"#);
    ada.assert_closed(1000, "the server said so").await;
}

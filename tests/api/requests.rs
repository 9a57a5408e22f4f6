//! Requests that take long to come in: they are ended, and hold up nobody.

use std::time::{Duration, Instant};

use futures_util::future::join;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Client, Dress, PATIENCE, Process, Raw, Served};

const TIMEOUT: Duration = Duration::from_millis(1200);

const SETTINGS: &[(&str, &str)] = &[
    ("STONECHAT_SERVER__REQUEST_TIMEOUT", "1200"),
    ("STONECHAT_LIMITS__MESSAGES_PER_SECOND", "0"),
];

/// How often a byte comes of a request that comes byte by byte.
const DRIP: Duration = Duration::from_millis(50);

#[actix_web::test]
async fn a_connection_that_never_says_anything_is_closed() {
    let (_data, program) = program().await;
    let mut silent = Raw::connect(&program).await;
    assert_ended_after_the_timeout(&mut silent, Instant::now(), "nothing was said").await;
}

#[actix_web::test]
async fn a_request_whose_head_comes_byte_by_byte_is_ended_and_others_go_on() {
    let (_data, program) = program().await;
    let head = "GET /health HTTP/1.1\r\nHost: stonechat\r\nX-Long: ";
    for path in ["/health", "/ws", "/socket.io/?EIO=4&transport=polling", "/"] {
        let mut slow = Raw::connect(&program).await;
        let since = Instant::now();
        slow.send(head.replace("/health", path).as_bytes()).await;
        let dripping = async {
            loop {
                // Time that passes is what this is about.
                tokio::time::sleep(DRIP).await;
                slow.send(b"x").await;
                if since.elapsed() > 2 * TIMEOUT {
                    break assert_ended_after_the_timeout(&mut slow, since, path).await;
                }
            }
        };
        join(dripping, others_go_on(&program)).await;
    }
}

#[actix_web::test]
async fn a_later_request_of_a_connection_has_no_more_time_than_the_first() {
    let (_data, program) = program().await;
    let mut slow = Raw::connect(&program).await;
    slow.send(b"GET /health HTTP/1.1\r\nHost: stonechat\r\n\r\n").await;
    assert_eq!(slow.read_response().await.0, 200);
    let since = Instant::now();
    slow.send(b"GET /health HTTP/1.1\r\nHost: stonechat\r\nX-Long: ").await;
    while slow.rest(DRIP).await.is_none() {
        slow.send(b"x").await;
        // A connection without a request is kept for five seconds.
        assert!(since.elapsed() < 2 * PATIENCE, "the second head may come for ever");
    }
}

#[actix_web::test]
async fn a_post_whose_body_comes_byte_by_byte_is_ended_and_its_session_too() {
    let (_data, program) = program().await;
    let sid = open_session(&program).await;
    let mut slow = Raw::connect(&program).await;
    let since = Instant::now();
    let path = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: stonechat\r\nContent-Length: 1000\r\n\r\n42[\"send\",\""
    );
    slow.send(head.as_bytes()).await;
    let dripping = async {
        loop {
            tokio::time::sleep(DRIP).await;
            slow.send(b"x").await;
            if since.elapsed() > 2 * TIMEOUT {
                break slow.rest(PATIENCE).await.expect("the connection is ended");
            }
        }
    };
    let (rest, ()) = join(dripping, others_go_on(&program)).await;
    assert!(since.elapsed() < TIMEOUT + PATIENCE);
    let rest = String::from_utf8_lossy(&rest).to_ascii_lowercase();
    assert!(rest.starts_with("http/1.1 408 ") || rest.is_empty(), "{rest}");

    let mut poll = Raw::connect(&program).await;
    poll.send(format!("GET {path} HTTP/1.1\r\nHost: stonechat\r\n\r\n").as_bytes()).await;
    let (status, body) = poll.read_response().await;
    assert_eq!((status, body.contains("Session ID unknown")), (400, true), "{body}");
}

#[actix_web::test]
async fn a_post_whose_body_never_comes_holds_no_connection_wherever_it_goes() {
    let (_data, program) = program().await;
    let sid = open_session(&program).await;
    for path in [
        "/health",
        "/ws",
        "/",
        "/nowhere",
        "/socket.io/?EIO=4&transport=polling",
        "/socket.io/?EIO=4&transport=polling&sid=nobody",
        &format!("/socket.io/?EIO=4&transport=polling&sid={sid}"),
    ] {
        let mut slow = Raw::connect(&program).await;
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: stonechat\r\nContent-Length: 1000\r\n\r\nx");
        slow.send(head.as_bytes()).await;
        let since = Instant::now();
        let mut rest = None;
        while rest.is_none() {
            rest = slow.rest(DRIP).await;
            slow.send(b"x").await;
            // A connection that is kept for another request is so for five seconds.
            assert!(since.elapsed() < 2 * PATIENCE, "{path}: it is still open");
        }
    }
    others_go_on(&program).await;
}

#[actix_web::test]
async fn a_poll_and_a_websocket_may_take_longer_than_a_request() {
    let (_data, program) = program().await;
    let sid = open_session(&program).await;
    let mut clients = Vec::new();
    for dress in [Dress::SocketIo, Dress::Plain] {
        clients.push(Client::welcomed(&program, dress, &json!({ "name": "ada" })).await);
    }
    let mut poll = Raw::connect(&program).await;
    let path = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
    poll.send(format!("GET {path} HTTP/1.1\r\nHost: stonechat\r\n\r\n").as_bytes()).await;
    assert!(poll.rest(3 * TIMEOUT).await.is_none(), "a poll waits for as long as nothing comes");
    let mut post = Raw::connect(&program).await;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: stonechat\r\nContent-Length: 14\r\n\r\n40{{\"name\":\"c\"}}"
    );
    post.send(head.as_bytes()).await;
    assert_eq!(post.read_response().await, (200, "ok".to_owned()));
    assert!(poll.read_response().await.1.starts_with("40{"));
    for client in &mut clients {
        client.done("send", "still here").await;
    }
}

/// While another request takes its time.
async fn others_go_on(program: &Process) {
    let mut ada = Client::welcomed(program, Dress::SocketIo, &json!({ "name": "ada" })).await;
    let mut ben = Client::welcomed(program, Dress::Plain, &json!({ "name": "ben" })).await;
    for _ in 0..10 {
        ada.done("send", "hello").await;
        assert_eq!(ben.next_event("message").await["body"], "hello");
    }
    let health = awc::Client::new().get(program.url("/health")).send().await.expect("a response");
    assert_eq!(health.status(), 200);
}

async fn assert_ended_after_the_timeout(slow: &mut Raw, since: Instant, why: &str) {
    let rest = slow.rest(PATIENCE).await;
    let rest = rest.unwrap_or_else(|| panic!("{why}: the connection is still open"));
    // The clock of Actix is half a second off at most.
    assert!(since.elapsed() >= TIMEOUT / 2, "{why}: it was ended after {:?}", since.elapsed());
    let rest = String::from_utf8_lossy(&rest).to_ascii_lowercase();
    assert!(rest.is_empty() || rest.starts_with("http/1.1 408 "), "{why}: {rest}");
}

/// A session on HTTP long-polling, by its name; nothing waits for it.
async fn open_session(program: &Process) -> String {
    let mut raw = Raw::connect(program).await;
    let request = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: stonechat\r\n\r\n";
    raw.send(request.as_bytes()).await;
    let (status, body) = raw.read_response().await;
    assert_eq!(status, 200, "{body}");
    let open: serde_json::Value = serde_json::from_str(&body[1..]).expect("an open packet");
    open["sid"].as_str().expect("a name").to_owned()
}

async fn program() -> (TempDir, Process) {
    let data = TempDir::new().expect("the temporary folder can be written");
    let program = Process::start(data.path(), SETTINGS).await;
    (data, program)
}

//! Clients that do not read: they are told so if they read on soon, cut off if they do not, and hold up
//! nobody.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::raw::opcode;
use crate::support::{
    Client, Dress, Incoming, PATIENCE, Process, Raw, in_both_dresses_at_once, names,
};

const SETTINGS: &[(&str, &str)] = &[
    ("STONECHAT_LIMITS__MESSAGES_PER_SECOND", "0"),
    ("STONECHAT_LIMITS__OUTBOX_EVENTS", "16"),
    ("STONECHAT_LIMITS__OUTBOX_BYTES", "1048576"),
];

/// How long the server gives a client to read why it is cut off.
const GRACE: Duration = Duration::from_secs(2);

/// More than the kernel and the server keep of messages of this size for somebody who does not read.
const FLOOD: usize = 450;
const LONG: usize = 16_000;

in_both_dresses_at_once!(
    who_reads_on_soon_is_told_that_it_was_too_slow,
    who_does_not_read_on_is_cut_off_after_the_grace,
);

async fn who_reads_on_soon_is_told_that_it_was_too_slow(dress: Dress) {
    const TRIALS: usize = 10;
    let (_data, program) = program().await;
    let [mut ada, mut ben] = [at(&program, dress, "ada").await, at(&program, dress, "ben").await];
    let mut told = 0;
    for _ in 0..TRIALS {
        let mut cyd = Raw::connect_with(&program, 1 << 16).await.introduced(dress, "cyd").await;
        flood(&mut ada, &mut ben).await;
        let last_words = read_to_the_end(&mut cyd, dress).await;
        // On a machine so slow that the grace is over, there is nothing more to read.
        let Some((bye, code)) = last_words else { continue };
        assert_eq!((bye["code"].as_str(), code), (Some("slow"), 1008));
        assert!(bye["message"].is_string(), "{bye}");
        told += 1;
        if told == 2 {
            return;
        }
    }
    panic!("nobody was told why in {TRIALS} trials");
}

async fn who_does_not_read_on_is_cut_off_after_the_grace(dress: Dress) {
    let (_data, program) = program().await;
    let [mut ada, mut ben] = [at(&program, dress, "ada").await, at(&program, dress, "ben").await];
    let mut cyd = Raw::welcomed(&program, dress, "cyd").await;
    // Nobody is told of who is gone again before their coming was told.
    while !names(&ben.next_event("joined").await["users"]).contains(&"cyd") {}
    let begun = Instant::now();
    let mut left = flood(&mut ada, &mut ben).await;
    let flooded = Instant::now();
    while left.is_none() {
        left = is_told_that_cyd_left(&ben.next().await).then(Instant::now);
    }
    let left = left.expect("it was told");
    assert!(left - begun >= GRACE, "it is cut off after {:?}", left - begun);
    let waited = left.saturating_duration_since(flooded);
    assert!(waited < GRACE + PATIENCE, "it is cut off after {waited:?}");
    // What had left the server may still be read, and then the connection is over.
    assert_eq!(read_to_the_end(&mut cyd, dress).await, None);
    ada.post("lobby", "we go on").await;
    assert_eq!(ben.next_event("message").await["body"], "we go on");
}

#[actix_web::test]
async fn who_does_not_poll_is_told_at_the_next_poll_that_it_was_too_slow() {
    let (_data, program) = program().await;
    let mut ada = at(&program, Dress::Plain, "ada").await;
    let cyd = Poller::welcomed(&program, "cyd").await;
    for number in 0..40 {
        ada.post("lobby", &number.to_string()).await;
    }
    let heard = cyd.hear().await;
    assert!(heard.starts_with(r#"42["bye",{"code":"slow","#), "{heard}");
    assert_eq!(cyd.hear().await, "1");
    let (status, why) = cyd.get().await;
    assert_eq!((status, why.contains("Session ID unknown")), (400, true), "{why}");
    // And may come back.
    let cyd = Poller::welcomed(&program, "cyd").await;
    ada.post("lobby", "we go on").await;
    while !cyd.hear().await.contains("we go on") {}
}

#[actix_web::test]
async fn who_does_not_poll_for_long_is_no_longer_known() {
    let (_data, program) = program().await;
    let mut ada = at(&program, Dress::Plain, "ada").await;
    let cyd = Poller::welcomed(&program, "cyd").await;
    for number in 0..40 {
        ada.post("lobby", &number.to_string()).await;
    }
    // Time that passes is what this is about.
    tokio::time::sleep(GRACE + Duration::from_millis(500)).await;
    let (status, heard) = cyd.get().await;
    let told = status == 200 && heard.starts_with(r#"42["bye",{"code":"slow","#);
    let unknown = status == 400 && heard.contains("Session ID unknown");
    assert!(told || unknown, "{status} {heard}");
}

/// Writes more than waits for anybody, and lets somebody else read all of it meanwhile. Answers with when
/// they were told that the one who does not read is gone, if they were.
async fn flood(ada: &mut Client, ben: &mut Client) -> Option<Instant> {
    const BURST: usize = 10;
    let body = "x".repeat(LONG);
    let mut left = None;
    for _ in 0..FLOOD / BURST {
        for ack in ada.ask_all("send", std::iter::repeat_n(body.as_str(), BURST)).await {
            assert_eq!(ada.answer(ack).await["ok"], true);
        }
        ada.forget_unread();
        let mut read = 0;
        while read < BURST {
            match ben.next().await {
                Incoming::Event { name, .. } if name == "message" => read += 1,
                other if is_told_that_cyd_left(&other) => left = Some(Instant::now()),
                Incoming::Event { .. } => {}
                other => panic!("ben is held up: {other:?}"),
            }
        }
    }
    left
}

fn is_told_that_cyd_left(incoming: &Incoming) -> bool {
    matches!(incoming, Incoming::Event { name, data }
        if name == "left" && names(&data["users"]).contains(&"cyd"))
}

/// What there still is: messages without a gap, then `bye` and the code of the end, or only the end.
async fn read_to_the_end(client: &mut Raw, dress: Dress) -> Option<(Value, u16)> {
    let (mut last, mut bye) = (None, None);
    while let Some((kind, payload)) = client.next_frame().await {
        match kind {
            opcode::TEXT => {
                let text = String::from_utf8(payload).expect("UTF-8");
                match dress.read(&text) {
                    Some(Incoming::Event { name, data }) if name == "message" => {
                        assert!(bye.is_none(), "a message comes after the goodbye");
                        let seq = data["seq"].as_u64().expect("a seq");
                        assert!(last.is_none_or(|last| seq == last + 1), "{last:?}, then {seq}");
                        last = Some(seq);
                    }
                    Some(Incoming::Event { name, data }) if name == "bye" => bye = Some(data),
                    Some(Incoming::Event { .. } | Incoming::Ping) => {}
                    other => panic!("{other:?} was not to come"),
                }
            }
            opcode::CLOSE => {
                let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                assert_eq!(client.next_frame().await, None, "nothing comes after a close frame");
                return Some((
                    bye.expect("a goodbye before the close frame"),
                    code.expect("a code"),
                ));
            }
            opcode::PING => {}
            other => panic!("a frame of kind {other} was not to come"),
        }
    }
    assert!(last.is_some(), "what had left the server can be read");
    assert_eq!(bye, None, "a close frame follows the goodbye");
    None
}

/// A client on HTTP long-polling.
struct Poller<'a> {
    program: &'a Process,
    path: String,
}

impl<'a> Poller<'a> {
    async fn welcomed(program: &'a Process, name: &str) -> Self {
        let mut path = "/socket.io/?EIO=4&transport=polling".to_owned();
        let (_, open) = request(program, "GET", &path, "").await;
        let open: Value = serde_json::from_str(&open[1..]).expect("an open packet");
        path = format!("{path}&sid={}", open["sid"].as_str().expect("a name"));
        let poller = Self { program, path };
        let (status, _) =
            request(program, "POST", &poller.path, &format!(r#"40{{"name":"{name}"}}"#)).await;
        assert_eq!(status, 200);
        while !poller.hear().await.contains("welcome") {}
        poller
    }

    async fn get(&self) -> (u16, String) {
        request(self.program, "GET", &self.path, "").await
    }

    async fn hear(&self) -> String {
        let (status, payload) = self.get().await;
        assert_eq!(status, 200, "{payload}");
        payload
    }
}

async fn request(program: &Process, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut raw = Raw::connect(program).await;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: stonechat\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    raw.send(request.as_bytes()).await;
    raw.read_response().await
}

async fn at(program: &Process, dress: Dress, name: &str) -> Client {
    Client::welcomed(program, dress, &json!({ "name": name })).await
}

async fn program() -> (TempDir, Process) {
    let data = TempDir::new().expect("the temporary folder can be written");
    let program = Process::start(data.path(), SETTINGS).await;
    (data, program)
}

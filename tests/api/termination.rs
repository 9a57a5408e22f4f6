//! The program that is told to end: what it took is stored and answered, everyone is told, and whoever
//! does not cooperate keeps it from ending for some seconds at most.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::join;
use rustix::process::Signal;
use serde_json::{Value, json};
use sqlx::Executor;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{
    Client, Dress, Incoming, Process, Raw, in_both_dresses, in_both_dresses_at_once, lock, number,
};

const UNLIMITED: (&str, &str) = ("STONECHAT_LIMITS__MESSAGES_PER_SECOND", "0");

/// Within which the program ends, whatever happens.
const ENDED_WITHIN: Duration = Duration::from_secs(5);

in_both_dresses!(what_was_taken_is_stored_and_answered_and_the_rest_is_refused,);

in_both_dresses_at_once!(
    a_database_that_another_program_locks_does_not_keep_it_from_ending,
    a_join_that_waits_for_a_locked_database_does_not_keep_it_from_ending,
    clients_that_neither_read_nor_leave_do_not_keep_it_from_ending,
);

async fn what_was_taken_is_stored_and_answered_and_the_rest_is_refused(dress: Dress) {
    const MESSAGES: usize = 150;
    let data = folder();
    let mut program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut ada = at(&program, dress, "ada").await;
    for _ in 0..MESSAGES {
        let message = json!({ "room": "lobby", "id": Uuid::new_v4(), "body": "hello" });
        let edit = json!({ "room": "lobby", "id": message["id"], "body": "edited" });
        ada.ask_all("send", [message]).await;
        ada.ask_all("edit", [edit]).await;
    }
    // The first of them is stored, and the last is not yet read.
    let first = ada.next_event("message").await;
    let told = Instant::now();
    program.tell(Signal::TERM);
    let mut stored = BTreeMap::from([(first["id"].to_string(), number(&first))]);
    let mut said_bye = false;
    loop {
        match ada.next_news().await {
            Incoming::Answer { data, .. } if data["ok"] == true => {
                assert!(!said_bye, "an answer comes before the goodbye");
                stored.insert(data["id"].to_string(), number(&data));
            }
            Incoming::Answer { data, .. } => {
                assert!(!said_bye, "an answer comes before the goodbye");
                // An edit of what was refused is refused as well.
                assert_eq!(ada.code(&data), "restart");
            }
            Incoming::Event { name, data } if name == "bye" => {
                assert_eq!(data["code"], "restart");
                said_bye = true;
            }
            Incoming::Event { name, .. } => assert!(matches!(name.as_str(), "message" | "edited")),
            Incoming::Closed(code) => break assert_eq!((code, said_bye), (Some(1001), true)),
            Incoming::Ping | Incoming::Consent => {}
        }
    }
    assert_ends(&mut program, told).await;

    let program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut reader = at(&program, dress, "reader").await;
    let page = json!({ "room": "lobby", "after": 0, "limit": 200 });
    let history = reader.done("history", page).await;
    let messages = history["messages"].as_array().expect("messages");
    let there: BTreeMap<_, _> =
        messages.iter().map(|message| (message["id"].to_string(), number(message))).collect();
    assert_eq!(there, stored, "what is stored is what was said to be");
    println!("{} of {MESSAGES} messages are stored", stored.len());
}

async fn a_database_that_another_program_locks_does_not_keep_it_from_ending(dress: Dress) {
    let data = folder();
    let mut program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut ada = at(&program, dress, "ada").await;
    let mut ben = at(&program, dress, "ben").await;
    let id = ada.post("lobby", "hello").await["id"].take();
    for client in [&mut ada, &mut ben] {
        client.next_event("message").await;
    }
    let _locked = lock(data.path()).await;
    let message = json!({ "room": "lobby", "id": id, "body": "changed" });
    let mut asked = vec![ada.ask("edit", message.clone()).await];
    asked.push(ada.ask("send", json!({ "room": "lobby", "body": "one more" })).await);
    asked.push(ada.ask("delete", message).await);
    // This one has nothing to store, and shows that those before it have come.
    ada.done("history", json!({ "room": "lobby" })).await;
    let told = Instant::now();
    program.tell(Signal::TERM);
    let ending = assert_ends(&mut program, told);
    let hearing = async {
        for ack in asked {
            let answer = ada.answer(ack).await;
            let code = ada.code(&answer);
            assert!(matches!(code.as_str(), "storage" | "restart"), "{code}");
        }
        for client in [&mut ada, &mut ben] {
            assert_eq!(client.next_event("bye").await["code"], "restart");
            assert_eq!(client.next_close().await, Some(1001));
        }
    };
    join(ending, hearing).await;
}

/// Of a connection that can be recovered it is stored which rooms it joined.
async fn a_join_that_waits_for_a_locked_database_does_not_keep_it_from_ending(dress: Dress) {
    let data = folder();
    let mut program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut other = lock(data.path()).await;
    for sql in [
        "INSERT INTO rooms (id, name, seq, created_at) VALUES (7, 'garden', 0, 0)",
        "COMMIT",
        "BEGIN IMMEDIATE",
    ] {
        other.execute(sql).await.expect(sql);
    }
    let mut ada = at(&program, dress, "ada").await;
    let mut ben = at(&program, dress, "ben").await;
    ada.ask("join", json!({ "room": "garden" })).await;
    // It is under way by the time that somebody else is answered twice.
    for _ in 0..2 {
        ben.done("history", json!({ "room": "lobby" })).await;
    }
    let told = Instant::now();
    program.tell(Signal::TERM);
    assert_eq!(ben.next_event("bye").await["code"], "restart");
    assert_ends(&mut program, told).await;
}

async fn clients_that_neither_read_nor_leave_do_not_keep_it_from_ending(dress: Dress) {
    let data = folder();
    let mut program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut ada = at(&program, dress, "ada").await;
    let _deaf = Raw::welcomed(&program, dress, "deaf").await;
    let _mute = Raw::connect(&program).await;
    let mut halfway = Raw::connect(&program).await;
    halfway.send(b"GET /health HTTP/1.1\r\nHost: stone").await;
    // Some of it waits in the server, and it is not yet so much that the client is cut off.
    for ack in ada.ask_all("send", std::iter::repeat_n("x".repeat(16_000), 110)).await {
        assert_eq!(ada.answer(ack).await["ok"], true);
    }
    let told = Instant::now();
    program.tell(Signal::TERM);
    assert_ends(&mut program, told).await;
}

#[actix_web::test]
async fn a_poll_that_waits_is_answered_with_the_goodbye() {
    let data = folder();
    let mut program = Process::start(data.path(), &[("STONECHAT_SERVER__WORKERS", "1")]).await;
    let path = "/socket.io/?EIO=4&transport=polling";
    let (_, open) = request(&program, "GET", path, "").await.read_response().await;
    let open: Value = serde_json::from_str(&open[1..]).expect("an open packet");
    let path = format!("{path}&sid={}", open["sid"].as_str().expect("a name"));
    request(&program, "POST", &path, r#"40{"name":"ada"}"#).await.read_response().await;
    let mut heard = String::new();
    while !heard.contains(r#"42["joined""#) {
        heard = request(&program, "GET", &path, "").await.read_response().await.1;
    }
    let mut poll = request(&program, "GET", &path, "").await;
    // There is one thread, which has come to the poll once it has answered this.
    for _ in 0..3 {
        request(&program, "POST", &path, "3").await.read_response().await;
    }
    let told = Instant::now();
    program.tell(Signal::TERM);
    let (status, bye) = poll.read_response().await;
    assert_eq!((status, bye.starts_with(r#"42["bye",{"code":"restart","#)), (200, true), "{bye}");
    assert_ends(&mut program, told).await;
}

async fn assert_ends(program: &mut Process, told: Instant) {
    let status = program.ended().await;
    assert!(status.success(), "{status}");
    assert!(told.elapsed() < ENDED_WITHIN, "it ends after {:?}", told.elapsed());
}

async fn request(program: &Process, method: &str, path: &str, body: &str) -> Raw {
    let mut raw = Raw::connect(program).await;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: stonechat\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    raw.send(request.as_bytes()).await;
    raw
}

async fn at(program: &Process, dress: Dress, name: &str) -> Client {
    Client::welcomed(program, dress, &json!({ "name": name })).await
}

fn folder() -> TempDir {
    TempDir::new().expect("the temporary folder can be written")
}

//! The program as it is run: what is kept however it ends, and clients that do not read.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::support::{
    Client, Dress, Incoming, PATIENCE, Process, Raw, Served, command, in_both_dresses, names,
    number,
};

const UNLIMITED: (&str, &str) = ("STONECHAT_LIMITS__MESSAGES_PER_SECOND", "0");

in_both_dresses!(
    a_program_told_to_end_says_goodbye_and_keeps_what_was_sent,
    what_was_answered_is_kept_when_the_program_is_killed,
    what_was_changed_stays_so_when_the_program_is_killed,
    a_client_that_does_not_read_is_cut_off_and_holds_up_nobody,
    a_client_that_does_not_read_does_not_keep_the_program_from_ending,
);

async fn a_program_told_to_end_says_goodbye_and_keeps_what_was_sent(dress: Dress) {
    let data = folder();
    let mut program = Process::start(data.path(), &[]).await;
    let mut ada = ada_at(&program, dress).await;
    ada.post("lobby", "hello").await;
    ada.next_event("message").await;
    program.tell(Signal::TERM);
    assert_eq!(ada.next_event("bye").await["code"], "restart");
    assert_eq!(ada.next_close().await, Some(1001));
    assert!(program.ended().await.success());

    let program = Process::start(data.path(), &[]).await;
    let again = json!({ "token": ada.token() });
    let mut again = Client::welcomed(&program, dress, &again).await;
    assert_eq!(again.user(), ada.user());
    assert_eq!(again.join("lobby").await["messages"][0]["body"], "hello");
}

async fn what_was_answered_is_kept_when_the_program_is_killed(dress: Dress) {
    let data = folder();
    let mut program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut ada = ada_at(&program, dress).await;
    ada.ask_all("send", (1..=500).map(|number| number.to_string())).await;
    let mut answered = BTreeSet::new();
    loop {
        match ada.next_news().await {
            Incoming::Answer { data, .. } => {
                assert_eq!(data["ok"], true, "{data}");
                answered.insert(data["seq"].as_u64().expect("a seq"));
                if answered.len() == 100 {
                    program.tell(Signal::KILL);
                }
            }
            Incoming::Closed(_) => break,
            _ => {}
        }
    }
    assert!(answered.len() >= 100);
    assert!(!program.ended().await.success());

    let program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut ada = ada_at(&program, dress).await;
    let newest = ada.welcome["rooms"][0]["seq"].as_u64().expect("a seq");
    let page = json!({ "room": "lobby", "after": 0, "limit": 200 });
    let history = ada.done("history", page).await;
    for (number, message) in (1_u64..).zip(history["messages"].as_array().expect("messages")) {
        assert_eq!(message["seq"], Value::from(number));
        assert_eq!(message["body"], number.to_string());
    }
    assert!(answered.last() <= Some(&newest), "{answered:?} were answered, {newest} are there");
    assert_eq!(ada.post("lobby", "on").await["seq"], newest + 1);
}

async fn what_was_changed_stays_so_when_the_program_is_killed(dress: Dress) {
    let data = folder();
    let mut program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut ada = ada_at(&program, dress).await;
    ada.fill("lobby", 200).await;
    let mut ids = Vec::new();
    for _ in 0..200 {
        ids.push(ada.next_event("message").await["id"].take());
    }
    let about = |id: &Value| json!({ "room": "lobby", "id": id, "body": "edited" });
    for (number, id) in ids.iter().enumerate() {
        let command = if number % 2 == 0 { "edit" } else { "delete" };
        ada.ask_all(command, [about(id)]).await;
    }
    // What was answered, and with which number.
    let mut answered = BTreeMap::new();
    loop {
        match ada.next_news().await {
            Incoming::Answer { data, .. } => {
                assert_eq!(data["ok"], true, "{data}");
                answered.insert(data["seq"].as_u64(), data["changed"].as_u64());
                if answered.len() == 50 {
                    program.tell(Signal::KILL);
                }
            }
            Incoming::Closed(_) => break,
            _ => {}
        }
    }
    assert!(answered.len() >= 50);
    assert!(!program.ended().await.success());

    let program = Process::start(data.path(), &[UNLIMITED]).await;
    let again = json!({ "token": ada.token() });
    let mut ada = Client::welcomed(&program, dress, &again).await;
    let newest = ada.welcome["rooms"][0]["seq"].as_u64().expect("a seq");
    let page = json!({ "room": "lobby", "after": 0, "limit": 200 });
    let history = ada.done("history", page).await;
    let messages = history["messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 200);
    let mut numbers: Vec<u64> = messages.iter().map(number).collect();
    for message in messages {
        let seq = message["seq"].as_u64();
        if let Some(changed) = answered.get(&seq) {
            assert_eq!(message["changed"].as_u64(), *changed, "{message}");
        }
        match message["body"].as_str() {
            Some("edited") => assert!(message["edited_at"].is_u64(), "{message}"),
            Some("") => assert!(message["deleted_at"].is_u64(), "{message}"),
            body => assert_eq!(body, seq.map(|seq| seq.to_string()).as_deref()),
        }
    }
    // Each number is that of one change, up to the newest.
    numbers.sort_unstable();
    let changes = numbers.iter().filter(|number| **number > 200).count() as u64;
    assert_eq!(numbers.last(), Some(&newest));
    assert_eq!(newest, 200 + changes);
    assert_eq!(ada.done("delete", about(&ids[0])).await["changed"], newest + 1);
}

async fn a_client_that_does_not_read_is_cut_off_and_holds_up_nobody(dress: Dress) {
    let data = folder();
    let small = [UNLIMITED, ("STONECHAT_LIMITS__OUTBOX_BYTES", "1048576")];
    let program = Process::start(data.path(), &small).await;
    let mut ada = ada_at(&program, dress).await;
    let mut ben = Client::welcomed(&program, dress, &json!({ "name": "ben" })).await;
    let mut cyd = Raw::welcomed(&program, dress, "cyd").await;
    // Nobody is told of who is gone again before their coming was told.
    while !names(&ben.next_event("joined").await["users"]).contains(&"cyd") {}

    let body = "x".repeat(16_000);
    let mut sent = 0;
    let mut cut_off = false;
    // The kernel takes some megabytes on its own before anything waits in the server, which then gives
    // its client two seconds.
    while !cut_off && sent < 20_000 {
        for ack in ada.ask_all("send", std::iter::repeat_n(body.as_str(), 20)).await {
            assert_eq!(ada.answer(ack).await["ok"], true);
        }
        ada.forget_unread();
        sent += 20;
        let mut seen = 0;
        while seen < 20 {
            match ben.next().await {
                Incoming::Event { name, .. } if name == "message" => seen += 1,
                Incoming::Event { name, data } if name == "left" => {
                    cut_off |= names(&data["users"]) == ["cyd"];
                }
                Incoming::Event { .. } => {}
                other => panic!("ben is held up: {other:?}"),
            }
        }
    }
    assert!(cut_off, "{sent} messages of {} bytes wait for somebody who does not read", body.len());
    // What had left the server is still read, and then the connection ends.
    let rest = async { while cyd.next_frame().await.is_some() {} };
    timeout(PATIENCE, rest).await.expect("the connection has ended");
    ada.post("lobby", "we go on").await;
    assert_eq!(ben.next_event("message").await["body"], "we go on");
}

async fn a_client_that_does_not_read_does_not_keep_the_program_from_ending(dress: Dress) {
    let data = folder();
    let mut program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut ada = ada_at(&program, dress).await;
    let _cyd = Raw::welcomed(&program, dress, "cyd").await;
    for ack in ada.ask_all("send", std::iter::repeat_n("x".repeat(16_000), 110)).await {
        assert_eq!(ada.answer(ack).await["ok"], true);
    }
    program.tell(Signal::TERM);
    assert!(program.ended().await.success());
}

#[actix_web::test]
async fn a_program_that_cannot_serve_says_why() {
    let data = folder();
    let taken = Process::start(data.path(), &[]).await;
    let port = taken.address().port().to_string();
    for (setting, value, word) in [
        ("STONECHAT_SERVER__PORT", port.as_str(), port.as_str()),
        ("STONECHAT_LIMITS__COLOUR", "red", "colour"),
        ("STONECHAT_STORE__DATA", "/proc/nowhere", "/proc/nowhere"),
    ] {
        let mut program = command(&[(setting, value)]);
        let output = timeout(PATIENCE, program.stderr(Stdio::piped()).output()).await;
        let output = output.expect("the end in time").expect("an output");
        assert!(!output.status.success(), "{setting}={value}");
        let why = String::from_utf8_lossy(&output.stderr);
        assert!(why.contains(word) && why.lines().count() == 1, "{setting}={value}: {why}");
    }
}

#[actix_web::test]
async fn a_program_can_be_asked_whether_all_is_well() {
    let data = folder();
    let mut program = Process::start(data.path(), &[]).await;
    let port = program.address().port().to_string();
    let ask = || async {
        let mut health = command(&[("STONECHAT_SERVER__PORT", &port)]);
        health.arg("health").stderr(Stdio::null());
        timeout(PATIENCE, health.status()).await.expect("the end in time").expect("a status")
    };
    assert!(ask().await.success());
    program.tell(Signal::TERM);
    program.ended().await;
    assert!(!ask().await.success());
}

async fn ada_at(program: &Process, dress: Dress) -> Client {
    Client::welcomed(program, dress, &json!({ "name": "ada" })).await
}

fn folder() -> TempDir {
    TempDir::new().expect("the temporary folder can be written")
}

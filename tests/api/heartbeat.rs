//! Who answers pings stays, and who does not is gone.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Client, Dress, TestApp, in_both_dresses_at_once, names};

const INTERVAL: Duration = Duration::from_millis(80);

const QUICK: &[(&str, &str)] = &[("engine.ping_interval", "80"), ("engine.ping_timeout", "800")];

in_both_dresses_at_once!(
    who_answers_pings_stays,
    who_does_not_answer_a_ping_is_gone,
    who_has_not_said_who_they_are_is_pinged_too,
);

async fn who_answers_pings_stays(dress: Dress) {
    let app = TestApp::start_with(QUICK).await;
    let since = Instant::now();
    let mut ada = app.client(dress, "ada").await;
    for _ in 0..5 {
        ada.next_ping().await;
    }
    assert!(since.elapsed() >= 4 * INTERVAL, "pings come at their interval");
    ada.post("lobby", "still here").await;
}

async fn who_does_not_answer_a_ping_is_gone(dress: Dress) {
    let app = TestApp::start_with(QUICK).await;
    let mut ada = app.client(dress, "ada").await;
    ada.answers_pings = false;
    ada.next_ping().await;
    assert_eq!(ada.next_close().await, Some(goodbye_of(dress)));

    let mut ben = app.client(dress, "ben").await;
    let answer = ben.join("lobby").await;
    assert_eq!(names(&answer["members"]), ["ben"]);
}

async fn who_has_not_said_who_they_are_is_pinged_too(dress: Dress) {
    let app = TestApp::start_with(QUICK).await;
    let mut client = Client::open(&app, dress).await;
    client.next_ping().await;
    client.next_ping().await;
    client.introduce(&json!({ "name": "ada" })).await;
    client.next_welcome().await;
    client.answers_pings = false;
    assert_eq!(client.next_close().await, Some(goodbye_of(dress)));
}

fn goodbye_of(dress: Dress) -> u16 {
    match dress {
        Dress::SocketIo => 1000,
        Dress::Plain => 1008,
    }
}

//! How much one may send, how fast, and from how many connections.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{
    Client, Dress, PATIENCE, Served, TestApp, in_both_dresses, in_both_dresses_at_once,
};

in_both_dresses!(
    the_rate_of_messages_is_each_connections_own,
    other_commands_have_a_rate_of_their_own,
    a_refused_send_counts_and_stores_nothing,
    a_body_is_limited_in_bytes,
    an_address_has_so_many_connections_and_no_more,
    a_connection_that_closes_makes_room_for_another,
    an_overloaded_server_says_so_and_a_retry_succeeds,
);

in_both_dresses_at_once!(who_sends_too_fast_is_told_how_long_to_wait,);

async fn who_sends_too_fast_is_told_how_long_to_wait(dress: Dress) {
    let app = TestApp::start_with(&[("limits.messages_per_second", "4")]).await;
    let mut ada = app.client(dress, "ada").await;
    let asked = ada.ask_all("send", ["1", "2", "3", "4", "too much"]).await;
    for ack in &asked[..4] {
        assert_eq!(ada.answer(*ack).await["ok"], true);
    }
    let refusal = ada.answer(asked[4]).await;
    assert_eq!(ada.code(&refusal), "rate_limited");
    let wait = refusal["error"]["retry_after_ms"].as_u64().expect("a time to wait");
    assert!((1..=250).contains(&wait), "{refusal}");
    // There is no event for time that passes.
    tokio::time::sleep(Duration::from_millis(wait)).await;
    assert_eq!(ada.done("send", "again").await["seq"], 5);
}

async fn the_rate_of_messages_is_each_connections_own(dress: Dress) {
    let app = TestApp::start_with(&[("limits.messages_per_second", "1")]).await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    ada.done("send", "hello").await;
    assert_eq!(ada.refused("send", "hello").await, "rate_limited");
    ben.done("send", "hello").await;
    // Whoever may not send may still read.
    ada.done("history", json!({ "room": "lobby" })).await;
}

async fn other_commands_have_a_rate_of_their_own(dress: Dress) {
    let app = TestApp::start_with(&[("limits.commands_per_second", "2")]).await;
    let mut ada = app.client(dress, "ada").await;
    let lobby = json!({ "room": "lobby", "typing": true });
    ada.done("typing", lobby.clone()).await;
    ada.done("history", lobby.clone()).await;
    for event in ["typing", "history", "join", "leave"] {
        let answer = ada.call(event, lobby.clone()).await;
        assert_eq!(ada.code(&answer), "rate_limited", "{event}");
        assert!(answer["error"]["retry_after_ms"].is_u64(), "{answer}");
    }
    ada.done("send", "hello").await;
}

async fn a_refused_send_counts_and_stores_nothing(dress: Dress) {
    let app = TestApp::start_with(&[("limits.messages_per_second", "1")]).await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    ada.done("send", "once").await;
    ada.say("send", "twice").await;
    assert_eq!(ada.next_event("message").await["body"], "once");
    assert_eq!(ada.next_failure().await, "rate_limited");
    assert_eq!(ben.next_event("message").await["body"], "once");
    ben.assert_silent().await;
}

async fn a_body_is_limited_in_bytes(dress: Dress) {
    let app = TestApp::start_with(&[("limits.message_bytes", "10")]).await;
    let mut ada = app.client(dress, "ada").await;
    assert_eq!(ada.welcome["server"]["limits"]["message_bytes"], 10);
    ada.post("lobby", "0123456789").await;
    ada.post("lobby", "ééééé").await;
    for body in ["01234567890", "éééééx", "🐦🐦🐦", "           "] {
        assert_eq!(ada.refused("send", body).await, "body_too_long", "{body}");
    }
    assert_eq!(ada.post("lobby", "x").await["seq"], 3);
}

async fn an_address_has_so_many_connections_and_no_more(dress: Dress) {
    let app = TestApp::start_with(&[("limits.connections_per_ip", "2")]).await;
    // Who has not said who they are counts too, and a refused handshake does not.
    let _first = Client::open(&app, dress).await;
    let refused = awc::Client::new().get(app.url("/ws")).send().await.expect("a response");
    assert!(refused.status().is_client_error());
    let mut ada = app.client(dress, "ada").await;
    for other in [Dress::SocketIo, Dress::Plain] {
        assert!(Client::try_open(&app, other).await.is_none());
    }
    ada.post("lobby", "still in").await;
    let health = awc::Client::new().get(app.url("/health")).send().await.expect("a response");
    assert_eq!(health.status(), 200);
}

async fn a_connection_that_closes_makes_room_for_another(dress: Dress) {
    let app = TestApp::start_with(&[("limits.connections_per_ip", "2")]).await;
    let mut ada = app.client(dress, "ada").await;
    for politely in [true, false, true] {
        let ben = wait_for_room(&app, dress).await;
        assert!(Client::try_open(&app, dress).await.is_none());
        if politely {
            ben.disconnect().await;
        } else {
            drop(ben);
        }
    }
    wait_for_room(&app, dress).await;
    ada.post("lobby", "still in").await;
}

async fn an_overloaded_server_says_so_and_a_retry_succeeds(dress: Dress) {
    let app = TestApp::start_with(&[("limits.append_queue", "1")]).await;
    let mut ada = app.client(dress, "ada").await;
    let message = |number: u128| {
        let id = uuid::Uuid::from_u128(number);
        json!({ "room": "lobby", "body": number.to_string(), "id": id })
    };
    let mut missing: Vec<u128> = (1..=25).collect();
    let mut overloaded = 0;
    while !missing.is_empty() {
        let asked = ada.ask_all("send", missing.iter().copied().map(message)).await;
        let mut refused = Vec::new();
        for (number, ack) in missing.into_iter().zip(asked) {
            let answer = ada.answer(ack).await;
            if answer["ok"] != true {
                assert_eq!(ada.code(&answer), "overloaded");
                refused.push(number);
                overloaded += 1;
            }
        }
        missing = refused;
    }
    assert!(overloaded > 0, "a burst of 25 is too much for a queue of one");
    for seq in 1..=25 {
        assert_eq!(ada.next_event("message").await["seq"], seq);
    }
    ada.assert_silent().await;
}

/// A connection, once the server has noticed that another one is closed.
async fn wait_for_room(app: &TestApp, dress: Dress) -> Client {
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        if let Some(client) = Client::try_open(app, dress).await {
            return client;
        }
    }
    panic!("the place of a closed connection stays taken");
}

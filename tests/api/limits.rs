//! How much one may send, how fast, and from how many connections.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{
    Client, Dress, Incoming, PATIENCE, Served, TestApp, in_both_dresses, in_both_dresses_at_once,
};

in_both_dresses!(
    the_rate_of_messages_is_each_connections_own,
    other_commands_have_a_rate_of_their_own,
    a_refused_send_counts_and_stores_nothing,
    a_body_is_limited_in_bytes,
    an_address_has_so_many_connections_and_no_more,
    a_connection_that_closes_makes_room_for_another,
    an_overloaded_server_says_so_and_a_retry_succeeds,
    edits_and_deletions_count_as_messages,
    one_person_writes_so_much_over_all_their_sessions,
    coming_back_does_not_start_the_count_of_a_person_anew,
    a_rate_of_a_person_may_be_left_out,
    one_person_has_so_many_sessions_and_no_more,
    a_session_that_leaves_makes_room_for_another_of_its_person,
);

in_both_dresses_at_once!(
    who_sends_too_fast_is_told_how_long_to_wait,
    a_person_who_writes_too_much_is_told_how_long_to_wait,
);

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

async fn edits_and_deletions_count_as_messages(dress: Dress) {
    let app = TestApp::start_with(&[("limits.messages_per_second", "3")]).await;
    let mut ada = app.client(dress, "ada").await;
    let message = json!({ "room": "lobby", "body": "x", "id": uuid::Uuid::new_v4() });
    for command in ["send", "edit", "delete"] {
        ada.done(command, message.clone()).await;
    }
    let asked = ["delete", "edit", "send"].map(|command| (command, message.clone()));
    for (command, message) in asked {
        assert_eq!(ada.refused(command, message).await, "rate_limited", "{command}");
    }
    ada.done("history", json!({ "room": "lobby" })).await;
}

/// What counts is the person, not the session.
const ONE_PERSON: &[(&str, &str)] =
    &[("limits.messages_per_second", "1000"), ("limits.messages_per_second_of_user", "4")];

async fn a_person_who_writes_too_much_is_told_how_long_to_wait(dress: Dress) {
    let app = TestApp::start_with(ONE_PERSON).await;
    let mut ada = app.client(dress, "ada").await;
    let mut tab = app.client_again(dress, ada.token()).await;
    let (refusal, _) = write_until_refused(&mut [&mut ada, &mut tab]).await;
    let wait = refusal["error"]["retry_after_ms"].as_u64().expect("a time to wait");
    assert!((1..=250).contains(&wait), "{refusal}");
    tokio::time::sleep(Duration::from_millis(wait)).await;
    tab.done("send", "again").await;
}

async fn one_person_writes_so_much_over_all_their_sessions(dress: Dress) {
    let app = TestApp::start_with(ONE_PERSON).await;
    let mut ada = app.client(dress, "ada").await;
    let mut tab = app.client_again(dress, ada.token()).await;
    let mut ben = app.client(dress, "ben").await;
    let (_, written) = write_until_refused(&mut [&mut ada, &mut tab]).await;
    assert!(written >= 4, "{written} were written before one was refused");
    // Another person may, and who may not write may read.
    ben.done("send", "hello").await;
    tab.done("history", json!({ "room": "lobby" })).await;
    assert_eq!(
        ben.done("history", json!({ "room": "lobby" })).await["messages"].as_array().unwrap().len(),
        written + 1
    );
}

async fn coming_back_does_not_start_the_count_of_a_person_anew(dress: Dress) {
    let app = TestApp::start_with(ONE_PERSON).await;
    let mut ada = app.client(dress, "ada").await;
    let since = Instant::now();
    let (mut written, mut sessions) = (0, 0);
    while sessions < 8 {
        written += write_until_refused(&mut [&mut ada]).await.1;
        sessions += 1;
        let token = ada.token().to_owned();
        ada.disconnect().await;
        ada = app.client_again(dress, &token).await;
    }
    let most = 4 + 4 * since.elapsed().as_millis().div_ceil(1000);
    assert!(written as u128 <= most, "{written} in {:?}, {most} are allowed", since.elapsed());
}

async fn a_rate_of_a_person_may_be_left_out(dress: Dress) {
    const SETTINGS: [&[(&str, &str)]; 2] = [
        &[("limits.messages_per_second", "30"), ("limits.messages_per_second_of_user", "0")],
        &[("limits.messages_per_second", "0"), ("limits.messages_per_second_of_user", "4")],
    ];
    for settings in SETTINGS {
        let app = TestApp::start_with(settings).await;
        let mut ada = app.client(dress, "ada").await;
        let mut tab = app.client_again(dress, ada.token()).await;
        for client in [&mut ada, &mut tab] {
            for ack in client.ask_all("send", std::iter::repeat_n("x", 30)).await {
                assert_eq!(client.answer(ack).await["ok"], true);
            }
        }
    }
}

async fn one_person_has_so_many_sessions_and_no_more(dress: Dress) {
    let app = TestApp::start_with(&[("limits.sessions_per_user", "2")]).await;
    let mut ada = app.client(dress, "ada").await;
    let mut tab = app.client_again(dress, ada.token()).await;
    for other in [Dress::SocketIo, Dress::Plain] {
        let mut third = Client::open(&app, other).await;
        third.introduce(&json!({ "token": ada.token() })).await;
        assert_eq!(third.next_connect_error().await, "too_many_sessions");
        // The connection stays, and may become somebody else.
        let name = format!("ben over {other:?}");
        third.introduce(&json!({ "name": name })).await;
        assert_eq!(third.next_welcome().await["user"]["name"], name);
        third.disconnect().await;
    }
    ada.done("send", "still here").await;
    tab.done("send", "here, too").await;
    assert_eq!(ada.done("join", json!({ "room": "lobby" })).await["room"]["seq"], 2);
}

async fn a_session_that_leaves_makes_room_for_another_of_its_person(dress: Dress) {
    let app = TestApp::start_with(&[("limits.sessions_per_user", "1")]).await;
    let mut ada = app.client(dress, "ada").await;
    for politely in [true, false] {
        let token = ada.token().to_owned();
        let mut next = Client::open(&app, dress).await;
        next.introduce(&json!({ "token": token })).await;
        assert_eq!(next.next_connect_error().await, "too_many_sessions");
        if politely {
            ada.disconnect().await;
        } else {
            drop(ada);
        }
        let since = Instant::now();
        loop {
            assert!(since.elapsed() < PATIENCE, "the place of one who left stays taken");
            next.introduce(&json!({ "token": token })).await;
            match next.next_news().await {
                Incoming::Event { name, data } if name == "welcome" => {
                    next.welcome = data;
                    break;
                }
                Incoming::Event { name, .. } => assert_eq!(name, "connect_error"),
                other => panic!("an answer was to come, and not {other:?}"),
            }
        }
        next.done("send", "in").await;
        ada = next;
    }
}

/// Writes with all of them in bursts; answers with the first refusal, and how much was written.
async fn write_until_refused(clients: &mut [&mut Client]) -> (Value, usize) {
    let (mut refusal, mut written) = (None, 0);
    while refusal.is_none() {
        let mut asked = Vec::new();
        for client in &mut *clients {
            asked.push(client.ask_all("send", std::iter::repeat_n("x", 10)).await);
        }
        for (client, asked) in clients.iter_mut().zip(asked) {
            for ack in asked {
                let answer = client.answer(ack).await;
                if answer["ok"] == true {
                    written += 1;
                } else {
                    assert_eq!(client.code(&answer), "rate_limited");
                    refusal.get_or_insert(answer);
                }
            }
        }
    }
    (refusal.expect("there was one"), written)
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

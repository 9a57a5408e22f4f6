//! A server that stops: what it took is stored and answered, and everyone is told.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{Client, Dress, Incoming, PATIENCE, TestApp, in_both_dresses};

in_both_dresses!(
    everyone_is_told_that_the_server_restarts,
    a_send_while_the_server_stops_is_stored_and_answered_or_refused,
    who_has_not_said_who_they_are_is_told_too,
    who_comes_while_the_server_stops_is_told_too,
);

async fn everyone_is_told_that_the_server_restarts(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    timeout(PATIENCE, app.chat.stop()).await.expect("the chat stops");
    for client in [&mut ada, &mut ben] {
        assert_says_bye(client).await;
    }
}

async fn who_has_not_said_who_they_are_is_told_too(dress: Dress) {
    let app = TestApp::start().await;
    let mut client = Client::open(&app, dress).await;
    if dress == Dress::Plain {
        // The answer shows that the session is there; on Socket.IO the open packet does.
        assert_eq!(client.refused("send", "too early").await, "not_connected");
    }
    timeout(PATIENCE, app.chat.stop()).await.expect("the chat stops");
    assert_says_bye(&mut client).await;
}

/// Between the last connection that is accepted and the end of the chat lies a moment.
async fn who_comes_while_the_server_stops_is_told_too(dress: Dress) {
    let app = TestApp::start().await;
    timeout(PATIENCE, app.chat.stop()).await.expect("the chat stops");
    let mut client = Client::open(&app, dress).await;
    assert_says_bye(&mut client).await;
}

async fn a_send_while_the_server_stops_is_stored_and_answered_or_refused(dress: Dress) {
    const EACH: usize = 300;
    let app = TestApp::start().await;
    let mut clients = futures_util::future::join_all(
        ["ada", "ben", "cyd", "dan"].map(|name| app.client(dress, name)),
    )
    .await;
    for client in &mut clients {
        let messages = (0..EACH).map(
            |number| json!({ "room": "lobby", "body": number.to_string(), "id": Uuid::new_v4() }),
        );
        client.ask_all("send", messages).await;
    }
    // The first of them is stored, the last of them is not yet read.
    clients[0].next_event("message").await;
    let reading = clients.into_iter().map(|mut client| async move {
        let (mut stored, mut refused, mut said_bye) = (BTreeSet::new(), 0, false);
        loop {
            match client.next_news().await {
                Incoming::Answer { data, .. } if data["ok"] == true => {
                    assert!(!said_bye, "an answer comes before the goodbye");
                    stored.insert(data["id"].as_str().expect("an id").to_owned());
                }
                Incoming::Answer { data, .. } => {
                    assert!(!said_bye, "an answer comes before the goodbye");
                    assert_eq!(client.code(&data), "restart");
                    refused += 1;
                }
                Incoming::Event { name, data } if name == "bye" => {
                    assert_eq!(data["code"], "restart");
                    said_bye = true;
                }
                Incoming::Event { name, .. } => assert_eq!(name, "message"),
                Incoming::Closed(code) => {
                    assert_eq!((code, said_bye), (Some(1001), true));
                    return (stored, refused);
                }
                Incoming::Ping | Incoming::Consent => {}
            }
        }
    });
    let stopping = async { timeout(PATIENCE, app.chat.stop()).await.expect("the chat stops") };
    let reading = futures_util::future::join_all(reading);
    let (outcomes, ()) = futures_util::future::join(reading, stopping).await;

    let refused: usize = outcomes.iter().map(|(_, refused)| refused).sum();
    let told: BTreeSet<String> = outcomes.into_iter().flat_map(|(stored, _)| stored).collect();
    println!("{} stored, {refused} refused", told.len());
    let app = app.restart().await;
    let mut reader = app.client(dress, "reader").await;
    assert_eq!(all_ids(&mut reader).await, told, "what is stored is what was said to be");
}

async fn assert_says_bye(client: &mut Client) {
    match client.next_news().await {
        Incoming::Event { name, data } if name == "bye" => assert_eq!(data["code"], "restart"),
        other => panic!("bye was to come, and not {other:?}"),
    }
    assert_eq!(client.next_close().await, Some(1001));
}

/// The ids of all messages, which have to have numbers without a gap.
async fn all_ids(client: &mut Client) -> BTreeSet<String> {
    let (mut ids, mut after) = (BTreeSet::new(), 0);
    loop {
        let position = json!({ "room": "lobby", "after": after, "limit": 200 });
        let answer = client.done("history", position).await;
        for message in answer["messages"].as_array().expect("messages") {
            after += 1;
            assert_eq!(message["seq"], Value::from(after));
            ids.insert(message["id"].as_str().expect("an id").to_owned());
        }
        if answer["more"] == false {
            return ids;
        }
    }
}

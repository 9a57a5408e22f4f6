//! Messages: everyone in a room gets each once, in one order, and a retry stores nothing.

use std::collections::HashSet;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Dress, TestApp, in_both_dresses, in_both_dresses_at_once, seqs};

in_both_dresses!(
    messages_come_in_the_order_of_their_numbers,
    a_plain_string_is_sent_to_the_lobby,
    a_body_arrives_as_it_was_written,
    a_burst_of_retries_is_one_message,
    a_retry_after_a_restart_gets_the_first_answer,
    an_id_of_somebody_else_is_taken,
    an_id_used_in_another_room_is_taken,
    who_is_not_in_a_room_gets_nothing_of_it,
    messages_are_there_after_a_restart_and_the_numbers_go_on,
    what_was_sent_just_before_leaving_is_stored,
);

in_both_dresses_at_once!(
    everyone_in_the_room_gets_a_message_and_its_author_too,
    a_message_without_an_ack_is_sent_and_not_answered,
    a_retry_gets_the_first_answer_and_stores_nothing,
);

async fn everyone_in_the_room_gets_a_message_and_its_author_too(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben, mut cyd] = app.people(dress, ["ada", "ben", "cyd"]).await;
    let id = Uuid::new_v4().to_string();
    let sent = ada.done("send", json!({ "room": "lobby", "body": "hello", "id": id })).await;
    let sent_at = sent["sent_at"].as_u64().expect("milliseconds");
    assert_eq!(sent, json!({ "ok": true, "id": id, "seq": 1, "sent_at": sent_at }));
    assert!(sent_at > 1_700_000_000_000, "{sent_at} are no milliseconds since 1970");
    let expected = json!({
        "room": "lobby",
        "seq": 1,
        "id": id,
        "user": ada.user(),
        "body": "hello",
        "sent_at": sent_at,
    });
    for client in [&mut ada, &mut ben, &mut cyd] {
        assert_eq!(client.next_event("message").await, expected);
        client.assert_silent().await;
    }
}

async fn messages_come_in_the_order_of_their_numbers(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    ada.fill("lobby", 20).await;
    for client in [&mut ada, &mut ben] {
        for seq in 1..=20 {
            let message = client.next_event("message").await;
            assert_eq!(message["seq"], seq);
            assert_eq!(message["body"], seq.to_string(), "what is sent first has the lower number");
        }
    }
}

async fn a_plain_string_is_sent_to_the_lobby(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    let sent = ada.done("send", "hello").await;
    let message = ben.next_event("message").await;
    assert_eq!((&message["room"], &message["body"]), (&json!("lobby"), &json!("hello")));
    assert_eq!(message["id"], sent["id"]);
}

async fn a_message_without_an_ack_is_sent_and_not_answered(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    ada.say("send", json!({ "room": "lobby", "body": "hello" })).await;
    for client in [&mut ben, &mut ada] {
        assert_eq!(client.next_event("message").await["body"], "hello");
        client.assert_silent().await;
    }
}

async fn a_body_arrives_as_it_was_written(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    let longest = "é".repeat(16384 / 2);
    for body in [
        "  white space around it \n",
        "\"quotes\" and \\backslashes\\ and </script>",
        "👩‍👩‍👧 שלום \u{202e} \u{feff}",
        "\u{1}\u{7f}\u{2028}",
        "42[\"message\",{}]",
        &longest,
    ] {
        ada.post("lobby", body).await;
        assert_eq!(ben.next_event("message").await["body"], body);
    }
    let history = ben.done("history", json!({ "room": "lobby", "after": 0 })).await;
    assert_eq!(history["messages"][1]["body"], "\"quotes\" and \\backslashes\\ and </script>");
    assert_eq!(history["messages"][5]["body"], longest);
}

#[actix_web::test]
async fn clients_of_both_dresses_see_each_other() {
    let app = TestApp::start().await;
    let mut ada = app.client(Dress::SocketIo, "ada").await;
    let mut ben = app.client(Dress::Plain, "ben").await;
    ada.post("lobby", "from Socket.IO").await;
    ben.post("lobby", "from a plain client").await;
    for client in [&mut ada, &mut ben] {
        assert_eq!(client.next_event("message").await["body"], "from Socket.IO");
        assert_eq!(client.next_event("message").await["body"], "from a plain client");
    }
}

async fn a_retry_gets_the_first_answer_and_stores_nothing(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    let message = json!({ "room": "lobby", "body": "hello", "id": Uuid::new_v4() });
    let first = ada.done("send", message.clone()).await;
    ada.post("lobby", "something else").await;
    assert_eq!(ada.done("send", message).await, first);
    let other_body = json!({ "room": "lobby", "body": "changed", "id": first["id"] });
    assert_eq!(ada.done("send", other_body).await, first);

    assert_eq!(ben.next_event("message").await["body"], "hello");
    assert_eq!(ben.next_event("message").await["body"], "something else");
    ben.assert_silent().await;
    assert_eq!(all_bodies(&mut ben).await, ["hello", "something else"]);
}

async fn a_burst_of_retries_is_one_message(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut tab = app.client_again(dress, ada.token()).await;
    let [mut ben] = [app.client(dress, "ben").await];
    let message = json!({ "room": "lobby", "body": "hello", "id": Uuid::new_v4() });
    let mut asked = Vec::new();
    for _ in 0..20 {
        asked
            .push((ada.ask("send", message.clone()).await, tab.ask("send", message.clone()).await));
    }
    let mut answers = HashSet::new();
    for (from_ada, from_tab) in asked {
        answers.insert(ada.answer(from_ada).await.to_string());
        answers.insert(tab.answer(from_tab).await.to_string());
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    for client in [&mut ada, &mut tab, &mut ben] {
        assert_eq!(client.next_event("message").await["seq"], 1);
        client.assert_silent().await;
    }
}

async fn a_retry_after_a_restart_gets_the_first_answer(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let message = json!({ "room": "lobby", "body": "hello", "id": Uuid::new_v4() });
    let first = ada.done("send", message.clone()).await;

    let app = app.restart().await;
    let mut ada = app.client_again(dress, ada.token()).await;
    assert_eq!(ada.welcome["rooms"][0]["seq"], 1);
    assert_eq!(ada.done("send", message).await, first);
    ada.assert_silent().await;
    assert_eq!(all_bodies(&mut ada).await, ["hello"]);
}

async fn an_id_of_somebody_else_is_taken(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    let message = json!({ "room": "lobby", "body": "hello", "id": Uuid::new_v4() });
    ada.done("send", message.clone()).await;
    assert_eq!(ben.refused("send", message).await, "id_taken");
    assert_eq!(ben.next_event("message").await["body"], "hello");
    ben.assert_silent().await;
    assert_eq!(ben.post("lobby", "mine").await["seq"], 2);
}

async fn an_id_used_in_another_room_is_taken(dress: Dress) {
    let app = TestApp::start().await;
    app.create_room("garden").await;
    let mut ada = app.client(dress, "ada").await;
    ada.join("garden").await;
    let id = Uuid::new_v4();
    ada.done("send", json!({ "room": "lobby", "body": "hello", "id": id })).await;
    let elsewhere = json!({ "room": "garden", "body": "hello", "id": id });
    assert_eq!(ada.refused("send", elsewhere.clone()).await, "id_taken");

    // In one burst, so that both may be part of one transaction.
    let id = Uuid::new_v4();
    let here = ada.ask("send", json!({ "room": "lobby", "body": "hello", "id": id })).await;
    let there = ada.ask("send", json!({ "room": "garden", "body": "hello", "id": id })).await;
    assert_eq!(ada.answer(here).await["seq"], 2);
    let refusal = ada.answer(there).await;
    assert_eq!(ada.code(&refusal), "id_taken");
    assert_eq!(ada.post("garden", "the first").await["seq"], 1);
}

#[actix_web::test]
async fn a_burst_of_many_clients_has_numbers_without_gaps_and_one_order_for_all() {
    const EACH: usize = 125;
    let app = TestApp::start().await;
    let dresses = [Dress::SocketIo, Dress::Plain, Dress::SocketIo, Dress::Plain];
    let clients = dresses.map(|dress| app.client(dress, "ada"));
    let clients = futures_util::future::join_all(clients).await;
    let total = EACH * clients.len();

    let bursts = clients.into_iter().enumerate().map(|(who, mut client)| async move {
        let bodies = (0..EACH).map(|number| format!("{who} {number}"));
        let asked = client.ask_all("send", bodies).await;
        let mut answered = Vec::new();
        for ack in asked {
            answered.push(client.answer(ack).await);
        }
        let mut seen = Vec::new();
        for _ in 0..total {
            seen.push(client.next_event("message").await);
        }
        client.assert_silent().await;
        (who, answered, seen)
    });
    let outcomes = futures_util::future::join_all(bursts).await;

    let (_, _, order) = &outcomes[0];
    assert_eq!(seqs(order), (1..=total as u64).collect::<Vec<_>>());
    for (who, answered, seen) in &outcomes {
        assert_eq!(seen, order, "everyone sees the same in the same order");
        let own: Vec<&Value> = seen
            .iter()
            .filter(|m| m["body"].as_str().unwrap().starts_with(&format!("{who} ")))
            .collect();
        for (number, (message, answer)) in own.iter().zip(answered).enumerate() {
            assert_eq!(message["body"], format!("{who} {number}"), "what one sends stays in order");
            assert_eq!((&message["seq"], &message["id"]), (&answer["seq"], &answer["id"]));
        }
        assert_eq!(own.len(), EACH);
    }
}

async fn who_is_not_in_a_room_gets_nothing_of_it(dress: Dress) {
    let app = TestApp::start().await;
    app.create_room("garden").await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    ada.join("garden").await;
    ada.post("garden", "only for those in the garden").await;
    ada.done("typing", json!({ "room": "garden", "typing": true })).await;
    ada.post("lobby", "for all").await;
    assert_eq!(ben.next_event("message").await["body"], "for all");
    assert_eq!(ben.refused("send", json!({ "room": "garden", "body": "x" })).await, "not_in_room");
    assert_eq!(ben.refused("history", json!({ "room": "garden" })).await, "not_in_room");
}

async fn messages_are_there_after_a_restart_and_the_numbers_go_on(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    ada.fill("lobby", 3).await;

    let app = app.restart().await;
    let mut ben = app.client(dress, "ben").await;
    let history = ben.done("history", json!({ "room": "lobby" })).await;
    assert_eq!(history["messages"][0]["user"], ada.user());
    assert_eq!(all_bodies(&mut ben).await, ["1", "2", "3"]);
    assert_eq!(ben.post("lobby", "on").await["seq"], 4);
}

async fn what_was_sent_just_before_leaving_is_stored(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    ada.say("send", json!({ "room": "lobby", "body": "I have to go" })).await;
    ada.disconnect().await;
    assert_eq!(ben.next_event("message").await["body"], "I have to go");
}

async fn all_bodies(client: &mut Client) -> Vec<String> {
    let history = client.done("history", json!({ "room": "lobby" })).await;
    let messages = history["messages"].as_array().expect("messages");
    messages.iter().map(|message| message["body"].as_str().expect("a body").into()).collect()
}

//! Editing and deleting what one has written: who may, what everyone gets, and which numbers it takes.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Dress, Incoming, TestApp, in_both_dresses, number};

in_both_dresses!(
    everyone_gets_an_edit_as_the_whole_message_with_the_next_number,
    everyone_gets_a_deletion_as_the_message_without_its_body,
    nobody_but_the_author_changes_a_message,
    another_tab_of_the_author_changes_it_as_well,
    a_message_is_changed_in_its_own_room_only,
    an_edit_beside_one_in_another_room_is_told_as_of_its_own,
    a_deleted_message_is_not_edited_and_deleted_once,
    the_same_edit_again_gets_the_first_answer_and_is_told_to_nobody,
    an_edit_of_a_version_that_was_changed_since_is_outdated,
    the_same_send_after_an_edit_or_a_deletion_gets_the_first_answer,
    an_edit_has_to_say_something_within_the_limit,
    the_body_of_a_deleted_message_is_nowhere_on_the_wire,
    the_body_of_a_deleted_message_is_nowhere_on_the_disk,
    edits_and_deletions_are_there_after_a_restart,
    a_burst_of_changes_has_numbers_without_gaps_and_one_order_for_all,
);

async fn everyone_gets_an_edit_as_the_whole_message_with_the_next_number(dress: Dress) {
    let (_app, mut ada, mut ben, id) = a_message("hello", dress).await;
    ben.post("lobby", "hi").await;
    let written = ada.next_event("message").await;
    let receipt = ada.done("edit", edit(&id, "hello all")).await;
    let edited_at = receipt["edited_at"].as_i64().expect("a time");
    let wanted = json!({ "ok": true, "id": id, "seq": 1, "changed": 3, "edited_at": edited_at });
    assert_eq!(receipt, wanted);
    assert!(written["sent_at"].as_i64() <= Some(edited_at));

    let sent_at = ben.next_event("message").await["sent_at"].clone();
    assert_eq!(ben.next_event("message").await["seq"], 2);
    let edited = ben.next_event("edited").await;
    let whole = json!({
        "room": "lobby", "seq": 1, "id": id, "user": ada.user(), "body": "hello all",
        "sent_at": sent_at, "changed": 3, "edited_at": edited_at,
    });
    assert_eq!(edited, whole);
    assert_eq!(ada.next_event("message").await["seq"], 2);
    assert_eq!(ada.next_event("edited").await, edited);
    assert_eq!(ben.post("lobby", "on").await["seq"], 4);
}

async fn everyone_gets_a_deletion_as_the_message_without_its_body(dress: Dress) {
    let (_app, mut ada, mut ben, id) = a_message("hello", dress).await;
    ada.done("edit", edit(&id, "hello all")).await;
    let receipt = ada.done("delete", the(&id)).await;
    let deleted_at = receipt["deleted_at"].as_i64().expect("a time");
    let wanted = json!({ "ok": true, "id": id, "seq": 1, "changed": 3, "deleted_at": deleted_at });
    assert_eq!(receipt, wanted);

    let sent_at = ben.next_event("message").await["sent_at"].clone();
    assert_eq!(ben.next_event("edited").await["changed"], 2);
    let deleted = ben.next_event("deleted").await;
    let whole = json!({
        "room": "lobby", "seq": 1, "id": id, "user": ada.user(), "body": "",
        "sent_at": sent_at, "changed": 3, "deleted_at": deleted_at,
    });
    assert_eq!(deleted, whole);
    for event in ["message", "edited"] {
        ada.next_event(event).await;
    }
    assert_eq!(ada.next_event("deleted").await, deleted);
    assert_eq!(messages(&mut ben, "history").await, json!([deleted]));
}

async fn nobody_but_the_author_changes_a_message(dress: Dress) {
    let (app, mut ada, mut ben, id) = a_message("mine", dress).await;
    let mut namesake = app.client(dress, "ada").await;
    for other in [&mut ben, &mut namesake] {
        assert_eq!(other.refused("edit", edit(&id, "not yours")).await, "not_author");
        assert_eq!(other.refused("edit", edit(&id, "mine")).await, "not_author");
        assert_eq!(other.refused("delete", the(&id)).await, "not_author");
        let unknown = Uuid::new_v4().to_string();
        assert_eq!(other.refused("edit", edit(&unknown, "x")).await, "message_unknown");
        assert_eq!(other.refused("delete", the(&unknown)).await, "message_unknown");
    }
    ada.done("delete", the(&id)).await;
    assert_eq!(ben.refused("edit", edit(&id, "not yours")).await, "not_author");
    assert_eq!(ben.refused("delete", the(&id)).await, "not_author");
    assert_eq!(ben.next_event("message").await["body"], "mine");
    // What was refused took no number.
    assert_eq!(ben.next_event("deleted").await["changed"], 2);
    ben.assert_silent().await;
}

async fn another_tab_of_the_author_changes_it_as_well(dress: Dress) {
    let (app, mut ada, mut ben, id) = a_message("hello", dress).await;
    let mut tab = app.client_again(dress, ada.token()).await;
    tab.done("edit", edit(&id, "from another tab")).await;
    ada.done("edit", edit(&id, "from the first tab")).await;
    tab.done("delete", the(&id)).await;
    for client in [&mut ada, &mut ben] {
        client.next_event("message").await;
    }
    for client in [&mut ada, &mut tab, &mut ben] {
        assert_eq!(client.next_event("edited").await["body"], "from another tab");
        assert_eq!(client.next_event("edited").await["body"], "from the first tab");
        assert_eq!(client.next_event("deleted").await["changed"], 4);
    }
}

async fn a_message_is_changed_in_its_own_room_only(dress: Dress) {
    let (app, mut ada, mut ben, id) = a_message("hello", dress).await;
    app.create_room("garden").await;
    let about = |room: &str| json!({ "room": room, "id": id, "body": "moved" });
    for command in ["edit", "delete"] {
        assert_eq!(ada.refused(command, about("garden")).await, "not_in_room");
        assert_eq!(ada.refused(command, about("nowhere")).await, "room_unknown");
    }
    ada.join("garden").await;
    for command in ["edit", "delete"] {
        assert_eq!(ada.refused(command, about("garden")).await, "message_unknown");
    }
    assert_eq!(ada.post("garden", "first").await["seq"], 1);
    // Who has left cannot change what they wrote either.
    ada.leave("lobby").await;
    assert_eq!(ada.refused("delete", the(&id)).await, "not_in_room");
    ben.next_event("message").await;
    ben.assert_silent().await;
}

/// Those who name the same id in different rooms may be stored in one transaction.
async fn an_edit_beside_one_in_another_room_is_told_as_of_its_own(dress: Dress) {
    const ROUNDS: u64 = 30;
    let (app, mut ada, mut ben, id) = a_message("0", dress).await;
    app.create_room("garden").await;
    ada.join("garden").await;
    ben.next_event("message").await;
    for round in 1..=ROUNDS {
        let body = round.to_string();
        let here = edit(&id, &body);
        let there = json!({ "room": "garden", "id": id, "body": body });
        // What comes while the first is stored is stored together.
        let asked = ada.ask_all("edit", [there.clone(), here, there]).await;
        let [there, here, again] = asked[..] else { unreachable!("three were asked") };
        assert_eq!(ada.answer(here).await["ok"], true);
        for elsewhere in [there, again] {
            let refusal = ada.answer(elsewhere).await;
            assert_eq!(ada.code(&refusal), "message_unknown");
        }
        let edited = ben.next_event("edited").await;
        assert_eq!((&edited["room"], &edited["body"]), (&json!("lobby"), &json!(body)));
        assert_eq!(edited["changed"], 1 + round);
    }
}

async fn a_deleted_message_is_not_edited_and_deleted_once(dress: Dress) {
    let (_app, mut ada, mut ben, id) = a_message("hello", dress).await;
    let deleted = ada.done("delete", the(&id)).await;
    assert_eq!(deleted["changed"], 2);
    for body in ["back again", "hello"] {
        assert_eq!(ada.refused("edit", edit(&id, body)).await, "message_deleted");
    }
    for _ in 0..3 {
        assert_eq!(ada.done("delete", the(&id)).await, deleted);
    }
    ben.next_event("message").await;
    ben.next_event("deleted").await;
    ben.assert_silent().await;
    assert_eq!(ada.post("lobby", "next").await["seq"], 3);
    assert_eq!(ada.done("delete", the(&id)).await, deleted);
}

async fn the_same_edit_again_gets_the_first_answer_and_is_told_to_nobody(dress: Dress) {
    let (_app, mut ada, mut ben, id) = a_message("hello", dress).await;
    // What it says already is no change.
    let receipt = ada.done("edit", edit(&id, "hello")).await;
    assert_eq!(receipt, json!({ "ok": true, "id": id, "seq": 1, "changed": 1 }));
    let first = ada.done("edit", edit(&id, "hello all")).await;
    assert_eq!(first["changed"], 2);
    for ack in ada.ask_all("edit", std::iter::repeat_n(edit(&id, "hello all"), 5)).await {
        assert_eq!(ada.answer(ack).await, first);
    }
    // A retry of an edit names the version that it was made from.
    let mut retry = edit(&id, "hello all");
    retry["version"] = json!(1);
    assert_eq!(ada.done("edit", retry).await, first);
    ben.next_event("message").await;
    assert_eq!(ben.next_event("edited").await["body"], "hello all");
    ben.assert_silent().await;
    assert_eq!(ada.post("lobby", "next").await["seq"], 3);
}

async fn an_edit_of_a_version_that_was_changed_since_is_outdated(dress: Dress) {
    let (app, mut ada, mut ben, id) = a_message("hello", dress).await;
    let mut tab = app.client_again(dress, ada.token()).await;
    let of = |version: u64, body: &str| json!({ "room": "lobby", "id": id, "body": body, "version": version });
    assert_eq!(ada.done("edit", of(1, "from one tab")).await["changed"], 2);
    assert_eq!(tab.refused("edit", of(1, "from another")).await, "outdated");
    for version in [0, 3, u64::MAX] {
        assert_eq!(tab.refused("edit", of(version, "from another")).await, "outdated");
    }
    assert_eq!(tab.done("edit", of(2, "from another")).await["changed"], 3);
    assert_eq!(tab.done("edit", edit(&id, "whatever it says")).await["changed"], 4);
    ada.done("delete", the(&id)).await;
    assert_eq!(tab.refused("edit", of(4, "too late")).await, "message_deleted");

    ben.next_event("message").await;
    for body in ["from one tab", "from another", "whatever it says"] {
        assert_eq!(ben.next_event("edited").await["body"], body);
    }
    ben.next_event("deleted").await;
    ben.assert_silent().await;
}

async fn the_same_send_after_an_edit_or_a_deletion_gets_the_first_answer(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    let message = json!({ "room": "lobby", "body": "hello", "id": Uuid::new_v4() });
    let first = ada.done("send", message.clone()).await;
    let id = first["id"].as_str().expect("an id").to_owned();
    for (command, data) in [("edit", edit(&id, "hello all")), ("delete", the(&id))] {
        ada.done(command, data).await;
        assert_eq!(ada.done("send", message.clone()).await, first, "after {command}");
    }
    for event in ["message", "edited", "deleted"] {
        ben.next_event(event).await;
    }
    ben.assert_silent().await;
    assert_eq!(ben.refused("send", message).await, "id_taken");
}

async fn an_edit_has_to_say_something_within_the_limit(dress: Dress) {
    let app = TestApp::start_with(&[("limits.message_bytes", "10")]).await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    let id = ada.post("lobby", "0123456789").await["id"].as_str().expect("an id").to_owned();
    for (body, code) in [
        ("", "body_empty"),
        (" \n\t", "body_empty"),
        ("01234567890", "body_too_long"),
        ("éééééé", "body_too_long"),
        ("a\0b", "bad_field"),
    ] {
        assert_eq!(ada.refused("edit", edit(&id, body)).await, code, "{body:?}");
    }
    for data in [
        json!({ "room": "lobby", "id": id }),
        json!({ "room": "lobby", "body": "x" }),
        json!({ "id": id, "body": "x" }),
        json!({ "room": "lobby", "id": "x", "body": "x" }),
        json!({ "room": "lobby", "id": id, "body": 1 }),
        json!({ "room": "lobby", "id": id, "body": "x", "version": -1 }),
        json!({ "room": "lobby", "id": id, "body": "x", "version": "1" }),
        json!("x"),
        json!(null),
    ] {
        assert_eq!(ada.refused("edit", data.clone()).await, "bad_field", "{data}");
    }
    for data in [json!({ "room": "lobby" }), json!({ "id": id }), json!([]), json!("x")] {
        assert_eq!(ada.refused("delete", data.clone()).await, "bad_field", "{data}");
    }
    ada.done("edit", edit(&id, "ééééé")).await;
    ben.next_event("message").await;
    assert_eq!(ben.next_event("edited").await["body"], "ééééé");
    ben.assert_silent().await;
}

async fn the_body_of_a_deleted_message_is_nowhere_on_the_wire(dress: Dress) {
    let (app, mut ada, mut ben, id) = a_message("a secret", dress).await;
    ada.done("edit", edit(&id, "another secret")).await;
    ada.done("delete", the(&id)).await;
    for event in ["message", "edited", "deleted"] {
        ben.next_event(event).await;
    }
    let mut newcomer = app.client(dress, "newcomer").await;
    for (command, data) in [
        ("history", json!({ "room": "lobby" })),
        ("history", json!({ "room": "lobby", "around": 1 })),
        ("join", json!({ "room": "lobby" })),
        ("sync", json!({ "rooms": { "lobby": 0 } })),
        ("sync", json!({ "rooms": { "lobby": 2 } })),
    ] {
        let answer = newcomer.done(command, data.clone()).await;
        assert!(!answer.to_string().contains("secret"), "{command} {data}: {answer}");
        assert!(answer.to_string().contains("deleted_at"), "{command} {data}: {answer}");
    }
}

async fn the_body_of_a_deleted_message_is_nowhere_on_the_disk(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    // Among others, and longer than what a database keeps in one piece.
    let mut secrets = Vec::new();
    for length in [1, 50, 700] {
        ada.fill("lobby", 20).await;
        let [first, second] = ["first", "second"].map(|word| format!("<{word} {length}>"));
        let id = ada.post("lobby", &first.repeat(length)).await["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        ada.done("edit", edit(&id, &second.repeat(length))).await;
        ada.done("delete", the(&id)).await;
        secrets.extend([first, second]);
    }
    ada.post("lobby", "<what is still there>").await;
    // The last one who closes a database puts it into one file.
    let app = app.restart().await;
    let files = std::fs::read_dir(app.data()).expect("the folder can be read");
    let mut kept = Vec::new();
    for file in files {
        kept.extend(std::fs::read(file.expect("a file").path()).expect("it can be read"));
    }
    let has = |text: &str| kept.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(has("<what is still there>"));
    secrets.retain(|secret| has(secret));
    assert!(secrets.is_empty(), "{secrets:?} can still be read in the files");
}

async fn edits_and_deletions_are_there_after_a_restart(dress: Dress) {
    let (app, mut ada, _ben, id) = a_message("hello", dress).await;
    let gone = ada.post("lobby", "gone").await["id"].as_str().expect("an id").to_owned();
    let edited = ada.done("edit", edit(&id, "hello all")).await;
    let deleted = ada.done("delete", the(&gone)).await;
    let before = messages(&mut ada, "history").await;

    let app = app.restart().await;
    let mut ada = app.client_again(dress, ada.token()).await;
    assert_eq!(ada.welcome["rooms"][0]["seq"], 4);
    assert_eq!(messages(&mut ada, "history").await, before);
    assert_eq!(messages(&mut ada, "join").await, before);
    // What was done before is not done again, and what is done next has the next number.
    assert_eq!(ada.done("edit", edit(&id, "hello all")).await, edited);
    assert_eq!(ada.done("delete", the(&gone)).await, deleted);
    assert_eq!(ada.refused("edit", edit(&gone, "back")).await, "message_deleted");
    assert_eq!(ada.done("edit", edit(&id, "once more")).await["changed"], 5);
    assert_eq!(ada.next_event("edited").await["changed"], 5);
}

async fn a_burst_of_changes_has_numbers_without_gaps_and_one_order_for_all(dress: Dress) {
    const EACH: usize = 60;
    let app = TestApp::start().await;
    let ada = app.client(dress, "ada").await;
    let tab = app.client_again(dress, ada.token()).await;
    let other = app.client(dress, "other").await;
    let writing = [ada, tab, other].map(|mut client| async move {
        let mut asked = Vec::new();
        for round in 0..EACH {
            let id = Uuid::new_v4().to_string();
            let send = json!({ "room": "lobby", "id": id, "body": round.to_string() });
            asked.extend(client.ask_all("send", [send]).await);
            // Before it is known whether it is stored.
            asked.extend(client.ask_all("edit", [edit(&id, "a"), edit(&id, "b")]).await);
            asked.extend(client.ask_all("delete", [the(&id)]).await);
        }
        for ack in asked {
            let answer = client.answer(ack).await;
            assert_eq!(answer["ok"], true, "{answer}");
        }
        client
    });
    let clients = futures_util::future::join_all(writing).await;
    let total = clients.len() * EACH * 4;
    let reading = clients.into_iter().map(|mut client| async move {
        let mut seen = Vec::new();
        for _ in 0..total {
            match client.next_news().await {
                Incoming::Event { name, data } => seen.push((name, data)),
                other => panic!("an event was to come, and not {other:?}"),
            }
        }
        client.assert_silent().await;
        seen
    });
    let seen = futures_util::future::join_all(reading).await;
    let numbers: Vec<u64> = seen[0].iter().map(|(_, data)| number(data)).collect();
    assert_eq!(numbers, (1..=total as u64).collect::<Vec<_>>());
    for other in &seen[1..] {
        assert_eq!(other, &seen[0], "everyone sees the same in the same order");
    }
}

/// A lobby with two people, and a message of the first of them, which nobody has read yet.
async fn a_message(body: &str, dress: Dress) -> (TestApp, Client, Client, String) {
    let app = TestApp::start().await;
    let [mut ada, ben] = app.people(dress, ["ada", "ben"]).await;
    let receipt = ada.post("lobby", body).await;
    let id = receipt["id"].as_str().expect("an id").to_owned();
    (app, ada, ben, id)
}

fn the(id: &str) -> Value {
    json!({ "room": "lobby", "id": id })
}

fn edit(id: &str, body: &str) -> Value {
    json!({ "room": "lobby", "id": id, "body": body })
}

/// The messages in the answer to a command about the lobby.
async fn messages(client: &mut Client, command: &str) -> Value {
    client.done(command, json!({ "room": "lobby" })).await["messages"].take()
}

//! Learning what changed since a number: nothing is missed, and nothing is told that was known.

use serde_json::{Value, json};

use crate::support::{Client, Dress, TestApp, in_both_dresses, number};

in_both_dresses!(
    who_missed_nothing_is_told_nothing,
    what_was_missed_is_told_once_as_it_is_now_in_the_order_of_its_numbers,
    what_was_missed_comes_in_pages_until_all_is_there,
    who_is_too_far_behind_or_ahead_is_told_to_read_anew,
    without_recovered_messages_everyone_reads_anew,
    each_room_is_answered_for_itself,
    what_makes_no_sense_is_refused,
    long_messages_make_shorter_answers_over_all_rooms,
    who_asks_for_what_is_long_on_the_wire_is_not_cut_off,
    who_asks_for_many_short_messages_of_many_rooms_is_not_cut_off,
    a_change_goes_to_those_who_never_stop_asking,
);

async fn who_missed_nothing_is_told_nothing(dress: Dress) {
    let (_app, mut ada) = somebody(dress, &[]).await;
    assert_eq!(since(&mut ada, 0).await, json!({ "seq": 0, "messages": [], "more": false }));
    ada.fill("lobby", 3).await;
    assert_eq!(since(&mut ada, 3).await, json!({ "seq": 3, "messages": [], "more": false }));
    assert_eq!(ada.done("sync", json!({ "rooms": {} })).await, json!({ "ok": true, "rooms": {} }));
}

async fn what_was_missed_is_told_once_as_it_is_now_in_the_order_of_its_numbers(dress: Dress) {
    let (app, mut ada) = somebody(dress, &[]).await;
    let mut ids = Vec::new();
    for body in ["one", "two", "three"] {
        ids.push(ada.post("lobby", body).await["id"].clone());
    }
    let mut ben = app.client(dress, "ben").await;
    ids.push(ada.post("lobby", "four").await["id"].clone());
    ids.push(ada.post("lobby", "five").await["id"].clone());
    ids.push(ada.post("lobby", "six").await["id"].clone());
    for (id, body) in [(1, "two b"), (4, "five b"), (1, "two c")] {
        ada.done("edit", json!({ "room": "lobby", "id": ids[id], "body": body })).await;
    }
    for id in [0, 3] {
        ada.done("delete", json!({ "room": "lobby", "id": ids[id] })).await;
    }
    let told = since(&mut ben, 3).await;
    assert_eq!((&told["seq"], &told["more"]), (&json!(11), &json!(false)));
    let messages = told["messages"].as_array().expect("messages");
    let short = |message: &Value| {
        (message["seq"].as_u64(), number(message), message["body"].as_str().map(str::to_owned))
    };
    let wanted = [(6, 6, "six"), (5, 8, "five b"), (2, 9, "two c"), (1, 10, ""), (4, 11, "")];
    let wanted = wanted.map(|(seq, number, body)| (Some(seq), number, Some(body.to_owned())));
    assert_eq!(messages.iter().map(short).collect::<Vec<_>>(), wanted);
    for message in messages {
        assert_eq!(message.get("deleted_at").is_some(), message["body"] == "", "{message}");
        assert_eq!(
            message.get("edited_at").is_some(),
            [2, 5].contains(&message["seq"].as_u64().unwrap())
        );
    }

    // They are what history has, and a later number leaves out what was before it.
    let history = ben.done("history", json!({ "room": "lobby" })).await;
    for message in messages {
        assert!(history["messages"].as_array().expect("messages").contains(message), "{message}");
    }
    assert_eq!(since(&mut ben, 9).await["messages"], json!(messages[3..]));
    assert_eq!(since(&mut ben, 10).await["messages"], json!(messages[4..]));
    assert_eq!(since(&mut ben, 11).await["messages"], json!([]));
}

async fn what_was_missed_comes_in_pages_until_all_is_there(dress: Dress) {
    const WRITTEN: u64 = 450;
    let (_app, mut ada) = somebody(dress, &[]).await;
    ada.fill("lobby", WRITTEN).await;
    let first = ada.next_event("message").await;
    // The oldest of them changes last, and moves to the end.
    ada.done("delete", json!({ "room": "lobby", "id": first["id"] })).await;
    let (mut last, mut pages, mut told) = (0, Vec::new(), Vec::new());
    loop {
        let answer = since(&mut ada, last).await;
        let messages = answer["messages"].as_array().expect("messages");
        pages.push(messages.len());
        told.extend(messages.iter().map(number));
        last = answer["seq"].as_u64().expect("a number");
        assert_eq!(told.last(), Some(&last));
        if answer["more"] == false {
            break;
        }
    }
    assert_eq!(told, (2..=WRITTEN + 1).collect::<Vec<_>>());
    assert_eq!(pages, [200, 200, 50]);
}

async fn who_is_too_far_behind_or_ahead_is_told_to_read_anew(dress: Dress) {
    let (_app, mut ada) = somebody(dress, &[("limits.recovered_messages", "10")]).await;
    ada.fill("lobby", 9).await;
    let first = ada.next_event("message").await;
    ada.done("edit", json!({ "room": "lobby", "id": first["id"], "body": "1b" })).await;
    assert_eq!(since(&mut ada, 0).await["messages"].as_array().expect("messages").len(), 9);
    ada.done("delete", json!({ "room": "lobby", "id": first["id"] })).await;
    let anew = json!({ "seq": 11, "reset": true });
    assert_eq!(since(&mut ada, 0).await, anew);
    assert_eq!(since(&mut ada, 1).await["messages"].as_array().expect("messages").len(), 9);
    for ahead in [12, 1000, i64::MAX as u64, u64::MAX] {
        assert_eq!(since(&mut ada, ahead).await, anew, "{ahead}");
    }
    assert_eq!(since(&mut ada, 11).await, json!({ "seq": 11, "messages": [], "more": false }));
}

async fn without_recovered_messages_everyone_reads_anew(dress: Dress) {
    let (_app, mut ada) = somebody(dress, &[("limits.recovered_messages", "0")]).await;
    ada.fill("lobby", 2).await;
    assert_eq!(since(&mut ada, 1).await, json!({ "seq": 2, "reset": true }));
    assert_eq!(since(&mut ada, 2).await, json!({ "seq": 2, "messages": [], "more": false }));
}

async fn each_room_is_answered_for_itself(dress: Dress) {
    let settings = &[("limits.recovered_messages", "5")];
    let (app, mut ada) = somebody(dress, settings).await;
    for room in ["attic", "cellar", "garden", "kitchen"] {
        app.create_room(room).await;
    }
    for room in ["cellar", "garden", "kitchen"] {
        ada.join(room).await;
    }
    ada.fill("lobby", 6).await;
    ada.fill("garden", 3).await;
    ada.fill("kitchen", 1).await;
    ada.leave("kitchen").await;
    let lasts = json!({
        "lobby": 0, "garden": 2, "cellar": 0, "kitchen": 0, "attic": 7, "nowhere": 1,
    });
    let answer = ada.done("sync", json!({ "rooms": lasts })).await;
    let rooms = answer["rooms"].as_object().expect("rooms");
    assert_eq!(rooms.len(), 6);
    assert_eq!(rooms["lobby"], json!({ "seq": 6, "reset": true }));
    assert_eq!(rooms["garden"]["messages"][0]["body"], "3");
    assert_eq!((&rooms["garden"]["seq"], &rooms["garden"]["more"]), (&json!(3), &json!(false)));
    assert_eq!(rooms["cellar"], json!({ "seq": 0, "messages": [], "more": false }));
    for (room, code) in
        [("kitchen", "not_in_room"), ("attic", "not_in_room"), ("nowhere", "room_unknown")]
    {
        let error = rooms[room].as_object().expect("an answer");
        assert_eq!((error.len(), &error["error"]["code"]), (1, &json!(code)), "{room}");
        assert!(error["error"]["message"].is_string(), "{room}");
    }
}

async fn what_makes_no_sense_is_refused(dress: Dress) {
    let (app, mut ada) = somebody(dress, &[("limits.rooms_per_session", "3")]).await;
    for data in [
        json!({}),
        json!({ "rooms": null }),
        json!({ "rooms": [] }),
        json!({ "rooms": ["lobby"] }),
        json!({ "rooms": { "lobby": -1 } }),
        json!({ "rooms": { "lobby": 1.5 } }),
        json!({ "rooms": { "lobby": "1" } }),
        json!({ "rooms": { "lobby": null } }),
        json!({ "rooms": { "No Room": 1 } }),
        json!({ "rooms": { "": 1 } }),
        json!("lobby"),
        json!(null),
        json!({ "rooms": { "a": 0, "b": 0, "c": 0, "lobby": 0 } }),
    ] {
        assert_eq!(ada.refused("sync", data.clone()).await, "bad_field", "{data}");
    }
    let three = json!({ "rooms": { "a": 0, "b": 0, "lobby": 0 } });
    assert_eq!(ada.done("sync", three).await["rooms"].as_object().expect("rooms").len(), 3);
    drop(app);
}

async fn long_messages_make_shorter_answers_over_all_rooms(dress: Dress) {
    const ROOMS: [&str; 3] = ["attic", "garden", "lobby"];
    const EACH: usize = 40;
    let (app, mut ada) = somebody(dress, &[]).await;
    for room in &ROOMS[..2] {
        app.create_room(room).await;
        ada.join(room).await;
    }
    for room in ROOMS {
        let message = json!({ "room": room, "body": "x".repeat(16384) });
        for ack in ada.ask_all("send", std::iter::repeat_n(message, EACH)).await {
            ada.answer(ack).await;
        }
    }
    ada.forget_unread();
    let mut lasts = json!({ "attic": 0, "garden": 0, "lobby": 0 });
    let (mut told, mut answers) = ([0; 3], 0);
    loop {
        let answer = ada.done("sync", json!({ "rooms": lasts })).await;
        // Far less than what may wait for a client.
        assert!(answer.to_string().len() < 700_000, "{} bytes", answer.to_string().len());
        answers += 1;
        let mut more = false;
        for (room, told) in ROOMS.into_iter().zip(&mut told) {
            for message in answer["rooms"][room]["messages"].as_array().expect("messages") {
                *told += 1;
                assert_eq!(number(message), *told, "{room}");
            }
            assert_eq!(answer["rooms"][room]["seq"], *told, "{room}");
            lasts[room] = json!(*told);
            more |= answer["rooms"][room]["more"] == true;
        }
        if !more {
            break;
        }
    }
    assert_eq!(told, [EACH as u64; 3]);
    assert!(answers <= 12, "{answers} answers");
}

/// What takes a byte in a body may take six of them in JSON.
async fn who_asks_for_what_is_long_on_the_wire_is_not_cut_off(dress: Dress) {
    const ROOMS: [&str; 2] = ["garden", "lobby"];
    let (app, mut ada) = somebody(dress, &[]).await;
    app.create_room("garden").await;
    let body = "\u{1}".repeat(16000);
    for room in ROOMS {
        ada.join(room).await;
        for _ in 0..20 {
            ada.post(room, &body).await;
            ada.next_event("message").await;
        }
    }
    for room in ROOMS {
        let page = ada.done("history", json!({ "room": room })).await;
        assert_eq!(page["messages"].as_array().expect("messages").last().expect("one")["seq"], 20);
    }
    let answer = ada.done("sync", json!({ "rooms": { "garden": 0, "lobby": 0 } })).await;
    assert!(answer["rooms"]["garden"]["messages"][0]["body"] == body);
}

/// What is around a body counts too.
async fn who_asks_for_many_short_messages_of_many_rooms_is_not_cut_off(dress: Dress) {
    const ROOMS: usize = 30;
    let (app, mut ada) = somebody(dress, &[("limits.outbox_bytes", "1048576")]).await;
    let rooms: Vec<_> = (0..ROOMS).map(|number| format!("room-{number}")).collect();
    for room in &rooms {
        app.create_room(room).await;
        ada.join(room).await;
        ada.fill(room, 200).await;
        ada.forget_unread();
    }
    let mut last: serde_json::Map<_, _> = rooms.iter().map(|it| (it.clone(), json!(0))).collect();
    let mut told = 0;
    while told < ROOMS * 200 {
        let answer = ada.done("sync", json!({ "rooms": last })).await;
        for (room, missed) in answer["rooms"].as_object().expect("rooms") {
            told += missed["messages"].as_array().expect("messages").len();
            last[room] = missed["seq"].clone();
        }
    }
    assert!(last.values().all(|seq| *seq == 200), "{last:?}");
}

/// Events wait for an answer, but not for one after the other for ever.
async fn a_change_goes_to_those_who_never_stop_asking(dress: Dress) {
    let (app, mut ada) = somebody(dress, &[]).await;
    ada.fill("lobby", 200).await;
    let mut ben = app.client(dress, "ben").await;
    let ask = json!({ "room": "lobby", "limit": 200 });
    // There are always some questions on their way.
    let mut asked: std::collections::VecDeque<u64> =
        ben.ask_all("history", std::iter::repeat_n(ask.clone(), 60)).await.into();
    ada.post("lobby", "are you there?").await;
    for _ in 0..500 {
        let ack = asked.pop_front().expect("a question");
        ben.answer(ack).await;
        asked.push_back(ben.ask("history", ask.clone()).await);
        if ben.has_unread("message") {
            return;
        }
    }
    panic!("500 questions are answered, and the message is still kept back");
}

/// Somebody in the lobby of a server with settings.
async fn somebody(
    dress: Dress,
    settings: &'static [(&'static str, &'static str)],
) -> (TestApp, Client) {
    let app = TestApp::start_with(settings).await;
    let ada = app.client(dress, "ada").await;
    (app, ada)
}

/// What changed in the lobby since a number.
async fn since(client: &mut Client, last: u64) -> Value {
    client.done("sync", json!({ "rooms": { "lobby": last } })).await["rooms"]["lobby"].take()
}

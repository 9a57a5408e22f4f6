//! Joining and leaving: what the answer holds, and that nothing is missed or told twice around it.

use std::cell::Cell;

use serde_json::json;

use crate::support::{
    Client, Dress, Incoming, TestApp, in_both_dresses, in_both_dresses_at_once, names, open_room,
    seqs,
};

in_both_dresses!(
    the_answer_to_join_says_who_is_there_and_what_was_written,
    a_long_room_is_answered_with_its_newest_50_messages,
    who_joins_again_while_others_write_has_in_the_answer_what_came_before_it_and_nothing_after,
    who_left_gets_no_more_of_the_room,
    who_left_may_come_back,
    commands_find_done_what_was_sent_before_them,
    a_room_that_one_is_not_in_is_told_from_one_that_is_not_there,
    a_person_is_in_so_many_rooms_and_no_more,
    each_room_has_numbers_of_its_own,
    tabs_of_one_person_join_and_leave_together,
);

in_both_dresses_at_once!(
    joining_twice_is_fine_and_announces_nothing,
    who_joins_while_others_write_misses_nothing_and_gets_nothing_twice,
    who_leaves_while_others_write_gets_nothing_after_the_answer,
);

async fn the_answer_to_join_says_who_is_there_and_what_was_written(dress: Dress) {
    let app = TestApp::start().await;
    app.create_room("garden").await;
    let mut ben = app.client(dress, "ben").await;
    let mut ada = app.client(dress, "ada").await;
    let answer = ben.join("garden").await;
    assert_eq!(
        answer,
        json!({
            "ok": true,
            "room": open_room("garden", 0, 1),
            "members": [ben.person()],
            "messages": [],
            "more": false,
        })
    );
    ben.post("garden", "hello").await;
    let message = ben.next_event("message").await;
    let answer = ada.join("garden").await;
    assert_eq!(
        answer,
        json!({
            "ok": true,
            "room": open_room("garden", 1, 2),
            "members": [ada.person(), ben.person()],
            "messages": [message],
            "more": false,
        })
    );
}

async fn a_long_room_is_answered_with_its_newest_50_messages(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    ada.fill("lobby", 50).await;
    let mut ben = app.client(dress, "ben").await;
    let answer = ben.join("lobby").await;
    assert_eq!(seqs(answer["messages"].as_array().unwrap()), (1..=50).collect::<Vec<_>>());
    assert_eq!(answer["more"], false);

    ada.fill("lobby", 1).await;
    let answer = ben.join("lobby").await;
    assert_eq!(seqs(answer["messages"].as_array().unwrap()), (2..=51).collect::<Vec<_>>());
    assert_eq!((&answer["more"], &answer["room"]["seq"]), (&json!(true), &json!(51)));
}

async fn joining_twice_is_fine_and_announces_nothing(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    for _ in 0..3 {
        let answer = ben.join("lobby").await;
        assert_eq!(answer["room"]["members"], 2);
        assert_eq!(names(&answer["members"]), ["ada", "ben"]);
    }
    ada.assert_nobody_comes_or_goes().await;
    // One leave is enough, however often one has joined.
    ben.leave("lobby").await;
    assert_eq!(names(&ada.next_event("left").await["users"]), ["ben"]);
    ada.post("lobby", "anyone?").await;
    ben.assert_silent().await;
}

async fn who_joins_while_others_write_misses_nothing_and_gets_nothing_twice(dress: Dress) {
    while_somebody_writes(dress, |mut ben| async move {
        for _ in 0..12 {
            let join = ben.ask("join", json!({ "room": "garden" })).await;
            let answer = expect_answer_next(&mut ben, join).await;
            let newest = answer["room"]["seq"].as_u64().expect("a seq");
            let messages = seqs(answer["messages"].as_array().unwrap());
            assert_eq!(messages, (newest.saturating_sub(49).max(1)..=newest).collect::<Vec<_>>());
            for seq in newest + 1..=newest + 30 {
                assert_eq!(ben.next_event("message").await["seq"], seq);
            }
            ben.leave("garden").await;
            ben.forget_unread();
        }
    })
    .await;
}

async fn who_joins_again_while_others_write_has_in_the_answer_what_came_before_it_and_nothing_after(
    dress: Dress,
) {
    const JOINS: usize = 150;
    while_somebody_writes(dress, |mut ben| async move {
        ben.join("garden").await;
        ben.ask_all("join", std::iter::repeat_n(json!({ "room": "garden" }), JOINS)).await;
        let (mut answers, mut answered, mut delivered) = (0, 0, 0);
        while answers < JOINS {
            match ben.next_news().await {
                Incoming::Answer { data, .. } => {
                    answers += 1;
                    answered = data["room"]["seq"].as_u64().expect("a seq");
                    assert!(delivered <= answered, "{delivered} is not in the answer after it");
                }
                Incoming::Event { data, .. } => {
                    let seq = data["seq"].as_u64().expect("a seq");
                    assert!(seq > answered, "{seq} comes after an answer that goes to {answered}");
                    delivered = seq;
                }
                other => panic!("an answer was to come, and not {other:?}"),
            }
        }
        let next = ben.next_event("message").await;
        let seen = answered.max(delivered);
        assert_eq!(next["seq"], seen + 1, "none of those in the answer, all of those after it");
    })
    .await;
}

async fn who_left_gets_no_more_of_the_room(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    assert_eq!(ben.leave("lobby").await, json!({ "ok": true, "room": "lobby" }));
    ada.post("lobby", "anyone?").await;
    ada.done("typing", json!({ "room": "lobby", "typing": true })).await;
    ben.assert_silent().await;
    assert_eq!(ben.refused("send", "I am here").await, "not_in_room");
    assert_eq!(ben.refused("leave", json!({ "room": "lobby" })).await, "not_in_room");
}

async fn who_leaves_while_others_write_gets_nothing_after_the_answer(dress: Dress) {
    while_somebody_writes(dress, |mut ben| async move {
        for _ in 0..15 {
            ben.join("garden").await;
            ben.next_event("message").await;
            ben.leave("garden").await;
            ben.forget_unread();
            ben.post("lobby", "out").await;
            assert_eq!(ben.next_event("message").await["room"], "lobby");
        }
    })
    .await;
}

async fn commands_find_done_what_was_sent_before_them(dress: Dress) {
    let app = TestApp::start().await;
    let mut ben = app.client(dress, "ben").await;
    for n in 0..20 {
        // In use by nobody yet, so that it has to be looked up.
        let room = format!("room-{n}");
        app.create_room(&room).await;
        let room = json!({ "room": room });
        for event in ["join", "leave", "join", "leave"] {
            ben.ask_all(event, [room.clone()]).await;
        }
        for _ in 0..4 {
            let Incoming::Answer { data, .. } = ben.next_news().await else {
                panic!("an answer was to come")
            };
            assert_eq!(data["ok"], true, "{data}");
        }
    }
}

async fn who_left_may_come_back(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    ben.leave("lobby").await;
    ada.post("lobby", "while you were away").await;
    let answer = ben.join("lobby").await;
    assert_eq!(answer["messages"][0]["body"], "while you were away");
    ada.post("lobby", "welcome back").await;
    assert_eq!(ben.next_event("message").await["body"], "welcome back");
}

async fn a_room_that_one_is_not_in_is_told_from_one_that_is_not_there(dress: Dress) {
    let app = TestApp::start().await;
    app.create_room("garden").await;
    let mut ada = app.client(dress, "ada").await;
    for event in ["send", "leave", "history", "typing"] {
        let about = |room| json!({ "room": room, "body": "x", "typing": true });
        assert_eq!(ada.refused(event, about("garden")).await, "not_in_room", "{event}");
        assert_eq!(ada.refused(event, about("nowhere")).await, "room_unknown", "{event}");
    }
    assert_eq!(ada.refused("join", json!({ "room": "nowhere" })).await, "room_unknown");
    // A room can also come into being later.
    app.create_room("nowhere").await;
    ada.join("nowhere").await;
}

async fn a_person_is_in_so_many_rooms_and_no_more(dress: Dress) {
    let app = TestApp::start_with(&[("limits.rooms_per_session", "2")]).await;
    for room in ["garden", "kitchen"] {
        app.create_room(room).await;
    }
    let mut ada = app.client(dress, "ada").await;
    ada.join("garden").await;
    assert_eq!(ada.refused("join", json!({ "room": "kitchen" })).await, "too_many_rooms");
    // What one is in already does not count again.
    ada.join("garden").await;
    ada.join("lobby").await;
    ada.leave("garden").await;
    ada.join("kitchen").await;
}

async fn each_room_has_numbers_of_its_own(dress: Dress) {
    let app = TestApp::start().await;
    app.create_room("garden").await;
    let mut ada = app.client(dress, "ada").await;
    ada.join("garden").await;
    for seq in 1..=3 {
        assert_eq!(ada.post("lobby", "here").await["seq"], seq);
        assert_eq!(ada.post("garden", "there").await["seq"], seq);
    }
}

async fn tabs_of_one_person_join_and_leave_together(dress: Dress) {
    let app = TestApp::start().await;
    app.create_room("garden").await;
    let mut ada = app.client(dress, "ada").await;
    let mut tab = app.client_again(dress, ada.token()).await;
    ada.join("garden").await;
    let told = tab.next_event("room").await;
    assert_eq!((&told["name"], &told["joined"]), (&json!("garden"), &json!(true)));
    tab.post("garden", "to the garden").await;
    for tab in [&mut ada, &mut tab] {
        assert_eq!(tab.next_event("message").await["body"], "to the garden");
    }
    ada.leave("garden").await;
    let told = tab.next_event("removed").await;
    assert_eq!(told, json!({ "room": "garden", "code": "left" }));
    assert_eq!(tab.refused("send", json!({ "room": "garden", "body": "x" })).await, "not_in_room");
}

#[actix_web::test]
async fn a_crowd_is_counted_in_full_and_named_in_part() {
    const CROWD: usize = 205;
    let app = TestApp::start().await;
    let names: Vec<_> = (0..CROWD).map(|number| format!("guest-{number:03}")).collect();
    let clients = names.iter().map(|name| app.client(Dress::Plain, name));
    let mut clients = futures_util::future::join_all(clients).await;
    let answer = clients[0].join("lobby").await;
    assert_eq!(answer["room"]["members"], CROWD);
    let named = crate::support::names(&answer["members"]);
    assert_eq!(named.len(), 200);
    assert!(named.is_sorted(), "{named:?}");
}

/// Lets somebody write to a room "garden" without a pause, for as long as `during` takes for
/// another client, who is not in that room yet.
async fn while_somebody_writes<F: Future<Output = ()>>(
    dress: Dress,
    during: impl FnOnce(Client) -> F,
) {
    let app = TestApp::start().await;
    app.create_room("garden").await;
    let mut ada = app.client(dress, "ada").await;
    ada.join("garden").await;
    let ben = app.client(dress, "ben").await;
    let done = Cell::new(false);
    let writing = async {
        while !done.get() {
            ada.fill("garden", 20).await;
        }
    };
    let during = async {
        during(ben).await;
        done.set(true);
    };
    futures_util::future::join(writing, during).await;
}

/// The answer to a command, which has to come before any message.
async fn expect_answer_next(client: &mut Client, asked: u64) -> serde_json::Value {
    match client.next_news().await {
        Incoming::Answer { ack: Some(ack), data } if ack == asked => data,
        other => panic!("the answer was to come, and not {other:?}"),
    }
}

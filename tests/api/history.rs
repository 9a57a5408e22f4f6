//! Reading back what was written.

use serde_json::{Value, json};

use crate::support::{Client, Dress, TestApp, in_both_dresses, seqs};

in_both_dresses!(
    history_is_the_newest_50_unless_asked_otherwise,
    walking_back_reaches_the_very_first_message,
    walking_forward_reaches_the_newest_message,
    the_position_is_left_out_before_and_after_and_in_the_middle_around,
    a_page_has_200_messages_at_most,
    a_position_outside_of_the_room_is_answered_with_what_there_is,
    an_empty_room_has_an_empty_history,
    long_messages_make_shorter_pages_without_gaps,
    history_has_messages_as_they_were_delivered,
    messages_are_read_as_they_are_now_at_the_places_where_they_were_written,
    changes_leave_holes_between_messages_that_no_page_shows,
    a_time_is_answered_with_what_was_said_around_it,
);

async fn history_is_the_newest_50_unless_asked_otherwise(dress: Dress) {
    let mut ada = Reader::in_room_with(60, dress).await;
    assert_eq!(ada.page(json!({})).await, (11..=60, true));
    assert_eq!(ada.page(json!({ "limit": 1 })).await, (60..=60, true));
    assert_eq!(ada.page(json!({ "limit": 60 })).await, (1..=60, false));
    assert_eq!(ada.page(json!({ "limit": 59 })).await, (2..=60, true));
    assert_eq!(ada.page(json!({ "before": null, "limit": null })).await, (11..=60, true));
}

async fn walking_back_reaches_the_very_first_message(dress: Dress) {
    let mut ada = Reader::in_room_with(130, dress).await;
    assert_eq!(ada.page(json!({})).await, (81..=130, true));
    assert_eq!(ada.page(json!({ "before": 81 })).await, (31..=80, true));
    assert_eq!(ada.page(json!({ "before": 31 })).await, (1..=30, false));
    assert_eq!(ada.page(json!({ "before": 51 })).await, (1..=50, false));
    assert_eq!(ada.page(json!({ "before": 2 })).await, (1..=1, false));
}

async fn walking_forward_reaches_the_newest_message(dress: Dress) {
    let mut ada = Reader::in_room_with(130, dress).await;
    assert_eq!(ada.page(json!({ "after": 0 })).await, (1..=50, true));
    assert_eq!(ada.page(json!({ "after": 50 })).await, (51..=100, true));
    assert_eq!(ada.page(json!({ "after": 100 })).await, (101..=130, false));
    assert_eq!(ada.page(json!({ "after": 80 })).await, (81..=130, false));
    assert_eq!(ada.page(json!({ "after": 129 })).await, (130..=130, false));
}

async fn the_position_is_left_out_before_and_after_and_in_the_middle_around(dress: Dress) {
    let mut ada = Reader::in_room_with(100, dress).await;
    assert_eq!(ada.page(json!({ "before": 50, "limit": 2 })).await, (48..=49, true));
    assert_eq!(ada.page(json!({ "after": 50, "limit": 2 })).await, (51..=52, true));
    assert_eq!(ada.page(json!({ "around": 50, "limit": 1 })).await, (50..=50, true));
    assert_eq!(ada.page(json!({ "around": 50, "limit": 5 })).await, (48..=52, true));
    assert_eq!(ada.page(json!({ "around": 50 })).await, (25..=74, true));
    // `more` is about older ones.
    assert_eq!(ada.page(json!({ "around": 3, "limit": 5 })).await, (1..=5, false));
    assert_eq!(ada.page(json!({ "around": 1, "limit": 4 })).await, (1..=2, false));
    assert_eq!(ada.page(json!({ "around": 100, "limit": 4 })).await, (98..=100, true));
}

async fn a_page_has_200_messages_at_most(dress: Dress) {
    let mut ada = Reader::in_room_with(205, dress).await;
    assert_eq!(ada.page(json!({ "limit": 200 })).await, (6..=205, true));
    assert_eq!(ada.page(json!({ "limit": 201 })).await, (6..=205, true));
    assert_eq!(ada.page(json!({ "limit": 4_294_967_295_u32 })).await, (6..=205, true));
    assert_eq!(ada.page(json!({ "after": 0, "limit": 1000 })).await, (1..=200, true));
    assert_eq!(ada.page(json!({ "around": 102, "limit": 1000 })).await, (2..=201, true));
}

async fn a_position_outside_of_the_room_is_answered_with_what_there_is(dress: Dress) {
    let mut ada = Reader::in_room_with(5, dress).await;
    assert_eq!(ada.page(json!({ "before": 1000 })).await, (1..=5, false));
    assert_eq!(ada.page(json!({ "before": u64::MAX })).await, (1..=5, false));
    assert_eq!(ada.page(json!({ "around": 0 })).await, (1..=5, false));
    for position in [
        json!({ "before": 0 }),
        json!({ "before": 1 }),
        json!({ "after": 5 }),
        json!({ "after": 1000 }),
        json!({ "after": u64::MAX }),
    ] {
        let answer = ada.history(position.clone()).await;
        assert_eq!(answer["messages"], json!([]), "{position}");
        assert_eq!(answer["more"], false, "{position}");
    }
    for position in [json!({ "around": 1000 }), json!({ "around": u64::MAX })] {
        assert_eq!(ada.page(position).await, (1..=5, false));
    }
}

async fn an_empty_room_has_an_empty_history(dress: Dress) {
    let mut ada = Reader::in_room_with(0, dress).await;
    for position in [
        json!({}),
        json!({ "before": 9 }),
        json!({ "after": 0 }),
        json!({ "around": 1 }),
        json!({ "at": 1 }),
    ] {
        let answer = ada.history(position).await;
        assert_eq!(answer, json!({ "ok": true, "room": "lobby", "messages": [], "more": false }));
    }
}

async fn long_messages_make_shorter_pages_without_gaps(dress: Dress) {
    const COUNT: usize = 45;
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let bodies = std::iter::repeat_n("x".repeat(16384), COUNT);
    for ack in ada.ask_all("send", bodies).await {
        ada.answer(ack).await;
    }
    let mut ada = Reader(ada, app);
    let (mut forward, mut after) = (Vec::new(), 0);
    loop {
        let answer = ada.history(json!({ "after": after })).await;
        forward.extend(seqs(answer["messages"].as_array().unwrap()));
        after = *forward.last().expect("a page is never empty");
        if answer["more"] == false {
            break;
        }
    }
    assert_eq!(forward, (1..=COUNT as u64).collect::<Vec<_>>());

    let (mut back, mut before) = (Vec::new(), COUNT as u64 + 1);
    loop {
        let answer = ada.history(json!({ "before": before })).await;
        let page = seqs(answer["messages"].as_array().unwrap());
        before = page[0];
        back.splice(0..0, page);
        if answer["more"] == false {
            break;
        }
    }
    assert_eq!(back, forward);
}

async fn history_has_messages_as_they_were_delivered(dress: Dress) {
    let mut ada = Reader::in_room_with(3, dress).await;
    let mut delivered = Vec::new();
    for _ in 0..3 {
        delivered.push(ada.0.next_event("message").await);
    }
    assert_eq!(ada.history(json!({})).await["messages"], json!(delivered));
}

async fn messages_are_read_as_they_are_now_at_the_places_where_they_were_written(dress: Dress) {
    let mut ada = Reader::in_room_with(9, dress).await;
    let mut written = Vec::new();
    for _ in 0..9 {
        written.push(ada.0.next_event("message").await);
    }
    let mut now = written.clone();
    for (place, body) in [(2, Some("edited")), (4, None), (8, Some("edited, too")), (0, None)] {
        let id = &written[place]["id"];
        let (command, event, data) = match body {
            Some(body) => ("edit", "edited", json!({ "room": "lobby", "id": id, "body": body })),
            None => ("delete", "deleted", json!({ "room": "lobby", "id": id })),
        };
        ada.0.done(command, data).await;
        now[place] = ada.0.next_event(event).await;
    }
    for (position, page, more) in [
        (json!({}), 0..9, false),
        (json!({ "limit": 3 }), 6..9, true),
        (json!({ "before": 5 }), 0..4, false),
        (json!({ "before": 5, "limit": 2 }), 2..4, true),
        (json!({ "before": 6, "limit": 1 }), 4..5, true),
        (json!({ "after": 4 }), 4..9, false),
        (json!({ "after": 0, "limit": 5 }), 0..5, true),
        (json!({ "around": 5, "limit": 5 }), 2..7, true),
        (json!({ "around": 1, "limit": 4 }), 0..2, false),
        // These are numbers of changes, at whose places nothing was written.
        (json!({ "after": 9 }), 9..9, false),
        (json!({ "before": 12, "limit": 2 }), 7..9, true),
        (json!({ "around": 13, "limit": 4 }), 7..9, true),
    ] {
        let answer = ada.history(position.clone()).await;
        assert_eq!(answer["messages"], json!(now[page]), "{position}");
        assert_eq!(answer["more"], more, "{position}");
    }
}

async fn changes_leave_holes_between_messages_that_no_page_shows(dress: Dress) {
    const ROUNDS: u64 = 20;
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    for _ in 0..ROUNDS {
        let id = ada.post("lobby", "hello").await["id"].take();
        ada.done("edit", json!({ "room": "lobby", "id": id, "body": "hello all" })).await;
        ada.done("delete", json!({ "room": "lobby", "id": id })).await;
    }
    let places: Vec<u64> = (0..ROUNDS).map(|round| 3 * round + 1).collect();
    let mut ada = Reader(ada, app);
    let mut read = async |position: Value| {
        let answer = ada.history(position).await;
        let page = seqs(answer["messages"].as_array().expect("messages"));
        (page, answer["more"] == true)
    };
    let (mut forward, mut back) = (Vec::new(), Vec::new());
    loop {
        let after = forward.last().copied().unwrap_or(0);
        let (page, more) = read(json!({ "after": after, "limit": 3 })).await;
        assert_eq!(page.len(), if more { 3 } else { 2 });
        forward.extend(page);
        if !more {
            break;
        }
    }
    loop {
        let before = back.first().copied().unwrap_or(u64::MAX);
        let (page, more) = read(json!({ "before": before, "limit": 3 })).await;
        back.splice(0..0, page);
        if !more {
            break;
        }
    }
    assert_eq!((forward, back), (places.clone(), places));
    assert_eq!(read(json!({ "around": 31, "limit": 4 })).await, (vec![25, 28, 31, 34], true));
}

async fn a_time_is_answered_with_what_was_said_around_it(dress: Dress) {
    let mut ada = Reader::in_room_with(9, dress).await;
    let answer = ada.history(json!({})).await;
    let times: Vec<u64> = answer["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .map(|message| message["sent_at"].as_u64().expect("a time"))
        .collect();
    // Several may have been sent within a millisecond: the first of them counts.
    for time in &times {
        let first = 1 + times.iter().position(|other| other == time).expect("it is one") as u64;
        let around = ada.history(json!({ "around": first, "limit": 4 })).await;
        assert_eq!(ada.history(json!({ "at": time, "limit": 4 })).await, around);
    }
    assert_eq!(ada.page(json!({ "at": 0, "limit": 4 })).await, (1..=2, false));
    assert_eq!(ada.page(json!({ "at": times[8] + 1, "limit": 4 })).await, (6..=9, true));
    assert_eq!(ada.page(json!({ "at": i64::MAX, "limit": 4 })).await, (6..=9, true));
}

/// Somebody in a lobby of some messages.
struct Reader(
    Client,
    #[expect(dead_code, reason = "the server lives as long as its reader")] TestApp,
);

impl Reader {
    async fn in_room_with(count: u64, dress: Dress) -> Self {
        let app = TestApp::start().await;
        let mut client = app.client(dress, "ada").await;
        client.fill("lobby", count).await;
        Self(client, app)
    }

    async fn history(&mut self, mut position: Value) -> Value {
        position["room"] = json!("lobby");
        self.0.done("history", position).await
    }

    /// The numbers of a page, and whether there is more.
    async fn page(&mut self, position: Value) -> (std::ops::RangeInclusive<u64>, bool) {
        let answer = self.history(position.clone()).await;
        assert_eq!(answer["room"], "lobby");
        let seqs = seqs(answer["messages"].as_array().expect("messages"));
        let (Some(first), Some(last)) = (seqs.first(), seqs.last()) else {
            panic!("{position}: there is no message");
        };
        assert_eq!(seqs, (*first..=*last).collect::<Vec<_>>(), "{position}: there is a gap");
        (*first..=*last, answer["more"].as_bool().expect("more"))
    }
}

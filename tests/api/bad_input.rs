//! What is wrong is refused with its code, hurts nobody, and ends the connection only where the
//! protocol wants it.

use awc::ws::Message;
use serde_json::json;

use crate::support::{Client, Dress, Incoming, TestApp, in_both_dresses, names};

in_both_dresses!(
    a_wrong_command_is_refused_with_its_code,
    a_wrong_command_without_an_ack_is_answered_too,
    the_refusal_of_a_wrong_field_names_it,
    fields_that_nobody_knows_are_passed_over,
    json_nested_too_deep_is_no_danger,
    a_command_may_be_as_long_as_the_limit,
    a_flood_of_wrong_commands_does_not_disturb_others,
);

/// Commands as JSON, and the code that refuses them.
fn wrong_commands() -> Vec<(&'static str, String, &'static str)> {
    let long_room = format!(r#"{{"room":"{}"}}"#, "a".repeat(65));
    let long_body = format!(r#"{{"room":"lobby","body":"{}"}}"#, "x".repeat(16385));
    let fixed = [
        ("shout", "{}", "unknown_event"),
        ("", "{}", "unknown_event"),
        ("Send", r#""x""#, "unknown_event"),
        ("welcome", "{}", "unknown_event"),
        ("message", r#"{"room":"lobby","body":"x"}"#, "unknown_event"),
        ("__proto__", "{}", "unknown_event"),
        ("send", "null", "bad_field"),
        ("send", "true", "bad_field"),
        ("send", "5", "bad_field"),
        ("send", "{}", "bad_field"),
        ("send", r#"["lobby","x"]"#, "bad_field"),
        ("send", r#"["lobby",null,"x"]"#, "bad_field"),
        ("send", r#"{"room":"lobby"}"#, "bad_field"),
        ("send", r#"{"body":"x"}"#, "bad_field"),
        ("send", r#"{"room":"lobby","body":null}"#, "bad_field"),
        ("send", r#"{"room":"lobby","body":7}"#, "bad_field"),
        ("send", r#"{"room":"lobby","body":["x"]}"#, "bad_field"),
        ("send", r#"{"room":"lobby","body":{"x":"y"}}"#, "bad_field"),
        ("send", r#"{"room":1,"body":"x"}"#, "bad_field"),
        ("send", r#"{"room":"","body":"x"}"#, "bad_field"),
        ("send", r#"{"room":"No Room","body":"x"}"#, "bad_field"),
        ("send", r#"{"room":"lobby/../x","body":"x"}"#, "bad_field"),
        ("send", r#"{"room":"lobby","body":"x","id":"7"}"#, "bad_field"),
        ("send", r#"{"room":"lobby","body":"x","id":7}"#, "bad_field"),
        ("send", r#"{"room":"lobby","room":"lobby","body":"x"}"#, "bad_field"),
        ("send", r#"{"room":"lobby","body":"a\u0000b"}"#, "bad_field"),
        ("send", r#"{"room":"lobby","body":"\ud83d"}"#, "bad_field"),
        ("send", r#"{"room":"lobby","body":"\udc26 x"}"#, "bad_field"),
        ("send", r#""half a bird: \ud83d""#, "bad_field"),
        ("send", r#"{"room":"nowhere","body":"x"}"#, "room_unknown"),
        ("send", r#""""#, "body_empty"),
        ("send", r#"" \n\t""#, "body_empty"),
        ("send", r#"{"room":"lobby","body":""}"#, "body_empty"),
        ("send", r#"{"room":"lobby","body":"\u00a0\u2003"}"#, "body_empty"),
        ("join", "null", "bad_field"),
        ("join", r#""lobby""#, "bad_field"),
        ("join", r#"["lobby"]"#, "bad_field"),
        ("join", r#"{"room":"LOBBY"}"#, "bad_field"),
        ("join", r#"{"room":"nowhere"}"#, "room_unknown"),
        ("leave", "{}", "bad_field"),
        ("leave", r#"{"room":"nowhere"}"#, "room_unknown"),
        ("history", "{}", "bad_field"),
        ("history", r#"{"room":"nowhere"}"#, "room_unknown"),
        ("history", r#"{"room":"lobby","before":-1}"#, "bad_field"),
        ("history", r#"{"room":"lobby","before":1.5}"#, "bad_field"),
        ("history", r#"{"room":"lobby","before":"1"}"#, "bad_field"),
        ("history", r#"{"room":"lobby","after":1e99}"#, "bad_field"),
        ("history", r#"{"room":"lobby","after":18446744073709551616}"#, "bad_field"),
        ("history", r#"{"room":"lobby","before":5,"after":1}"#, "bad_field"),
        ("history", r#"{"room":"lobby","around":5,"after":1}"#, "bad_field"),
        ("history", r#"{"room":"lobby","at":5,"before":1}"#, "bad_field"),
        ("history", r#"{"room":"lobby","at":1.5}"#, "bad_field"),
        ("history", r#"{"room":"lobby","at":"1"}"#, "bad_field"),
        ("history", r#"{"room":"lobby","limit":-1}"#, "bad_field"),
        ("history", r#"{"room":"lobby","limit":"all"}"#, "bad_field"),
        ("typing", r#"{"room":"lobby"}"#, "bad_field"),
        ("typing", r#"{"room":"lobby","typing":"yes"}"#, "bad_field"),
        ("typing", r#"{"room":"lobby","typing":1}"#, "bad_field"),
        ("typing", r#"{"room":"nowhere","typing":true}"#, "room_unknown"),
    ];
    let mut all: Vec<_> = fixed.map(|(event, data, code)| (event, data.to_owned(), code)).into();
    all.push(("join", long_room, "bad_field"));
    all.push(("send", long_body, "body_too_long"));
    all
}

async fn a_wrong_command_is_refused_with_its_code(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    for (event, data, code) in wrong_commands() {
        let ack = ada.ask_json(event, &data).await;
        let answer = ada.answer(ack).await;
        assert_eq!(ada.code(&answer), code, "{event} {data}");
    }
    assert_works_and_was_not_noticed(ada, &mut ben).await;
}

async fn a_wrong_command_without_an_ack_is_answered_too(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    for (event, data, code) in wrong_commands() {
        let text = dress.command(event, &data, None);
        ada.send_text(&text).await;
        assert_eq!(ada.next_failure().await, code, "{text}");
    }
    assert_works_and_was_not_noticed(ada, &mut ben).await;
}

async fn the_refusal_of_a_wrong_field_names_it(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut unnamed = Vec::new();
    for (event, data, field) in [
        ("send", json!({ "room": "lobby" }), "body"),
        ("send", json!({ "body": "x" }), "room"),
        ("send", json!({ "room": "No Room", "body": "x" }), "room"),
        ("send", json!({ "room": "lobby", "body": 7 }), "body"),
        ("send", json!({ "room": "lobby", "body": "x", "id": "7" }), "id"),
        ("send", json!({ "room": 7, "body": "x" }), "room"),
        ("typing", json!({ "room": "lobby" }), "typing"),
        ("history", json!({ "room": "lobby", "limit": "all" }), "limit"),
        ("history", json!({ "room": "lobby", "before": -1 }), "before"),
    ] {
        let answer = ada.call(event, data.clone()).await;
        assert_eq!(ada.code(&answer), "bad_field");
        let message = answer["error"]["message"].as_str().expect("a message");
        // The name of the command also has to be in there, and is not what is asked for.
        let about = message.replace(&format!("\"{event}\""), "");
        let words: Vec<_> = about.split(|c: char| !c.is_alphanumeric()).collect();
        if !words.contains(&field) {
            unnamed.push(format!("{field} in {event} {data}: {message}"));
        }
    }
    assert!(unnamed.is_empty(), "these fields are not named:\n{}", unnamed.join("\n"));
}

async fn fields_that_nobody_knows_are_passed_over(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    ada.done("send", json!({ "room": "lobby", "body": "x", "colour": "red" })).await;
    ada.done("join", json!({ "room": "lobby", "room_colour": null })).await;
    let more = match dress {
        Dress::SocketIo => r#"427["send","x","a second argument"]"#,
        Dress::Plain => r#"{"event":"send","data":"x","ack":7,"colour":"red"}"#,
    };
    ada.send_text(more).await;
    assert_eq!(ada.answer(7).await["seq"], 2);
}

async fn json_nested_too_deep_is_no_danger(dress: Dress) {
    const DEPTH: usize = 50_000;
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    let arrays = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let objects = format!("{}1{}", r#"{"x":"#.repeat(DEPTH / 4), "}".repeat(DEPTH / 4));
    for nested in [&arrays, &objects] {
        for data in [
            nested.clone(),
            format!(r#"{{"room":"lobby","body":{nested}}}"#),
            format!(r#"{{"room":{nested},"body":"x"}}"#),
        ] {
            let ack = ada.ask_json("send", &data).await;
            let answer = ada.answer(ack).await;
            assert_eq!(ada.code(&answer), "bad_field");
        }
    }
    let mut stranger = Client::open(&app, dress).await;
    let identity = format!(r#"{{"name":{arrays}}}"#);
    stranger.send_text(&dress.connect(&identity)).await;
    assert_eq!(stranger.next_connect_error().await, "bad_field");
    assert_works_and_was_not_noticed(ada, &mut ben).await;
}

async fn a_command_may_be_as_long_as_the_limit(dress: Dress) {
    const LIMIT: usize = 20_000;
    let app = TestApp::start_with(&[("engine.max_payload", "20000")]).await;
    let mut ada = app.client(dress, "ada").await;
    let (before, after) = match dress {
        Dress::SocketIo => (r#"427["send",{"room":"lobby","body":"x","more":""#, r#""}]"#),
        Dress::Plain => (r#"{"event":"send","data":"x","ack":7,"more":""#, r#""}"#),
    };
    let padding = "x".repeat(LIMIT - before.len() - after.len());
    ada.send_text(&format!("{before}{padding}{after}")).await;
    assert_eq!(ada.answer(7).await["seq"], 1);
    ada.send_text(&format!("{before}{padding}x{after}")).await;
    assert_eq!(ada.next_event("message").await["seq"], 1);
    assert_eq!(ada.next_close().await, Some(1009));
}

async fn a_flood_of_wrong_commands_does_not_disturb_others(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    let wrong = ["send", "join", "shout"].map(|event| (event, json!({ "room": "No Room" })));
    for (event, data) in wrong {
        for ack in ada.ask_all(event, std::iter::repeat_n(data, 300)).await {
            let answer = ada.answer(ack).await;
            assert_eq!(answer["ok"], false);
        }
    }
    assert_works_and_was_not_noticed(ada, &mut ben).await;
}

#[actix_web::test]
async fn a_plain_frame_that_is_no_command_is_refused() {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(Dress::Plain, ["ada", "ben"]).await;
    let deep = "[".repeat(50_000);
    for frame in [
        "",
        " ",
        "hello",
        "null",
        "7",
        r#""send""#,
        "[]",
        r#"["send",{"room":"lobby","body":"x"},1]"#,
        "{",
        "{}",
        r#"{"data":{}}"#,
        r#"{"event":1}"#,
        r#"{"event":null}"#,
        r#"{"event":["send"],"data":"x"}"#,
        r#"{"event":"send","data":"x"}}"#,
        r#"{"event":"send","data":"x"} {"event":"send","data":"x"}"#,
        r#"{"event":"send","data":"x""#,
        r#"{"event":"send","data":x}"#,
        r#"{"event":"send","event":"send","data":"x"}"#,
        r#"{"event":"send","data":"x","ack":-1}"#,
        r#"{"event":"send","data":"x","ack":1.5}"#,
        r#"{"event":"send","data":"x","ack":"1"}"#,
        r#"{"event":"send","data":"x","ack":18446744073709551616}"#,
        r#"{"event":"\ud83d","data":"x"}"#,
        "{\"event\":\"send\",\"data\":\"a\nb\"}",
        "42[\"send\",\"x\"]",
        &deep,
        &format!("{{\"event\":{deep}"),
    ] {
        ada.send_text(frame).await;
        assert_eq!(ada.next_failure().await, "bad_frame", "{frame}");
    }
    ada.send_frame(Message::Binary(r#"{"event":"send","data":"x"}"#.into())).await;
    assert_eq!(ada.next_failure().await, "bad_frame");
    // The number can be read, so the answer goes there.
    ada.send_text(r#"{"data":"x","ack":77}"#).await;
    let answer = ada.answer(77).await;
    assert_eq!(ada.code(&answer), "bad_frame");
    assert_works_and_was_not_noticed(ada, &mut ben).await;
}

#[actix_web::test]
async fn a_plain_ack_may_be_any_number_that_fits() {
    let app = TestApp::start().await;
    let mut ada = app.client(Dress::Plain, "ada").await;
    for ack in [0, 1, 1 << 53, u64::MAX] {
        ada.send_text(&format!(r#"{{"ack":{ack},"data":"x","event":"send"}}"#)).await;
        assert_eq!(ada.answer(ack).await["ok"], true);
    }
}

#[actix_web::test]
async fn a_malformed_socket_io_packet_ends_the_connection_and_nobody_elses() {
    let app = TestApp::start().await;
    let [mut ben] = app.people(Dress::SocketIo, ["ben"]).await;
    let deep = "[".repeat(50_000);
    for packet in [
        "",
        "7",
        "x",
        "é",
        "4",
        "49",
        "4x",
        "42",
        "42{}",
        "42[]",
        "42[null]",
        "42[[\"send\"]]",
        r#"42["send""#,
        r#"42["send"]x"#,
        r#"42["send",x]"#,
        r#"42abc["send"]"#,
        r#"42["\ud83d"]"#,
        r#"42-1["send","x"]"#,
        r#"4299999999999999999999["send","x"]"#,
        "43[]",
        "43x[]",
        r#"40["ada"]"#,
        r#"40"ada""#,
        "40{",
        "41x",
        r#"42["disconnect",{}]"#,
        r#"42/admin,["send","not connected there"]"#,
        r#"451-["send","no place for it"]"#,
        r#"451000000-["send",{"_placeholder":true,"num":0}]"#,
        r#"46-1[{"_placeholder":true,"num":0}]"#,
        &format!("42{deep}"),
        &format!("40{deep}"),
    ] {
        let mut ada = app.client(Dress::SocketIo, "ada").await;
        ada.send_text(packet).await;
        assert_eq!(ada.next_close().await, Some(1000), "{packet}");
    }
    assert_left_without_a_trace(&app, &mut ben).await;
}

#[actix_web::test]
async fn a_binary_frame_without_a_packet_that_announced_it_ends_a_socket_io_connection() {
    let app = TestApp::start().await;
    let mut ada = app.client(Dress::SocketIo, "ada").await;
    ada.send_frame(Message::Binary(r#"42["send","x"]"#.into())).await;
    assert_eq!(ada.next_close().await, Some(1000));
}

#[actix_web::test]
async fn packets_without_a_meaning_here_are_passed_over() {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(Dress::SocketIo, ["ada", "ben"]).await;
    for packet in ["6", "3", "3probe", r#"437["nobody asked"]"#] {
        ada.send_text(packet).await;
    }
    assert_works_and_was_not_noticed(ada, &mut ben).await;
}

#[actix_web::test]
async fn a_socket_io_ack_may_be_any_number_that_fits() {
    let app = TestApp::start().await;
    let mut ada = app.client(Dress::SocketIo, "ada").await;
    for ack in [0, 1, 1 << 53, u64::MAX] {
        ada.send_text(&format!(r#"42{ack}["send","x"]"#)).await;
        assert_eq!(ada.answer(ack).await["ok"], true);
    }
}

/// The connection goes on, and all that others ever got from it is what it sends now.
async fn assert_works_and_was_not_noticed(mut client: Client, witness: &mut Client) {
    client.post("lobby", "all is well").await;
    match witness.next().await {
        Incoming::Event { name, data } if name == "message" => {
            assert_eq!((&data["body"], &data["user"]), (&json!("all is well"), &client.user()));
        }
        other => panic!("somebody else notices {other:?}"),
    }
}

/// Whoever came and went sent nothing, and all are gone.
async fn assert_left_without_a_trace(app: &TestApp, witness: &mut Client) {
    let history = witness.done("history", json!({ "room": "lobby" })).await;
    assert_eq!(history["messages"], json!([]));
    witness.assert_silent().await;
    let answer = witness.join("lobby").await;
    assert_eq!(names(&answer["members"]), ["ben"]);
    app.client(Dress::SocketIo, "ada").await.post("lobby", "all is well").await;
    assert_eq!(witness.next_event("message").await["seq"], 1);
}

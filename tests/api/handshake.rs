//! Connecting: what is refused, who one is taken for, and how long one may take to say so.

use std::time::{Duration, Instant};

use awc::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::raw::introduction;
use crate::support::{
    Client, Dress, Incoming, Raw, Served, TestApp, in_both_dresses, in_both_dresses_at_once,
    open_room,
};

const HURRIED: &[(&str, &str)] = &[("engine.connect_timeout", "150")];

in_both_dresses!(
    the_welcome_says_who_one_is_and_where,
    a_name_that_is_none_is_refused_and_a_second_try_is_welcomed,
    white_space_around_a_name_is_dropped,
    a_name_of_64_characters_is_long_but_a_name,
    a_token_from_elsewhere_is_refused_and_a_second_try_is_welcomed,
    an_identity_of_the_wrong_type_is_refused,
    guests_are_refused_where_they_are_not_admitted,
    who_never_says_who_they_are_is_sent_away,
    who_was_refused_and_does_not_try_again_is_sent_away,
);

in_both_dresses_at_once!(
    who_was_welcomed_may_be_silent_for_longer_than_the_connect_timeout,
    saying_who_one_is_a_second_time_changes_nothing,
);

#[actix_web::test]
async fn the_open_packet_says_how_the_connection_works() {
    let app = TestApp::start_with(&[
        ("engine.ping_interval", "12345"),
        ("engine.ping_timeout", "6789"),
        ("engine.max_payload", "65432"),
    ])
    .await;
    let client = Client::socket_io(&app).await;
    let sid = client.opened["sid"].as_str().expect("a session id");
    assert!(sid.len() >= 20, "{sid} could be guessed");
    assert_eq!(
        client.opened,
        json!({
            "sid": sid,
            "upgrades": [],
            "pingInterval": 12345,
            "pingTimeout": 6789,
            "maxPayload": 65432,
        })
    );
    let another = Client::socket_io(&app).await;
    assert_ne!(another.opened["sid"], sid);
}

#[actix_web::test]
async fn a_handshake_that_cannot_be_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    for (method, query, code, message) in [
        (Method::GET, "?EIO=4", 0, "Transport unknown"),
        (Method::GET, "?EIO=4&transport=abc", 0, "Transport unknown"),
        (Method::GET, "?EIO=4&transport=polling&sid=abc", 1, "Session ID unknown"),
        (Method::POST, "?EIO=4&transport=polling", 2, "Bad handshake method"),
        (Method::GET, "?EIO=3&transport=polling", 5, "Unsupported protocol version"),
        (Method::GET, "", 0, "Transport unknown"),
        (Method::GET, "?EIO=4&transport=websocket&sid=abc", 1, "Session ID unknown"),
        (Method::POST, "?EIO=4&transport=websocket", 2, "Bad handshake method"),
        (Method::PUT, "?EIO=4&transport=websocket", 2, "Bad handshake method"),
        (Method::GET, "?EIO=4&transport=websocket", 3, "Bad request"),
        (Method::GET, "?EIO=3&transport=websocket", 5, "Unsupported protocol version"),
        (Method::GET, "?transport=websocket", 5, "Unsupported protocol version"),
    ] {
        let request = awc::Client::new().request(method.clone(), app.url("/socket.io/") + query);
        let mut response = request.send().await.expect("a response");
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{method} {query}");
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body, json!({ "code": code, "message": message }), "{method} {query}");
    }
}

#[actix_web::test]
async fn the_plain_path_without_an_upgrade_is_a_bad_request() {
    let app = TestApp::start().await;
    let response = awc::Client::new().get(app.url("/ws?name=ada")).send().await;
    assert!(response.expect("a response").status().is_client_error());
}

async fn the_welcome_says_who_one_is_and_where(dress: Dress) {
    let app = TestApp::start_with(&[("server.name", "Ours")]).await;
    let mut client = app.client(dress, "ada").await;
    let (id, token) = (client.user()["id"].clone(), client.token().to_owned());
    assert!(uuid::Uuid::parse_str(id.as_str().expect("an id")).is_ok(), "{id}");
    assert_eq!(
        client.welcome,
        json!({
            "user": { "id": id, "name": "ada", "role": "guest" },
            "rooms": [open_room("lobby", 0, 1)],
            "server": {
                "name": "Ours",
                "version": env!("CARGO_PKG_VERSION"),
                "limits": { "message_bytes": 16384 },
                "guests": true,
                "sign_up": "invite",
            },
            "token": token,
            "may": [],
        })
    );
    client.post("lobby", "hello").await;
    let second = app.client(dress, "ben").await;
    assert_eq!(second.welcome["rooms"], json!([open_room("lobby", 1, 2)]));
}

#[actix_web::test]
async fn a_plain_client_may_say_who_it_is_in_its_query() {
    let app = TestApp::start().await;
    let mut ada = Client::plain(&app, "name=ada%20lovelace").await;
    ada.next_welcome().await;
    assert_eq!(ada.name(), "ada lovelace");

    let mut again = Client::plain(&app, &format!("token={}", ada.token())).await;
    again.next_welcome().await;
    assert_eq!(again.user(), ada.user());
}

#[actix_web::test]
async fn a_plain_client_whose_query_is_refused_may_try_again() {
    let app = TestApp::start().await;
    for (query, code) in [("name=", "name_invalid"), ("token=x", "token_invalid")] {
        let mut client = Client::plain(&app, query).await;
        assert_eq!(client.next_connect_error().await, code);
        client.introduce(&json!({ "name": "ada" })).await;
        client.next_welcome().await;
    }
}

async fn a_name_that_is_none_is_refused_and_a_second_try_is_welcomed(dress: Dress) {
    let app = TestApp::start().await;
    let mut client = Client::open(&app, dress).await;
    let long = "é".repeat(65);
    for name in ["", " \t ", &long, "a\u{0}b", "a\nb", "a\u{7f}b", "\u{202e}ada"] {
        client.introduce(&json!({ "name": name })).await;
        assert_eq!(client.next_connect_error().await, "name_invalid", "{name:?}");
    }
    client.introduce(&json!({})).await;
    assert_eq!(client.next_connect_error().await, "name_invalid");

    client.introduce(&json!({ "name": "ada" })).await;
    client.next_welcome().await;
    assert_eq!(client.name(), "ada");
    client.post("lobby", "I am in").await;
}

#[actix_web::test]
async fn a_connect_without_an_identity_is_refused() {
    let app = TestApp::start().await;
    let mut client = Client::open(&app, Dress::SocketIo).await;
    client.send_text("40").await;
    assert_eq!(client.next_connect_error().await, "name_invalid");

    let mut client = Client::open(&app, Dress::Plain).await;
    for frame in [r#"{"event":"connect"}"#, r#"{"event":"connect","data":null}"#] {
        client.send_text(frame).await;
        assert_eq!(client.next_connect_error().await, "name_invalid", "{frame}");
    }
}

async fn white_space_around_a_name_is_dropped(dress: Dress) {
    let app = TestApp::start().await;
    assert_eq!(app.client(dress, "  ada \n").await.name(), "ada");
}

async fn a_name_of_64_characters_is_long_but_a_name(dress: Dress) {
    let app = TestApp::start().await;
    let name = "🐦".repeat(64);
    assert_eq!(app.client(dress, &name).await.name(), name);
}

async fn a_token_from_elsewhere_is_refused_and_a_second_try_is_welcomed(dress: Dress) {
    let (here, there) = (TestApp::start().await, TestApp::start().await);
    let token = there.client(dress, "ada").await.token().to_owned();
    let mut client = Client::open(&here, dress).await;
    for token in [token.as_str(), "", "x", "g1.AA.AA"] {
        client.introduce(&json!({ "name": "ada", "token": token })).await;
        assert_eq!(client.next_connect_error().await, "token_invalid", "{token}");
    }
    client.introduce(&json!({ "name": "ada" })).await;
    client.next_welcome().await;
}

async fn an_identity_of_the_wrong_type_is_refused(dress: Dress) {
    let app = TestApp::start().await;
    let mut client = Client::open(&app, dress).await;
    for identity in [json!({ "name": 5 }), json!({ "name": ["ada"] }), json!({ "token": {} })] {
        client.introduce(&identity).await;
        assert_eq!(client.next_connect_error().await, "bad_field", "{identity}");
    }
    client.introduce(&json!({ "name": "ada", "colour": "red" })).await;
    client.next_welcome().await;
}

async fn guests_are_refused_where_they_are_not_admitted(dress: Dress) {
    let app = TestApp::start_with(&[("access.guests", "false")]).await;
    let mut client = Client::open(&app, dress).await;
    client.introduce(&json!({ "name": "ada" })).await;
    assert_eq!(client.next_connect_error().await, "guests_off");
    client.introduce(&json!({ "name": "ada" })).await;
    assert_eq!(client.next_connect_error().await, "guests_off");
}

#[actix_web::test]
async fn a_socket_io_event_before_connecting_ends_the_connection() {
    let app = TestApp::start().await;
    let mut client = Client::socket_io(&app).await;
    client.send_text(r#"421["send","x"]"#).await;
    assert_eq!(client.next_close().await, Some(1000));
}

#[actix_web::test]
async fn a_plain_command_before_the_welcome_is_refused() {
    let app = TestApp::start().await;
    let mut client = Client::open(&app, Dress::Plain).await;
    for event in ["send", "join", "leave", "history", "typing"] {
        let data = json!({ "room": "lobby", "body": "x", "typing": true });
        assert_eq!(client.refused(event, data).await, "not_connected", "{event}");
    }
    client.introduce(&json!({ "name": "ada" })).await;
    client.next_welcome().await;
    assert_eq!(client.post("lobby", "now").await["seq"], 1);
}

async fn who_never_says_who_they_are_is_sent_away(dress: Dress) {
    let app = TestApp::start_with(HURRIED).await;
    let mut client = Client::open(&app, dress).await;
    assert_eq!(client.next_close().await, Some(goodbye_of(dress)));
    assert_eq!(client.next().await, Incoming::Closed(None));
}

async fn who_was_refused_and_does_not_try_again_is_sent_away(dress: Dress) {
    let app = TestApp::start_with(HURRIED).await;
    let mut client = Client::open(&app, dress).await;
    client.introduce(&json!({ "name": "" })).await;
    assert_eq!(client.next_connect_error().await, "name_invalid");
    assert_eq!(client.next_close().await, Some(goodbye_of(dress)));
}

async fn who_was_welcomed_may_be_silent_for_longer_than_the_connect_timeout(dress: Dress) {
    let app = TestApp::start_with(HURRIED).await;
    let [mut ada] = app.people(dress, ["ada"]).await;
    let since = Instant::now();
    while since.elapsed() < Duration::from_millis(300) {
        ada.assert_silent().await;
    }
    ada.post("lobby", "still here").await;
}

async fn saying_who_one_is_a_second_time_changes_nothing(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    ada.introduce(&json!({ "name": "eve" })).await;
    ada.post("lobby", "it is me").await;
    let message = ben.next_event("message").await;
    assert_eq!(message["user"], ada.user());
    ben.assert_nobody_comes_or_goes().await;
}

#[actix_web::test]
async fn socket_io_accepts_with_a_session_id_and_then_welcomes() {
    let app = TestApp::start().await;
    let mut ada = Raw::connect(&app).await;
    ada.upgrade_with(Dress::SocketIo, b"").await;
    let open = ada.next_text().await;
    ada.send(&introduction(Dress::SocketIo, "ada")).await;
    let accepted = ada.next_text().await;
    let accepted: Value = accepted
        .strip_prefix("40")
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_else(|| panic!("this is no consent: {accepted}"));
    let sid = accepted["sid"].as_str().expect("a session id");
    let pid = accepted["pid"].as_str().expect("a name to recover by");
    assert_eq!(accepted, json!({ "sid": sid, "pid": pid }));
    assert!(!open.contains(sid), "the engine's id is a secret of its own");
    assert!(ada.next_text().await.starts_with("42[\"welcome\",{"));
}

#[actix_web::test]
async fn an_unknown_namespace_is_refused_and_the_default_one_works_on() {
    let app = TestApp::start().await;
    let mut client = Client::socket_io(&app).await;
    for _ in ["before the welcome", "after it"] {
        client.send_text(r#"40/admin,{"name":"ada"}"#).await;
        let error = client.next_event("connect_error").await;
        assert_eq!(error, json!({ "message": "Invalid namespace" }));
        if client.welcome.is_null() {
            client.introduce(&json!({ "name": "ada" })).await;
            client.next_welcome().await;
        }
    }
    assert_eq!(client.post("lobby", "the first").await["seq"], 1);
}

/// The code for somebody who is sent away for saying nothing.
fn goodbye_of(dress: Dress) -> u16 {
    match dress {
        Dress::SocketIo => 1000,
        Dress::Plain => 1008,
    }
}

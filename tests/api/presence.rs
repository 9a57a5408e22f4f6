//! Who is told of whose coming and going, and under which name.

use serde_json::json;

use crate::support::{Client, Dress, TestApp, in_both_dresses_at_once, names};

in_both_dresses_at_once!(
    everyone_is_told_who_comes_and_who_goes,
    who_joins_or_leaves_a_room_is_told_to_those_in_it_only,
    a_burst_is_told_in_one_notice_that_names_ten,
    a_second_tab_is_told_to_nobody,
    a_second_guest_of_the_same_name_gets_a_number,
    a_name_is_free_again_once_its_owner_has_left,
    a_token_gives_the_same_person_and_name_back,
    a_token_holds_after_a_restart,
    the_owner_of_a_token_may_come_back_under_another_name,
    the_name_stays_while_another_connection_is_open,
    the_name_of_somebody_away_may_be_taken_meanwhile,
    who_reconnects_at_once_is_told_to_nobody,
    who_only_looks_in_is_told_to_nobody,
    who_vanishes_without_a_word_is_told_to_have_left,
);

async fn everyone_is_told_who_comes_and_who_goes(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(dress, ["ada", "ben"]).await;
    let mut cyd = app.client(dress, "cyd").await;
    let came = json!({ "room": "lobby", "users": [cyd.user()], "others": 0, "members": 3 });
    for client in [&mut ada, &mut ben, &mut cyd] {
        assert_eq!(client.next_event("joined").await, came);
    }
    let went = json!({ "room": "lobby", "users": [cyd.user()], "others": 0, "members": 2 });
    cyd.disconnect().await;
    for client in [&mut ada, &mut ben] {
        assert_eq!(client.next_event("left").await, went);
    }
    ada.assert_nobody_comes_or_goes().await;
}

async fn who_joins_or_leaves_a_room_is_told_to_those_in_it_only(dress: Dress) {
    let app = TestApp::start().await;
    app.create_room("garden").await;
    let [mut ada, mut ben, mut cyd] = app.people(dress, ["ada", "ben", "cyd"]).await;
    ada.join("garden").await;
    assert_eq!(ada.next_event("joined").await["room"], "garden");

    ben.join("garden").await;
    let came = json!({ "room": "garden", "users": [ben.user()], "others": 0, "members": 2 });
    assert_eq!(ada.next_event("joined").await, came);
    ben.leave("garden").await;
    let went = json!({ "room": "garden", "users": [ben.user()], "others": 0, "members": 1 });
    assert_eq!(ada.next_event("left").await, went);
    cyd.assert_nobody_comes_or_goes().await;
}

async fn a_burst_is_told_in_one_notice_that_names_ten(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada] = app.people(dress, ["ada"]).await;
    let mut crowd = Vec::new();
    for _ in 0..15 {
        crowd.push(Client::open(&app, dress).await);
    }
    for (number, client) in crowd.iter_mut().enumerate() {
        client.introduce(&json!({ "name": format!("guest-{number:02}") })).await;
    }
    let first_ten: Vec<_> = (0..10).map(|number| format!("guest-{number:02}")).collect();
    let joined = ada.next_event("joined").await;
    assert_eq!(names(&joined["users"]), first_ten);
    assert_eq!((&joined["others"], &joined["members"]), (&json!(5), &json!(16)));

    futures_util::future::join_all(crowd.into_iter().map(Client::disconnect)).await;
    let left = ada.next_event("left").await;
    assert_eq!(names(&left["users"]), first_ten);
    assert_eq!((&left["others"], &left["members"]), (&json!(5), &json!(1)));
    ada.assert_nobody_comes_or_goes().await;
}

async fn a_second_tab_is_told_to_nobody(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, ben] = app.people(dress, ["ada", "ben"]).await;
    let tab = app.client_again(dress, ben.token()).await;
    assert_eq!(tab.welcome["rooms"][0]["members"], 2);
    ada.assert_nobody_comes_or_goes().await;
    ben.disconnect().await;
    ada.assert_nobody_comes_or_goes().await;
    tab.disconnect().await;
    assert_eq!(names(&ada.next_event("left").await["users"]), ["ben"]);
}

async fn a_second_guest_of_the_same_name_gets_a_number(dress: Dress) {
    let app = TestApp::start().await;
    let first = app.client(dress, "ada").await;
    let second = app.client(dress, "ada").await;
    let third = app.client(dress, "ADA").await;
    assert_eq!((first.name(), second.name(), third.name()), ("ada", "ada 2", "ADA 3"));
    assert_ne!(first.user()["id"], second.user()["id"]);

    let long = "x".repeat(64);
    let (first, second) = (app.client(dress, &long).await, app.client(dress, &long).await);
    assert_eq!(
        (first.name(), second.name()),
        (long.as_str(), format!("{} 2", &long[2..]).as_str())
    );
}

async fn a_name_is_free_again_once_its_owner_has_left(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ben, ada] = app.people(dress, ["ben", "ada"]).await;
    ada.disconnect().await;
    ben.next_event("left").await;
    assert_eq!(app.client(dress, "ada").await.name(), "ada");
}

async fn a_token_gives_the_same_person_and_name_back(dress: Dress) {
    let app = TestApp::start().await;
    let _first = app.client(dress, "ada").await;
    let second = app.client(dress, "ada").await;
    let (user, token) = (second.user(), second.token().to_owned());
    assert_eq!(second.name(), "ada 2");
    second.disconnect().await;
    assert_eq!(app.client_again(dress, &token).await.user(), user);
}

async fn a_token_holds_after_a_restart(dress: Dress) {
    let app = TestApp::start().await;
    let before = app.client(dress, "ada").await;
    let app = app.restart().await;
    let after = app.client_again(dress, before.token()).await;
    assert_eq!(after.user(), before.user());
}

async fn the_owner_of_a_token_may_come_back_under_another_name(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ben, ada] = app.people(dress, ["ben", "ada"]).await;
    let (id, token) = (ada.user()["id"].clone(), ada.token().to_owned());
    ada.disconnect().await;
    ben.next_event("left").await;
    let grace = json!({ "name": "grace", "token": token });
    let grace = Client::welcomed(&app, dress, &grace).await;
    assert_eq!(grace.user(), json!({ "id": id, "name": "grace" }));
    assert_eq!(ben.next_event("joined").await["users"], json!([grace.user()]));
    // The newer token has the newer name.
    let token = grace.token().to_owned();
    drop(grace);
    assert_eq!(app.client_again(dress, &token).await.name(), "grace");
}

async fn the_name_stays_while_another_connection_is_open(dress: Dress) {
    let app = TestApp::start().await;
    let ada = app.client(dress, "ada").await;
    let tab =
        Client::welcomed(&app, dress, &json!({ "name": "grace", "token": ada.token() })).await;
    assert_eq!(tab.user(), ada.user());
}

async fn the_name_of_somebody_away_may_be_taken_meanwhile(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ben, ada] = app.people(dress, ["ben", "ada"]).await;
    let token = ada.token().to_owned();
    ada.disconnect().await;
    ben.next_event("left").await;
    let other = app.client(dress, "ada").await;
    assert_eq!(other.name(), "ada");
    assert_eq!(app.client_again(dress, &token).await.name(), "ada 2");
}

async fn who_reconnects_at_once_is_told_to_nobody(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, ben] = app.people(dress, ["ada", "ben"]).await;
    let token = ben.token().to_owned();
    ben.disconnect().await;
    let mut ben = app.client_again(dress, &token).await;
    assert_eq!(ben.name(), "ben");
    ada.assert_nobody_comes_or_goes().await;
    ben.post("lobby", "here again").await;
    assert_eq!(ada.next_event("message").await["user"], ben.user());
}

async fn who_only_looks_in_is_told_to_nobody(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada] = app.people(dress, ["ada"]).await;
    app.client(dress, "ben").await.disconnect().await;
    ada.assert_nobody_comes_or_goes().await;
}

async fn who_vanishes_without_a_word_is_told_to_have_left(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, ben] = app.people(dress, ["ada", "ben"]).await;
    drop(ben);
    assert_eq!(names(&ada.next_event("left").await["users"]), ["ben"]);
}

#[actix_web::test]
async fn a_socket_io_client_that_says_goodbye_has_left() {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(Dress::SocketIo, ["ada", "ben"]).await;
    ben.send_text("1").await;
    assert_eq!(ben.next_close().await, Some(1000));
    assert_eq!(names(&ada.next_event("left").await["users"]), ["ben"]);
}

#[actix_web::test]
async fn a_socket_io_client_that_leaves_the_namespace_has_left_and_may_come_back() {
    let app = TestApp::start().await;
    let [mut ada, mut ben] = app.people(Dress::SocketIo, ["ada", "ben"]).await;
    ben.send_text("41").await;
    assert_eq!(names(&ada.next_event("left").await["users"]), ["ben"]);
    ada.post("lobby", "gone?").await;
    ada.next_event("message").await;
    ben.assert_silent().await;
    ben.introduce(&json!({ "name": "ben" })).await;
    ben.next_welcome().await;
    assert_eq!(names(&ada.next_event("joined").await["users"]), ["ben"]);
    ben.post("lobby", "no").await;
}

#[actix_web::test]
async fn who_leaves_while_coming_in_was_never_there_and_may_come_again() {
    const GUESTS: usize = 10;
    let app = TestApp::start_with(&[("engine.connect_timeout", "500")]).await;
    let mut guests = Vec::new();
    for _ in 0..GUESTS {
        let mut guest = Client::open(&app, Dress::SocketIo).await;
        guest.send_texts(&[r#"40{"name":"gone"}"#, "41", r#"40{"name":"guest"}"#]).await;
        guest.next_welcome().await;
        guests.push(guest);
    }
    let members = guests[0].join("lobby").await["room"]["members"].clone();
    assert_eq!(members, GUESTS, "each of them once");
    // Who has come in is no longer waited for.
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    for guest in &mut guests {
        guest.post("lobby", "still here").await;
    }
}

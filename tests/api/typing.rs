//! Who is told that somebody writes.

use serde_json::json;

use crate::support::{Dress, TestApp, in_both_dresses};

in_both_dresses!(
    the_others_are_told_who_types_and_who_stopped,
    another_tab_of_who_types_is_told_too,
    typing_is_seen_in_its_room_only,
    typing_without_an_ack_is_not_answered,
);

async fn the_others_are_told_who_types_and_who_stopped(dress: Dress) {
    let app = TestApp::start().await;
    let [mut ada, mut ben, mut cyd] = app.people(dress, ["ada", "ben", "cyd"]).await;
    for typing in [true, true, false] {
        let told = json!({ "room": "lobby", "typing": typing });
        assert_eq!(ada.done("typing", told).await, json!({ "ok": true }));
        let expected = json!({ "room": "lobby", "user": ada.user(), "typing": typing });
        assert_eq!(ben.next_event("typing").await, expected);
        assert_eq!(cyd.next_event("typing").await, expected);
    }
    ada.assert_silent().await;
}

async fn another_tab_of_who_types_is_told_too(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut tab = app.client_again(dress, ada.token()).await;
    ada.done("typing", json!({ "room": "lobby", "typing": true })).await;
    assert_eq!(tab.next_event("typing").await["user"], ada.user());
    ada.assert_silent().await;
}

async fn typing_is_seen_in_its_room_only(dress: Dress) {
    let app = TestApp::start().await;
    app.create_room("garden").await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    ada.join("garden").await;
    ada.done("typing", json!({ "room": "garden", "typing": true })).await;
    ada.done("typing", json!({ "room": "lobby", "typing": false })).await;
    assert_eq!(ben.next_event("typing").await["room"], "lobby");
    ben.assert_silent().await;
}

async fn typing_without_an_ack_is_not_answered(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    ada.say("typing", json!({ "room": "lobby", "typing": true })).await;
    ben.next_event("typing").await;
    ada.assert_silent().await;
}

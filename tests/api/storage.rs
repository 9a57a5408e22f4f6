//! A database that cannot be reached: clients are told so, and may try again.

use serde_json::json;
use uuid::Uuid;

use crate::support::{Dress, TestApp, in_both_dresses};

in_both_dresses!(
    a_message_that_cannot_be_stored_is_refused_and_a_retry_succeeds,
    what_cannot_be_read_is_refused_and_the_connection_goes_on,
);

async fn a_message_that_cannot_be_stored_is_refused_and_a_retry_succeeds(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut ben = app.client(dress, "ben").await;
    let away = app.data().with_extension("away");
    // Nothing was sent yet, so that the database is still to be opened for writing.
    std::fs::rename(app.data(), &away).expect("the folder can be renamed");
    let message = json!({ "room": "lobby", "body": "hello", "id": Uuid::new_v4() });
    assert_eq!(ada.refused("send", message.clone()).await, "storage");
    ben.assert_silent().await;

    std::fs::rename(&away, app.data()).expect("the folder can be renamed");
    assert_eq!(ada.done("send", message).await["seq"], 1);
    assert_eq!(ben.next_event("message").await["body"], "hello");
}

async fn what_cannot_be_read_is_refused_and_the_connection_goes_on(dress: Dress) {
    let app = TestApp::start().await;
    let mut ada = app.client(dress, "ada").await;
    let mut database = app.database().await;
    for sql in
        ["ALTER TABLE messages RENAME TO lost_messages", "ALTER TABLE rooms RENAME TO lost_rooms"]
    {
        sqlx::query(sql).execute(&mut database).await.expect(sql);
    }
    for event in ["history", "join"] {
        assert_eq!(ada.refused(event, json!({ "room": "lobby" })).await, "storage", "{event}");
    }
    assert_eq!(ada.refused("join", json!({ "room": "garden" })).await, "storage");
    for sql in
        ["ALTER TABLE lost_messages RENAME TO messages", "ALTER TABLE lost_rooms RENAME TO rooms"]
    {
        sqlx::query(sql).execute(&mut database).await.expect(sql);
    }
    // What was kept back for the answers comes now.
    ada.post("lobby", "hello").await;
    assert_eq!(ada.next_event("message").await["seq"], 1);
}

//! A Socket.IO connection that comes back gets what it missed of edits and deletions too.

use serde_json::{Value, json};

use crate::support::{Client, Dress, TestApp, number};

/// What is done while somebody is away, and how it is told to them.
#[actix_web::test]
async fn what_was_missed_is_told_as_it_is_now() {
    let app = TestApp::start().await;
    let mut ben = app.client(Dress::SocketIo, "ben").await;
    let mut ada = app.client(Dress::SocketIo, "ada").await;
    let mut known = Vec::new();
    for body in ["stays", "will be edited", "will be deleted"] {
        known.push(write(&mut ben, body).await);
        assert_eq!(ada.next_event("message").await["body"], body);
    }
    let pid = ada.pid.clone();
    let away = Away::from(ada).await;
    edit(&mut ben, &known[1], "is edited").await;
    let new = write(&mut ben, "is new").await;
    let both = write(&mut ben, "is new, too").await;
    delete(&mut ben, &known[2]).await;
    let gone = write(&mut ben, "is never seen").await;
    edit(&mut ben, &both, "is new and edited").await;
    delete(&mut ben, &gone).await;

    let mut ada = away.back(&app).await;
    assert_eq!(ada.pid, pid, "the connection is recovered");
    let edited = ada.next_event("edited").await;
    assert_eq!(
        (&edited["id"], &edited["body"], number(&edited)),
        (&known[1], &json!("is edited"), 4)
    );
    let message = ada.next_event("message").await;
    assert_eq!((&message["id"], &message["body"], number(&message)), (&new, &json!("is new"), 5));
    let deleted = ada.next_event("deleted").await;
    assert_eq!((&deleted["id"], &deleted["body"], number(&deleted)), (&known[2], &json!(""), 7));
    // It is new to her, although it was edited meanwhile.
    let message = ada.next_event("message").await;
    assert_eq!((&message["id"], number(&message)), (&both, 9));
    assert_eq!(message["body"], "is new and edited");
    let deleted = ada.next_event("deleted").await;
    assert_eq!((&deleted["id"], &deleted["body"], number(&deleted)), (&gone, &json!(""), 10));
    ada.assert_silent().await;

    write(&mut ben, "on").await;
    assert_eq!(ada.next_event("message").await["seq"], 11);
}

#[actix_web::test]
async fn who_comes_back_twice_is_told_once() {
    let app = TestApp::start().await;
    let mut ben = app.client(Dress::SocketIo, "ben").await;
    let mut ada = app.client(Dress::SocketIo, "ada").await;
    let first = write(&mut ben, "first").await;
    ada.next_event("message").await;
    let pid = ada.pid.clone();
    let away = Away::from(ada).await;
    let second = write(&mut ben, "second").await;
    edit(&mut ben, &first, "first, edited").await;
    edit(&mut ben, &second, "second, edited").await;

    let mut ada = away.back(&app).await;
    assert_eq!(ada.next_event("edited").await["body"], "first, edited");
    assert_eq!(ada.next_event("message").await["body"], "second, edited");
    for _ in 0..2 {
        ada = Away::from(ada).await.back(&app).await;
        ada.assert_silent().await;
    }
    // What was told as new is known from then on.
    let away = Away::from(ada).await;
    edit(&mut ben, &second, "second, edited again").await;
    delete(&mut ben, &first).await;
    let mut ada = away.back(&app).await;
    assert_eq!(ada.next_event("edited").await["body"], "second, edited again");
    assert_eq!(ada.next_event("deleted").await["id"], first);
    ada.assert_silent().await;
    assert_eq!(ada.pid, pid);
}

#[actix_web::test]
async fn who_breaks_off_while_being_told_is_told_the_rest() {
    let app = TestApp::start().await;
    let mut ben = app.client(Dress::SocketIo, "ben").await;
    let mut ada = app.client(Dress::SocketIo, "ada").await;
    let known = write(&mut ben, "known").await;
    ada.next_event("message").await;
    let away = Away::from(ada).await;
    for body in ["one", "two", "three"] {
        write(&mut ben, body).await;
    }
    edit(&mut ben, &known, "known, edited").await;
    // With the offsets of each event that has come, the rest is had.
    let mut told = Vec::new();
    let mut offsets = vec![away.offset.clone()];
    let mut ada = away.again().back(&app).await;
    for _ in 0..4 {
        told.push(ada.next_news().await);
        offsets.push(ada.offset.clone());
    }
    for (come, offset) in offsets.into_iter().enumerate() {
        let broken = Away { offset, ..away.again() };
        let mut ada = broken.back(&app).await;
        for event in &told[come..] {
            assert_eq!(&ada.next_news().await, event, "after {come} of them");
        }
        ada.assert_silent().await;
    }
}

#[actix_web::test]
async fn changes_count_as_missed_and_too_many_of_them_are_a_reset() {
    let app = TestApp::start_with(&[("limits.recovered_messages", "3")]).await;
    let mut ben = app.client(Dress::SocketIo, "ben").await;
    let mut ada = app.client(Dress::SocketIo, "ada").await;
    let mut ids = Vec::new();
    for body in ["1", "2", "3", "4"] {
        ids.push(write(&mut ben, body).await);
        ada.next_event("message").await;
    }
    // Changes of one message are one thing to tell.
    let away = Away::from(ada).await;
    for body in ["1a", "1b", "1c", "1d"] {
        edit(&mut ben, &ids[0], body).await;
    }
    let mut ada = away.back(&app).await;
    assert_eq!(ada.next_event("edited").await["body"], "1d");
    ada.assert_silent().await;

    let away = Away::from(ada).await;
    for id in &ids {
        edit(&mut ben, id, "all of them").await;
    }
    let mut ada = away.back(&app).await;
    assert_eq!(ada.next_event("reset").await["rooms"][0]["seq"], 12);
    ada.assert_silent().await;
}

#[actix_web::test]
async fn edits_and_deletions_are_told_also_after_a_restart() {
    let app = TestApp::start().await;
    let mut ben = app.client(Dress::SocketIo, "ben").await;
    let mut ada = app.client(Dress::SocketIo, "ada").await;
    let [one, two] = [write(&mut ben, "one").await, write(&mut ben, "two").await];
    for _ in 0..2 {
        ada.next_event("message").await;
    }
    let away = Away::from(ada).await;
    edit(&mut ben, &one, "one, edited").await;
    let app = app.restart().await;
    let mut ben = app.client_again(Dress::SocketIo, ben.token()).await;
    delete(&mut ben, &two).await;
    let mut ada = away.back(&app).await;
    assert_eq!(ada.next_event("edited").await["body"], "one, edited");
    assert_eq!(ada.next_event("deleted").await["id"], two);
    ada.assert_silent().await;
}

#[actix_web::test]
async fn who_got_a_new_name_and_not_the_reset_behind_it_is_told_again() {
    let app = TestApp::start_with(&[("limits.recovered_messages", "3")]).await;
    app.create_room("garden").await;
    let mut ben = app.client(Dress::SocketIo, "ben").await;
    let mut ada = app.client(Dress::SocketIo, "ada").await;
    for client in [&mut ada, &mut ben] {
        client.join("garden").await;
    }
    let away = Away::from(ada).await;
    for body in ["1", "2", "3", "4", "5"] {
        ben.post("garden", body).await;
    }
    let reset = away.again().back(&app).await;
    assert_ne!(reset.pid, away.pid, "it was too much");
    // The connection broke behind the packet that has the new name.
    let away = Away { pid: reset.pid.clone(), ..away };
    reset.disconnect().await;
    let mut ada = away.again().back(&app).await;
    assert_ne!(ada.pid, away.pid, "what was missed is still too much");
    assert_eq!(ada.next_event("reset").await["rooms"][1]["seq"], 5);
}

/// Somebody whose connection is broken, and what they have for coming back.
struct Away {
    token: String,
    pid: Value,
    offset: Value,
}

impl Away {
    async fn from(client: Client) -> Self {
        let (token, pid, offset) =
            (client.token().to_owned(), client.pid.clone(), client.offset.clone());
        client.disconnect().await;
        Self { token, pid, offset }
    }

    fn again(&self) -> Self {
        Self { token: self.token.clone(), pid: self.pid.clone(), offset: self.offset.clone() }
    }

    async fn back(self, app: &TestApp) -> Client {
        let identity = json!({ "token": self.token, "pid": self.pid, "offset": self.offset });
        Client::welcomed(app, Dress::SocketIo, &identity).await
    }
}

async fn write(client: &mut Client, body: &str) -> Value {
    client.post("lobby", body).await["id"].take()
}

async fn edit(client: &mut Client, id: &Value, body: &str) {
    client.done("edit", json!({ "room": "lobby", "id": id, "body": body })).await;
}

async fn delete(client: &mut Client, id: &Value) {
    client.done("delete", json!({ "room": "lobby", "id": id })).await;
}

//! What somebody has not read: the same on all of their devices, and never stuck.

use serde_json::{Value, json};

use crate::support::{Account, Client, Dress, TestApp, in_both_dresses, room_in};

in_both_dresses!(
    what_is_read_on_one_device_is_read_on_the_others,
    who_is_called_by_name_has_a_mention,
    edits_and_deletions_leave_nothing_to_be_read,
    what_was_read_stays_read_over_a_return_and_a_restart,
    a_level_is_the_same_on_all_devices_and_holds,
    who_joins_has_nothing_to_read_of_before,
);

/// Olga and Ben, who is on two devices, in the lobby.
struct Stage {
    app: TestApp,
    olga: Account,
    ben: Account,
    phone: Client,
    desk: Client,
}

impl Stage {
    async fn new(dress: Dress) -> Self {
        let app = TestApp::start().await;
        let mut olga = Account::owner(&app).await;
        let ben = Account::member(&app, &mut olga, "Ben").await;
        let phone = ben.client(&app, dress).await;
        let desk = ben.client(&app, Dress::Plain).await;
        Self { app, olga, ben, phone, desk }
    }

    /// What Olga writes, and that both devices have it.
    async fn hear(&mut self, body: &str) -> String {
        let id = self.olga.post("lobby", body).await;
        for device in [&mut self.phone, &mut self.desk] {
            assert_eq!(device.next_event("message").await["id"], *id);
        }
        id
    }

    /// What there is to read, as each way to ask says it: a new connection, and HTTP.
    async fn assert_unread(&mut self, unread: u64, mentions: u64) {
        let welcomed = self.ben.client(&self.app, self.phone.dress).await;
        let listed = self.ben.http.get("/rooms").await.expect(200)["rooms"][0].clone();
        let joined = self.desk.join("lobby").await["room"].clone();
        let asked = self.phone.done("rooms", json!({})).await["rooms"][0].clone();
        let shown = self.ben.room("lobby").await;
        for room in [room_in(&welcomed.welcome, "lobby"), listed, joined, asked, shown] {
            let counts = (&room["unread"], &room["mentions"]);
            assert_eq!(counts, (&json!(unread), &json!(mentions)), "{room}");
        }
    }
}

async fn read(client: &mut Client, seq: u64) -> Value {
    let mut read = client.done("read", json!({ "room": "lobby", "seq": seq })).await;
    read.as_object_mut().expect("an object").remove("ok");
    read
}

fn has_read(read: u64, unread: u64, mentions: u64) -> Value {
    json!({ "room": "lobby", "read": read, "unread": unread, "mentions": mentions })
}

async fn what_is_read_on_one_device_is_read_on_the_others(dress: Dress) {
    let mut stage = Stage::new(dress).await;
    for body in ["one", "two", "three"] {
        stage.hear(body).await;
    }
    stage.assert_unread(3, 0).await;
    assert_eq!(read(&mut stage.phone, 2).await, has_read(2, 1, 0));
    assert_eq!(stage.desk.next_event("read").await, has_read(2, 1, 0));
    stage.phone.assert_silent().await;
    stage.assert_unread(1, 0).await;
    // It goes forward only, whoever says it and where.
    assert_eq!(read(&mut stage.desk, 1).await, has_read(2, 1, 0));
    assert_eq!(stage.phone.next_event("read").await, has_read(2, 1, 0));
    let back = stage.ben.http.put("/rooms/lobby/read", json!({ "seq": 0 })).await.expect(200);
    assert_eq!(back, has_read(2, 1, 0));
    for device in [&mut stage.phone, &mut stage.desk] {
        assert_eq!(device.next_event("read").await, has_read(2, 1, 0));
    }
    // Nor is more read than there is.
    let over_http = stage.ben.http.put("/rooms/lobby/read", json!({ "seq": 1000 })).await;
    assert_eq!(over_http.expect(200), has_read(3, 0, 0));
    for device in [&mut stage.phone, &mut stage.desk] {
        assert_eq!(device.next_event("read").await, has_read(3, 0, 0));
    }
    stage.hear("four").await;
    stage.assert_unread(1, 0).await;
    // What one writes oneself is read, and somebody else's reading is nobody's business.
    let own = stage.ben.post("lobby", "five").await;
    for device in [&mut stage.phone, &mut stage.desk] {
        assert_eq!(device.next_event("message").await["id"], *own);
    }
    stage.assert_unread(1, 0).await;
    stage.olga.http.put("/rooms/lobby/read", json!({ "seq": 5 })).await.expect(200);
    stage.assert_unread(1, 0).await;
    stage.phone.assert_silent().await;
    stage.desk.assert_silent().await;
}

async fn who_is_called_by_name_has_a_mention(dress: Dress) {
    let mut stage = Stage::new(dress).await;
    let id = json!([stage.ben.id]);
    for (body, mentions) in [
        ("@Ben come here", true),
        ("come here, @BEN!", true),
        ("@ben @Ben @bEn", true),
        ("ben", false),
        ("@Benjamin", false),
        ("mail@ben", false),
        ("@nobody", false),
    ] {
        stage.olga.post("lobby", body).await;
        for device in [&mut stage.phone, &mut stage.desk] {
            let message = device.next_event("message").await;
            assert_eq!(
                message["mentions"],
                if mentions { id.clone() } else { Value::Null },
                "{body}"
            );
        }
    }
    stage.assert_unread(7, 3).await;
    assert_eq!(read(&mut stage.phone, 2).await, has_read(2, 5, 1));
    assert_eq!(stage.desk.next_event("read").await, has_read(2, 5, 1));
    assert_eq!(read(&mut stage.desk, 7).await, has_read(7, 0, 0));
    stage.phone.next_event("read").await;
    // Who calls themselves has nothing to read.
    stage.phone.post("lobby", "@Ben is me").await;
    stage.assert_unread(0, 0).await;
}

async fn edits_and_deletions_leave_nothing_to_be_read(dress: Dress) {
    let mut stage = Stage::new(dress).await;
    let path = |id: &str| format!("/rooms/lobby/messages/{id}");
    let first = stage.hear("@Ben one").await;
    let second = stage.hear("@Ben two").await;
    stage.assert_unread(2, 2).await;
    stage.olga.http.delete(&path(&first)).await.expect(200);
    stage.assert_unread(1, 1).await;
    stage.olga.http.patch(&path(&second), json!({ "body": "@Ben two, edited" })).await.expect(200);
    stage.assert_unread(1, 1).await;
    for device in [&mut stage.phone, &mut stage.desk] {
        device.next_event("deleted").await;
        device.next_event("edited").await;
    }
    // Read to the newest number, which is that of the edit; a later edit is nothing new.
    assert_eq!(read(&mut stage.phone, 4).await, has_read(4, 0, 0));
    stage.desk.next_event("read").await;
    stage.olga.http.patch(&path(&second), json!({ "body": "@Ben again" })).await.expect(200);
    stage.assert_unread(0, 0).await;
    // Read to the last message only, with its deletion behind it.
    let third = stage.olga.post("lobby", "@Ben three").await;
    stage.olga.http.delete(&path(&third)).await.expect(200);
    stage.assert_unread(0, 0).await;
    assert_eq!(read(&mut stage.phone, 6).await, has_read(6, 0, 0));
}

async fn what_was_read_stays_read_over_a_return_and_a_restart(dress: Dress) {
    let mut stage = Stage::new(dress).await;
    stage.hear("@Ben one").await;
    read(&mut stage.phone, 1).await;
    // At once, before it is written down.
    let Stage { app, olga, ben, phone, desk } = stage;
    let (pid, offset) = (phone.pid.clone(), phone.offset.clone());
    phone.disconnect().await;
    desk.disconnect().await;
    for identity in
        [json!({ "token": ben.token, "pid": pid, "offset": offset }), json!({ "token": ben.token })]
    {
        let client = Client::welcomed(&app, dress, &identity).await;
        let room = room_in(&client.welcome, "lobby");
        assert_eq!(
            (&room["read"], &room["unread"], &room["mentions"]),
            (&json!(1), &json!(0), &json!(0))
        );
        client.disconnect().await;
    }
    let mut client = ben.client(&app, dress).await;
    let mut olga = olga;
    olga.post("lobby", "@Ben two").await;
    client.next_event("message").await;
    read(&mut client, 2).await;
    let app = app.restart().await;
    let (mut olga, ben) = (olga.again(&app), ben.again(&app));
    let client = ben.client(&app, dress).await;
    let room = room_in(&client.welcome, "lobby");
    assert_eq!(
        (&room["read"], &room["unread"], &room["mentions"]),
        (&json!(2), &json!(0), &json!(0))
    );

    // What comes while one is away is there, up to a hundred.
    client.disconnect().await;
    for number in 0..120 {
        olga.post("lobby", &format!("@Ben {number}")).await;
    }
    let mut client = ben.client(&app, dress).await;
    let room = room_in(&client.welcome, "lobby");
    assert_eq!((&room["unread"], &room["mentions"]), (&json!(100), &json!(100)));
    assert_eq!(read(&mut client, 122).await, has_read(122, 0, 0));
}

async fn a_level_is_the_same_on_all_devices_and_holds(dress: Dress) {
    let Stage { app, mut ben, mut phone, mut desk, .. } = Stage::new(dress).await;
    for level in ["mentions", "nothing"] {
        let set = phone.done("level", json!({ "room": "lobby", "level": level })).await;
        assert_eq!(set["room"]["level"], level);
        assert_eq!(desk.next_event("room").await["level"], level);
        phone.forget_unread();
        let back = ben.client(&app, dress).await;
        assert_eq!(room_in(&back.welcome, "lobby")["level"], level);
    }
    let refused = phone.refused("level", json!({ "room": "lobby", "level": "loud" })).await;
    assert_eq!(refused, "bad_field");
    let set = ben.http.put("/rooms/lobby/level", json!({ "level": "mentions" })).await.expect(200);
    assert_eq!(set["level"], "mentions");
    let app = app.restart().await;
    let back = ben.client(&app, dress).await;
    assert_eq!(room_in(&back.welcome, "lobby")["level"], "mentions");
}

async fn who_joins_has_nothing_to_read_of_before(dress: Dress) {
    let Stage { app: _app, mut olga, ben, mut phone, .. } = Stage::new(dress).await;
    let room = olga.create("The garden", "open").await;
    for number in 0..5 {
        olga.post(&room, &format!("@Ben {number}")).await;
    }
    let joined = phone.join(&room).await["room"].clone();
    assert_eq!(
        (&joined["read"], &joined["unread"], &joined["mentions"]),
        (&json!(5), &json!(0), &json!(0))
    );
    olga.post(&room, "@Ben now").await;
    assert_eq!(phone.next_event("message").await["body"], "@Ben now");
    let again = phone.join(&room).await["room"].clone();
    assert_eq!((&again["unread"], &again["mentions"]), (&json!(1), &json!(1)));
    // Out and in again, it is read.
    olga.remove(&room, &ben.id).await;
    assert_eq!(phone.next_event("removed").await["code"], "removed");
    let joined = phone.join(&room).await["room"].clone();
    assert_eq!((&joined["unread"], &joined["mentions"]), (&json!(0), &json!(0)));
}

//! Keeping order: what is done to somebody holds at once, on all of their connections.

use serde_json::{Value, json};
use sqlx::Row;

use crate::support::{
    Account, Api, Client, Dress, Incoming, PATIENCE, TestApp, back_in_lobby, in_both_dresses,
    room_in,
};

/// A garden of Olga's, in which Ben is.
async fn garden(kind: &str) -> (TestApp, Account, Account, String) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let ben = Account::member(&app, &mut olga, "Ben").await;
    let room = olga.create("The garden", kind).await;
    olga.invite(&room, &ben.id).await;
    (app, olga, ben, room)
}

// Put out

async fn who_is_removed_hears_nothing_more_on_any_connection(dress: Dress) {
    for (kind, code) in [("open", "not_in_room"), ("closed", "room_unknown")] {
        let (app, mut olga, ben, room) = garden(kind).await;
        let mut tabs = [ben.client(&app, dress).await, ben.client(&app, Dress::Plain).await];
        let own = tabs[0].post(&room, "mine").await["id"].clone();
        let mut moderator = olga.client(&app, dress).await;
        for tab in &mut tabs {
            assert_eq!(tab.next_event("message").await["body"], "mine");
        }
        moderator.done("remove", json!({ "room": room, "user": ben.id })).await;
        moderator.post(&room, "he is gone").await;
        moderator.done("typing", json!({ "room": room, "typing": true })).await;
        moderator.done("update_room", json!({ "room": room, "topic": "he is gone" })).await;
        for tab in &mut tabs {
            let removed = tab.next_event("removed").await;
            assert_eq!(removed, json!({ "room": room, "code": "removed" }));
            tab.assert_silent().await;
            for (command, data) in [
                ("send", json!({ "room": room, "body": "hello" })),
                ("edit", json!({ "room": room, "id": own, "body": "changed" })),
                ("delete", json!({ "room": room, "id": own })),
                ("history", json!({ "room": room })),
                ("typing", json!({ "room": room, "typing": true })),
                ("read", json!({ "room": room, "seq": 1 })),
                ("members", json!({ "room": room })),
                ("report", json!({ "room": room, "id": own })),
                ("level", json!({ "room": room, "level": "all" })),
            ] {
                assert_eq!(tab.refused(command, data).await, code, "{command}");
            }
            let synced = tab.done("sync", json!({ "rooms": { &room: 0 } })).await;
            assert_eq!(synced["rooms"][&room]["error"]["code"], code);
        }
        let mut http = ben.http.clone();
        let path = format!("/rooms/{room}/messages");
        let status = if kind == "open" { 403 } else { 404 };
        http.get(&path).await.problem(status, code);
        http.post(&path, json!({ "body": "hello" })).await.problem(status, code);
        let messages = olga.http.get(&path).await.expect(200)["messages"].clone();
        assert_eq!(messages.as_array().map(Vec::len), Some(2), "{messages}");
    }
}

/// Ada writes as fast as she can; of what is stored after the removal, Ben gets nothing.
async fn nothing_comes_after_a_removal_however_much_is_written(dress: Dress) {
    const COUNT: usize = 300;
    let (app, mut olga, ben, room) = garden("open").await;
    let mut ada = Account::member(&app, &mut olga, "Ada").await;
    ada.join(&room).await;
    let mut writer = ada.client(&app, dress).await;
    let mut tabs = Vec::new();
    for dress in [dress, Dress::Plain, dress] {
        tabs.push(ben.client(&app, dress).await);
    }
    let message = |number: usize| json!({ "room": room, "body": number.to_string() });
    let asked = writer.ask_all("send", (0..COUNT).map(message)).await;
    // Somewhere in the middle.
    assert_eq!(tabs[0].next_event("message").await["seq"], 1);
    olga.remove(&room, &ben.id).await;
    // What is written from here on is behind the answer.
    let later = writer.ask_all("send", (0..COUNT).map(message)).await;
    let first_later = writer.answer(later[0]).await["seq"].as_u64().expect("a seq");
    for ack in asked.into_iter().chain(later.into_iter().skip(1)) {
        assert_eq!(writer.answer(ack).await["ok"], true);
    }
    for (number, tab) in tabs.iter_mut().enumerate() {
        let (before, removed) = tab.events_until("removed").await;
        assert_eq!(removed["code"], "removed");
        let seqs: Vec<_> = before.iter().map(|(_, message)| message["seq"].as_u64()).collect();
        let first = if number == 0 { 2 } else { 1 };
        let expected: Vec<_> = (first..).take(seqs.len()).map(Some).collect();
        assert_eq!(seqs, expected, "without a gap");
        assert!(seqs.last().is_none_or(|last| last.is_some_and(|last| last < first_later)));
        tab.assert_silent().await;
    }
}

async fn who_is_banned_stays_out_until_it_ends(dress: Dress) {
    let (app, mut olga, ben, room) = garden("open").await;
    let mut tabs = [ben.client(&app, dress).await, ben.client(&app, dress).await];
    let mut moderator = olga.client(&app, dress).await;
    let ban = json!({ "room": room, "user": ben.id, "reason": "weeds" });
    moderator.done("ban", ban).await;
    for tab in &mut tabs {
        let removed = tab.next_event("removed").await;
        assert_eq!(removed, json!({ "room": room, "code": "banned" }));
        for command in ["join", "history", "leave"] {
            assert_eq!(tab.refused(command, json!({ "room": room })).await, "banned", "{command}");
        }
        let send = json!({ "room": room, "body": "let me in" });
        assert_eq!(tab.refused("send", send).await, "banned");
    }
    ben.http
        .clone()
        .put(&format!("/rooms/{room}/members/me"), json!({}))
        .await
        .problem(403, "banned");
    let invite = json!({ "room": room, "user": ben.id });
    assert_eq!(moderator.refused("invite", invite.clone()).await, "banned");
    let bans = olga.http.get(&format!("/rooms/{room}/bans")).await.expect(200);
    assert_eq!(bans["bans"][0]["user"]["name"], "Ben");
    assert_eq!(bans["bans"][0]["reason"], "weeds");

    // It holds over a restart.
    let app = app.restart().await;
    let mut tab = ben.client(&app, dress).await;
    let mut moderator = olga.client(&app, dress).await;
    assert_eq!(room_in(&tab.welcome, &room), Value::Null);
    assert_eq!(tab.refused("join", json!({ "room": room })).await, "banned");
    moderator.done("unban", invite).await;
    tab.join(&room).await;

    let ban = json!({ "room": room, "user": ben.id, "for_ms": 1500 });
    moderator.done("ban", ban).await;
    assert_eq!(tab.next_event("removed").await["code"], "banned");
    assert_eq!(tab.refused("join", json!({ "room": room })).await, "banned");
    until(&mut tab, "join", json!({ "room": room })).await;
}

/// Tries until it succeeds.
async fn until(client: &mut Client, command: &str, data: Value) -> Value {
    let tried = async {
        loop {
            let answer = client.call(command, data.clone()).await;
            if answer["ok"] == true {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, tried).await.expect("it ends")
}

in_both_dresses!(
    who_is_removed_hears_nothing_more_on_any_connection,
    nothing_comes_after_a_removal_however_much_is_written,
    who_is_banned_stays_out_until_it_ends,
    who_is_banned_from_the_server_is_gone_at_once,
    a_sign_in_that_ends_takes_its_connections_along,
    a_deleted_room_is_gone_for_everybody,
    slow_mode_says_when_the_next_message_is_welcome,
    a_mute_ends_by_itself,
    nobody_writes_in_an_archived_room,
    only_moderators_write_in_a_read_only_room,
    a_guest_is_put_out_like_anybody,
);

async fn a_guest_is_put_out_like_anybody(dress: Dress) {
    let (app, mut olga, _ben, room) = garden("open").await;
    let mut gus = app.client(dress, "Gus").await;
    let id = gus.user()["id"].as_str().expect("an id").to_owned();
    gus.join(&room).await;
    for room in [room.as_str(), "lobby"] {
        olga.remove(room, &id).await;
        let removed = gus.next_event("removed").await;
        assert_eq!(removed, json!({ "room": room, "code": "removed" }));
        olga.post(room, "he is gone").await;
        gus.assert_silent().await;
    }
    let mut gus = back_in_lobby(&app, gus).await;
    assert_eq!(room_in(&gus.welcome, &room), Value::Null);
    // Out of the lobby for good, and silenced there.
    let mute = json!({ "muted_for": 60_000 });
    let member = format!("/rooms/lobby/members/{id}");
    olga.http.patch(&member, mute).await.expect(200);
    assert!(gus.next_event("room").await["muted_until"].is_i64());
    assert_eq!(gus.refused("send", json!("hello")).await, "muted");
    let mut gus = back_in_lobby(&app, gus).await;
    assert_eq!(gus.refused("send", json!("hello")).await, "muted");
    olga.http.post("/rooms/lobby/bans", json!({ "user": id })).await.expect(201);
    assert_eq!(gus.next_event("removed").await["code"], "banned");
    let token = gus.token().to_owned();
    gus.disconnect().await;
    let mut gus = app.client_again(dress, &token).await;
    assert_eq!(gus.welcome["rooms"], json!([]));
    assert_eq!(gus.refused("join", json!({ "room": "lobby" })).await, "banned");
}

// Kept out of the server

async fn who_is_banned_from_the_server_is_gone_at_once(dress: Dress) {
    let (app, mut olga, mut ben, _room) = garden("open").await;
    let mut tabs = [ben.client(&app, dress).await, ben.client(&app, Dress::Plain).await];
    let ban = json!({ "user": ben.id, "reason": "spam", "for_ms": 1500 });
    olga.http.post("/bans", ban).await.expect(201);
    for tab in &mut tabs {
        assert_eq!(tab.next_bye().await, "banned");
    }
    ben.http.get("/session").await.problem(403, "banned");
    ben.http.post("/rooms/lobby/messages", json!({ "body": "hi" })).await.problem(403, "banned");
    let mut again = Client::open(&app, dress).await;
    again.introduce(&json!({ "token": ben.token })).await;
    assert_eq!(again.next_connect_error().await, "banned");
    // And in again when it is over.
    let over = async { while ben.http.get("/session").await.status != 200 {} };
    tokio::time::timeout(PATIENCE, over).await.expect("it ends");
    ben.client(&app, dress).await;
}

async fn a_sign_in_that_ends_takes_its_connections_along(dress: Dress) {
    let (app, mut olga, mut ben, _room) = garden("open").await;
    let other = Account::sign_in(&app, "Ben").await;
    let identity = json!({ "token": other });
    let mut ending = [
        Client::welcomed(&app, dress, &identity).await,
        Client::welcomed(&app, Dress::Plain, &identity).await,
    ];
    let mut staying = ben.client(&app, dress).await;
    let sign_in = Api::program(&app, &other).get("/session").await.expect(200)["sign_in"].clone();
    let path = format!("/sessions/{}", sign_in.as_str().expect("an id"));
    ben.http.delete(&path).await.expect(204);
    for tab in &mut ending {
        assert_eq!(tab.next_bye().await, "signed_out");
    }
    staying.assert_silent().await;
    Api::program(&app, &other).get("/session").await.problem(401, "not_signed_in");
    let mut back = Client::open(&app, dress).await;
    back.introduce(&identity).await;
    assert_eq!(back.next_connect_error().await, "not_signed_in");

    // By oneself, and by an admin.
    ben.http.delete("/session").await.expect(204);
    assert_eq!(staying.next_bye().await, "signed_out");
    let ben = Account::sign_in(&app, "Ben").await;
    let mut staying = Client::welcomed(&app, dress, &json!({ "token": ben })).await;
    let me = Api::program(&app, &ben).get("/session").await.expect(200);
    let id = me["user"]["id"].as_str().expect("an id");
    olga.http.delete(&format!("/accounts/{id}/sessions")).await.expect(204);
    assert_eq!(staying.next_bye().await, "signed_out");
}

// Rooms

async fn a_deleted_room_is_gone_for_everybody(dress: Dress) {
    let (app, mut olga, ben, room) = garden("open").await;
    let mut tabs = [ben.client(&app, dress).await, ben.client(&app, dress).await];
    tabs[0].fill(&room, 20).await;
    for tab in &mut tabs {
        for seq in 1..=20 {
            assert_eq!(tab.next_event("message").await["seq"], seq);
        }
    }
    let id = olga.post(&room, "@Ben the last one").await;
    for tab in &mut tabs {
        tab.next_event("message").await;
    }
    tabs[0].done("report", json!({ "room": room, "id": id })).await;
    let mut moderator = olga.client(&app, dress).await;
    moderator.done("delete_room", json!({ "room": room })).await;
    for tab in tabs.iter_mut().chain([&mut moderator]) {
        let removed = tab.next_event("removed").await;
        assert_eq!(removed, json!({ "room": room, "code": "deleted" }));
        for command in ["join", "leave", "history", "delete_room"] {
            assert_eq!(tab.refused(command, json!({ "room": room })).await, "room_unknown");
        }
        let send = json!({ "room": room, "body": "anyone?" });
        assert_eq!(tab.refused("send", send).await, "room_unknown");
        tab.assert_silent().await;
    }
    let mut database = app.database().await;
    let erased = async {
        loop {
            let sql = "SELECT (SELECT COUNT(*) FROM messages) + (SELECT COUNT(*) FROM mentions) \
                       + (SELECT COUNT(*) FROM reports) AS count";
            let row = sqlx::query(sql).fetch_one(&mut database).await.expect("a row");
            if row.get::<i64, _>("count") == 0 {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, erased).await.expect("they are erased");
    // The name leads to nothing again, not even to a new room.
    assert_ne!(olga.create("The garden", "open").await, room);
}

async fn slow_mode_says_when_the_next_message_is_welcome(dress: Dress) {
    let (app, mut olga, mut ben, room) = garden("open").await;
    let mut moderator = olga.client(&app, dress).await;
    let mut member = ben.client(&app, dress).await;
    let changed = moderator.done("update_room", json!({ "room": room, "slow_mode": 1 })).await;
    assert_eq!(changed["room"]["slow_mode"], 1);
    assert_eq!(member.next_event("room").await["slow_mode"], 1);
    member.post(&room, "one").await;
    let send = json!({ "room": room, "body": "two" });
    let refused = member.call("send", send.clone()).await;
    assert_eq!(member.code(&refused), "slow_mode");
    let wait = refused["error"]["retry_after_ms"].as_u64().expect("when");
    assert!((1..=1000).contains(&wait), "{wait}");
    // On another way in it is the same pause.
    let path = format!("/rooms/{room}/messages");
    let over_http = ben.http.post(&path, json!({ "body": "two" })).await;
    over_http.problem(429, "slow_mode");
    assert!(over_http.json["retry_after_ms"].as_u64().is_some_and(|wait| wait <= 1000));
    assert_eq!(over_http.header("retry-after"), "1");
    // Moderators need not wait, and what was written can be changed.
    for body in ["a", "b", "c"] {
        moderator.post(&room, body).await;
        olga.post(&room, body).await;
    }
    let since = std::time::Instant::now();
    until(&mut member, "send", send).await;
    assert!(since.elapsed().as_millis() <= u128::from(wait) + 500);
    moderator.done("update_room", json!({ "room": room, "slow_mode": 0 })).await;
    for body in ["three", "four"] {
        member.post(&room, body).await;
    }
}

async fn a_mute_ends_by_itself(dress: Dress) {
    let (app, olga, mut ben, room) = garden("open").await;
    let mut moderator = olga.client(&app, dress).await;
    let mut member = ben.client(&app, dress).await;
    let own = member.post(&room, "mine").await["id"].clone();
    let also_own = member.post(&room, "mine too").await["id"].clone();
    for client in [&mut moderator, &mut member] {
        client.events_until("message").await;
        client.next_event("message").await;
    }
    let mute = json!({ "room": room, "user": ben.id, "for_ms": 1500 });
    let until_when = moderator.done("mute", mute).await["muted_until"].clone();
    let told = member.next_event("room").await;
    assert_eq!(told["muted_until"], until_when);
    assert!(!told["may"].as_array().expect("a list").contains(&json!("post")), "{told}");
    for (command, data) in [
        ("send", json!({ "room": room, "body": "hello" })),
        ("edit", json!({ "room": room, "id": own, "body": "changed" })),
        ("typing", json!({ "room": room, "typing": true })),
    ] {
        assert_eq!(member.refused(command, data).await, "muted", "{command}");
    }
    ben.http
        .post(&format!("/rooms/{room}/messages"), json!({ "body": "hello" }))
        .await
        .problem(403, "muted");
    // They hear what is said, and may take back what they said.
    member.done("delete", json!({ "room": room, "id": also_own })).await;
    assert_eq!(moderator.next_event("deleted").await["id"], also_own);
    moderator.assert_silent().await;
    until(&mut member, "send", json!({ "room": room, "body": "again" })).await;
    let may = ben.room(&room).await["may"].clone();
    assert!(may.as_array().expect("a list").contains(&json!("post")), "{may}");

    let mute = |for_ms| json!({ "room": room, "user": ben.id, "for_ms": for_ms });
    moderator.done("mute", mute(60_000)).await;
    let send = json!({ "room": room, "body": "hello" });
    assert_eq!(member.refused("send", send).await, "muted");
    let ended = moderator.done("mute", mute(0)).await;
    assert_eq!(ended["muted_until"], Value::Null);
    member.post(&room, "again").await;
}

async fn nobody_writes_in_an_archived_room(dress: Dress) {
    let (app, mut olga, ben, room) = garden("open").await;
    let mut member = ben.client(&app, dress).await;
    let own = member.post(&room, "mine").await["id"].clone();
    member.next_event("message").await;
    let path = format!("/rooms/{room}");
    olga.http.patch(&path, json!({ "archived": true })).await.expect(200);
    let told = member.next_event("room").await;
    assert_eq!(told["archived"], true);
    let mut owner = olga.client(&app, dress).await;
    for client in [&mut member, &mut owner] {
        for (command, data) in [
            ("send", json!({ "room": room, "body": "hello" })),
            ("delete", json!({ "room": room, "id": own })),
            ("typing", json!({ "room": room, "typing": true })),
        ] {
            assert_eq!(client.refused(command, data).await, "archived", "{command}");
        }
        let history = client.done("history", json!({ "room": room })).await;
        assert_eq!(history["messages"][0]["body"], "mine");
    }
    olga.http
        .post(&format!("{path}/messages"), json!({ "body": "hi" }))
        .await
        .problem(409, "archived");
    olga.http.patch(&path, json!({ "archived": false })).await.expect(200);
    assert_eq!(member.next_event("room").await["archived"], Value::Null);
    member.post(&room, "again").await;
}

async fn only_moderators_write_in_a_read_only_room(dress: Dress) {
    let (app, mut olga, mut ben, room) = garden("open").await;
    let mut member = ben.client(&app, dress).await;
    let path = format!("/rooms/{room}");
    olga.http.patch(&path, json!({ "kind": "read_only" })).await.expect(200);
    assert_eq!(member.next_event("room").await["kind"], "read_only");
    let send = json!({ "room": room, "body": "hello" });
    assert_eq!(member.refused("send", send).await, "read_only");
    let over_http = ben.http.post(&format!("{path}/messages"), json!({ "body": "hi" })).await;
    over_http.problem(403, "read_only");
    olga.post(&room, "the news").await;
    assert_eq!(member.next_event("message").await["body"], "the news");
    let moderator = format!("{path}/members/{}", ben.id);
    olga.http.patch(&moderator, json!({ "moderator": true })).await.expect(200);
    let told = member.next_event("room").await;
    assert_eq!(told["moderator"], true);
    member.post(&room, "more news").await;
    member.next_event("message").await;
    olga.http.patch(&moderator, json!({ "moderator": false })).await.expect(200);
    assert_eq!(member.next_event("room").await["moderator"], Value::Null);
    let send = json!({ "room": room, "body": "hello" });
    assert_eq!(member.refused("send", send).await, "read_only");
}

// What admins see

#[actix_web::test]
async fn a_report_reaches_the_admins_and_stays_until_it_is_resolved() {
    let (app, mut olga, mut ben, room) = garden("closed").await;
    let mut ada = Account::admin(&app, &mut olga, "Ada").await;
    let id = olga.post(&room, "something rude").await;
    let mut client = ben.client(&app, Dress::Plain).await;
    let report = json!({ "room": room, "id": id, "reason": "  it is rude " });
    client.done("report", report.clone()).await;
    // Once is enough.
    client.done("report", report).await;
    ben.http.get("/reports").await.problem(403, "forbidden");
    // What was reported stays as it was, whatever becomes of the message.
    let path = format!("/rooms/{room}/messages/{id}");
    olga.http.patch(&path, json!({ "body": "something nice" })).await.expect(200);
    let reports = ada.http.get("/reports?state=open").await.expect(200);
    let reports = reports["reports"].as_array().expect("reports").clone();
    assert_eq!(reports.len(), 1, "{reports:?}");
    let report = &reports[0];
    assert_eq!(
        (&report["reason"], &report["by"]["name"], &report["room"], &report["state"]),
        (&json!("it is rude"), &json!("Ben"), &json!(room), &json!("open"))
    );
    assert_eq!(
        (&report["message"]["body"], &report["message"]["user"]["name"]),
        (&json!("something rude"), &json!("Olga"))
    );
    let path = format!("/reports/{}", report["id"].as_str().expect("an id"));
    ben.http.patch(&path, json!({ "state": "resolved" })).await.problem(403, "forbidden");
    let resolved = ada.http.patch(&path, json!({ "state": "resolved" })).await.expect(200);
    assert_eq!(resolved["resolved_by"]["name"], "Ada");
    assert_eq!(olga.http.get("/reports?state=open").await.expect(200)["reports"], json!([]));
    let audit = olga.http.get("/audit").await.expect(200);
    assert_eq!(audit["entries"][0]["action"], "report_resolved");
    assert_eq!(audit["entries"][0]["by"]["name"], "Ada");
}

#[actix_web::test]
async fn the_audit_has_who_did_what_and_nobody_can_change_it() {
    let (app, mut olga, mut ben, room) = garden("open").await;
    let mut ada = Account::admin(&app, &mut olga, "Ada").await;
    let id = ben.post(&room, "rude").await;
    ada.join(&room).await;
    let path = format!("/rooms/{room}");
    let member = format!("{path}/members/{}", ben.id);
    ada.http.patch(&path, json!({ "topic": "flowers" })).await.expect(200);
    ada.http.delete(&format!("{path}/messages/{id}")).await.expect(200);
    ada.http.patch(&member, json!({ "moderator": true })).await.expect(200);
    ada.http.patch(&member, json!({ "moderator": false })).await.expect(200);
    ada.http.patch(&member, json!({ "muted_for": 1000 })).await.expect(200);
    ada.http.patch(&member, json!({ "muted_for": 0 })).await.expect(200);
    ada.http.delete(&member).await.expect(204);
    ada.http.post(&format!("{path}/bans"), json!({ "user": ben.id })).await.expect(201);
    ada.http.delete(&format!("{path}/bans/{}", ben.id)).await.expect(204);
    let ban = ada.http.post("/bans", json!({ "user": ben.id })).await.expect(201);
    ada.http.delete(&format!("/bans/{}", ban["id"].as_str().expect("an id"))).await.expect(204);
    ada.http.delete(&path).await.expect(204);
    // What was refused is not in it.
    ben.http.delete("/rooms/lobby").await.problem(403, "forbidden");

    let audit = olga.http.get("/audit?limit=200").await.expect(200);
    let entries = audit["entries"].as_array().expect("entries");
    let of_ada = entries.iter().filter(|entry| entry["by"]["name"] == "Ada");
    let done: Vec<_> = of_ada
        .map(|entry| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            (text(&entry["action"]), text(&entry["subject"]["name"]), text(&entry["room"]))
        })
        .take(12)
        .collect();
    let expected: Vec<_> = [
        ("room_deleted", "-", room.as_str()),
        ("unbanned", "Ben", "-"),
        ("banned", "Ben", "-"),
        ("room_member_unbanned", "Ben", &room),
        ("room_member_banned", "Ben", &room),
        ("room_member_removed", "Ben", &room),
        ("room_member_unmuted", "Ben", &room),
        ("room_member_muted", "Ben", &room),
        ("room_moderator_unmade", "Ben", &room),
        ("room_moderator_made", "Ben", &room),
        ("message_deleted", "Ben", &room),
        ("room_updated", "-", &room),
    ]
    .map(|(action, subject, room)| (action.to_owned(), subject.to_owned(), room.to_owned()))
    .into();
    assert_eq!(done, expected);
    let made = entries.iter().find(|entry| entry["action"] == "room_created").expect("it is told");
    assert_eq!((&made["by"]["name"], &made["room"]), (&json!("Olga"), &json!(room)));

    // It is there for admins only, and to be read only.
    ben.http.get("/audit").await.problem(403, "forbidden");
    let newest = entries[0]["id"].as_str().expect("an id");
    for path in ["/audit".to_owned(), format!("/audit/{newest}")] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let body = Some(("application/json", "{}".into()));
            let reply = olga.http.send(method.parse().expect("a method"), &path, body).await;
            assert!([404, 405].contains(&reply.status), "{method} {path}: {}", reply.status);
        }
    }
    assert_eq!(olga.http.get("/audit?limit=200").await.expect(200), audit);
    // It goes by pages, without a gap and without a repeat.
    let mut paged = Vec::new();
    let mut before = String::new();
    loop {
        let page = olga.http.get(&format!("/audit?limit=5{before}")).await.expect(200);
        paged.extend(page["entries"].as_array().expect("entries").clone());
        if page["more"] == false {
            break;
        }
        before = format!("&before={}", paged.last().expect("one")["id"].as_str().expect("an id"));
    }
    assert_eq!(&paged, entries);
}

#[actix_web::test]
async fn others_are_told_of_somebody_put_out_as_of_anybody_who_left() {
    let (app, mut olga, ben, room) = garden("open").await;
    let mut owner = olga.client(&app, Dress::Plain).await;
    let client = ben.client(&app, Dress::Plain).await;
    owner.see_people(&room, 2).await;
    olga.remove(&room, &ben.id).await;
    let left = loop {
        match tokio::time::timeout(PATIENCE, owner.next()).await.expect("in time") {
            Incoming::Event { name, data } if name == "left" => break data,
            Incoming::Event { name, .. } if name == "joined" => {}
            other => panic!("left was to come, and not {other:?}"),
        }
    };
    assert_eq!(left, json!({ "room": room, "users": [client.user()], "others": 0, "members": 1 }));
}

//! Rooms that are not for everybody: who may not see them learns nothing of them, whatever they try.

use serde_json::{Value, json};
use stonechat::domain::UserId;

use crate::support::{Account, Api, Client, Dress, TestApp, in_both_dresses, name_of, room_in};

/// A name that no room has ever had, as long as those of hidden rooms of the same beginning.
const NEVER: &str = "the-vault-0123456789abcdef";

/// Somebody who is not in the rooms in question.
struct Outsider {
    wire: Client,
    http: Api,
}

/// A server with two hidden rooms, of Olga and Ben, and with a guest, a member and an admin outside of them.
struct Stage {
    app: TestApp,
    olga: Account,
    ben: Account,
    outsiders: Vec<Outsider>,
    mia: String,
    /// The closed and the direct one, each with the id of a message in it.
    hidden: [(String, String); 2],
}

impl Stage {
    async fn new(dress: Dress) -> Self {
        let app = TestApp::start().await;
        let mut olga = Account::owner(&app).await;
        let ben = Account::member(&app, &mut olga, "Ben").await;
        let mia = Account::member(&app, &mut olga, "Mia").await;
        let ada = Account::admin(&app, &mut olga, "Ada").await;
        let gus = app.client(dress, "Gus").await;
        let http = Api::program(&app, gus.token());
        let mut outsiders = vec![Outsider { wire: gus, http }];
        for account in [&mia, &ada] {
            let wire = account.client(&app, dress).await;
            outsiders.push(Outsider { wire, http: account.http.clone() });
        }
        let vault = olga.create("The vault", "closed").await;
        olga.invite(&vault, &ben.id).await;
        let direct = olga.direct(&[&ben]).await;
        let in_vault = olga.post(&vault, "the gold is here").await;
        let in_direct = olga.post(&direct, "between us").await;
        let hidden = [(vault, in_vault), (direct, in_direct)];
        Self { app, olga, ben, outsiders, mia: mia.id, hidden }
    }
}

/// Every command that names a room.
fn commands(room: &str, message: &str, user: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("send", json!({ "room": room, "body": "hello" })),
        ("edit", json!({ "room": room, "id": message, "body": "mine" })),
        ("edit", json!({ "room": room, "id": message, "body": "mine", "version": 1 })),
        ("delete", json!({ "room": room, "id": message })),
        ("join", json!({ "room": room })),
        ("leave", json!({ "room": room })),
        ("history", json!({ "room": room })),
        ("history", json!({ "room": room, "before": 2 })),
        ("history", json!({ "room": room, "after": 0 })),
        ("history", json!({ "room": room, "around": 1 })),
        ("history", json!({ "room": room, "at": 1 })),
        ("sync", json!({ "rooms": { room: 0 } })),
        ("sync", json!({ "rooms": { room: 1 } })),
        ("typing", json!({ "room": room, "typing": true })),
        ("read", json!({ "room": room, "seq": 1 })),
        ("update_room", json!({ "room": room, "title": "Mine" })),
        ("update_room", json!({ "room": room, "kind": "open" })),
        ("delete_room", json!({ "room": room })),
        ("members", json!({ "room": room })),
        ("invite", json!({ "room": room, "user": user })),
        ("remove", json!({ "room": room, "user": user })),
        ("moderator", json!({ "room": room, "user": user, "moderator": true })),
        ("mute", json!({ "room": room, "user": user, "for_ms": 1000 })),
        ("ban", json!({ "room": room, "user": user })),
        ("unban", json!({ "room": room, "user": user })),
        ("level", json!({ "room": room, "level": "all" })),
        ("report", json!({ "room": room, "id": message })),
    ]
}

/// Every request that names a room.
fn requests(room: &str, message: &str, user: &str) -> Vec<(&'static str, String, Value)> {
    let at = |rest: &str| format!("/rooms/{room}{rest}");
    let message = at(&format!("/messages/{message}"));
    let member = at(&format!("/members/{user}"));
    vec![
        ("GET", at(""), Value::Null),
        ("PATCH", at(""), json!({ "title": "Mine" })),
        ("DELETE", at(""), Value::Null),
        ("GET", at("/members"), Value::Null),
        ("PUT", at("/members/me"), json!({})),
        ("DELETE", at("/members/me"), Value::Null),
        ("PUT", member.clone(), json!({})),
        ("PATCH", member.clone(), json!({ "moderator": true })),
        ("PATCH", member.clone(), json!({ "muted_for": 1000 })),
        ("DELETE", member, Value::Null),
        ("GET", at("/messages"), Value::Null),
        ("GET", at("/messages?around=1"), Value::Null),
        ("GET", at("/messages?at=1"), Value::Null),
        ("POST", at("/messages"), json!({ "body": "hello" })),
        ("PATCH", message.clone(), json!({ "body": "mine" })),
        ("DELETE", message.clone(), Value::Null),
        ("POST", format!("{message}/reports"), json!({})),
        ("PUT", at("/read"), json!({ "seq": 1 })),
        ("PUT", at("/level"), json!({ "level": "all" })),
        ("GET", at("/bans"), Value::Null),
        ("POST", at("/bans"), json!({ "user": user })),
        ("DELETE", at(&format!("/bans/{user}")), Value::Null),
    ]
}

async fn what_one_may_not_see_answers_as_what_never_existed(dress: Dress) {
    let Stage { app: _app, ben, mut outsiders, hidden, .. } = Stage::new(dress).await;
    for Outsider { wire, .. } in &mut outsiders {
        for (room, message) in &hidden {
            let real = commands(room, message, &ben.id);
            let never = commands(NEVER, message, &ben.id);
            for ((command, real), (_, never)) in real.into_iter().zip(never) {
                let what = format!("{command} {real} by {}", wire.name());
                let real = wire.call(command, real).await.to_string().replace(room, "ROOM");
                let never = wire.call(command, never).await.to_string().replace(NEVER, "ROOM");
                assert_eq!(real, never, "{what}");
                assert!(real.contains("room_unknown"), "{what}: {real}");
            }
        }
        wire.assert_silent().await;
    }
}
in_both_dresses!(
    what_one_may_not_see_answers_as_what_never_existed,
    nothing_that_happens_in_a_closed_room_reaches_those_outside,
    who_is_removed_from_a_closed_room_finds_nothing_of_it,
    a_message_of_a_hidden_room_cannot_be_touched_by_way_of_another,
    a_direct_room_is_the_same_for_the_same_people_whoever_asks,
    nothing_about_a_direct_room_can_be_changed,
);

#[actix_web::test]
async fn what_one_may_not_see_answers_over_http_as_what_never_existed() {
    let Stage { app: _app, ben, mut outsiders, hidden, .. } = Stage::new(Dress::Plain).await;
    for Outsider { http, wire } in &mut outsiders {
        for (room, message) in &hidden {
            let real = requests(room, message, &ben.id);
            let never = requests(NEVER, message, &ben.id);
            for ((method, real, body), (_, never, _)) in real.into_iter().zip(never) {
                let what = format!("{method} {real} by {}", wire.name());
                let mut answers = Vec::new();
                for path in [real, never] {
                    let method = method.parse().expect("a method");
                    let body =
                        (!body.is_null()).then(|| ("application/json", body.to_string().into()));
                    let reply = http.send(method, &path, body).await;
                    reply.problem(404, "room_unknown");
                    answers.push((reply.status, reply.bytes));
                }
                assert_eq!(answers[0], answers[1], "{what}");
            }
        }
    }
}

#[actix_web::test]
async fn no_list_and_no_search_has_a_hidden_room() {
    let Stage { app: _app, mut outsiders, hidden, mut olga, .. } = Stage::new(Dress::Plain).await;
    for Outsider { wire, http } in &mut outsiders {
        for query in ["", "vault", "The", "gold", "direct", "Olga", "%", "_", &hidden[0].0] {
            let over_wire = wire.done("rooms", json!({ "query": query })).await;
            let over_http = http.get(&format!("/rooms?query={}", query.replace('%', "%25"))).await;
            let over_http = over_http.expect(200);
            for listed in [&over_wire["rooms"], &over_http["rooms"]] {
                let listed = listed.as_array().expect("rooms");
                assert!(listed.iter().all(|room| room["name"] == "lobby"), "{query}: {listed:?}");
            }
        }
        let listed = wire.done("rooms", json!({ "after": "the", "limit": 1 })).await;
        assert_eq!((&listed["rooms"], &listed["more"]), (&json!([]), &json!(false)));
    }
    // Its members have the closed one in their lists, and the direct one not even they.
    let listed = olga.http.get("/rooms").await.expect(200)["rooms"].clone();
    let names: Vec<_> = listed.as_array().expect("rooms").iter().map(name_of).collect();
    assert_eq!(names, ["lobby", &hidden[0].0]);
}

#[actix_web::test]
async fn a_title_can_be_taken_whether_a_hidden_room_has_it_or_not() {
    let Stage { app: _app, mut olga, mut ben, hidden, .. } = Stage::new(Dress::Plain).await;
    assert_eq!(ben.create("The vault", "open").await, "the-vault");
    let another = olga.create("The vault", "closed").await;
    assert!(another != hidden[0].0 && another.starts_with("the-vault-"), "{another}");
    // What a name tells is only that there is an open room of this title.
    assert_eq!(olga.create("Direct", "open").await, "direct");
}

async fn nothing_that_happens_in_a_closed_room_reaches_those_outside(dress: Dress) {
    let Stage { app, olga, ben, mut outsiders, mia, .. } = Stage::new(dress).await;
    let mut moderator = olga.client(&app, dress).await;
    let mut member = ben.client(&app, dress).await;
    for Outsider { wire, .. } in &mut outsiders {
        wire.see_people("lobby", 5).await;
    }
    let made = json!({ "title": "Quiet", "kind": "closed" });
    let room = name_of(&moderator.done("create_room", made).await["room"]);
    let about = |user: &str| json!({ "room": room, "user": user });
    moderator.done("invite", about(&ben.id)).await;
    let sent = member.post(&room, "@Mia @Ada @Gus must not hear of this").await;
    let id = &sent["id"];
    member.done("edit", json!({ "room": room, "id": id, "body": "@Mia still" })).await;
    member.done("typing", json!({ "room": room, "typing": true })).await;
    member.done("read", json!({ "room": room, "seq": 1 })).await;
    member.done("level", json!({ "room": room, "level": "nothing" })).await;
    member.done("report", json!({ "room": room, "id": id, "reason": "loud" })).await;
    moderator
        .done("update_room", json!({ "room": room, "topic": "nothing", "slow_mode": 1 }))
        .await;
    let mute = json!({ "room": room, "user": ben.id, "for_ms": 60_000 });
    moderator.done("mute", mute).await;
    let appoint = json!({ "room": room, "user": ben.id, "moderator": true });
    moderator.done("moderator", appoint).await;
    moderator.done("delete", json!({ "room": room, "id": id })).await;
    moderator.done("remove", about(&ben.id)).await;
    moderator.done("ban", about(&mia)).await;
    moderator.done("delete_room", json!({ "room": room })).await;
    for Outsider { wire, .. } in &mut outsiders {
        wire.assert_nobody_comes_or_goes().await;
    }
    // Nor is anything left of it for later.
    for Outsider { wire, http } in &mut outsiders {
        let listed = wire.done("rooms", json!({})).await["rooms"].clone();
        assert_eq!(listed[0]["name"], "lobby");
        assert_eq!((&listed[0]["mentions"], &listed[1]), (&json!(0), &Value::Null));
        http.get(&format!("/rooms/{room}")).await.problem(404, "room_unknown");
    }
}

async fn who_is_removed_from_a_closed_room_finds_nothing_of_it(dress: Dress) {
    let Stage { app, mut olga, ben, hidden, .. } = Stage::new(dress).await;
    let (vault, message) = &hidden[0];
    let mut client = ben.client(&app, dress).await;
    assert_eq!(room_in(&client.welcome, vault)["joined"], true);
    olga.remove(vault, &ben.id).await;
    let removed = client.next_event("removed").await;
    assert_eq!(removed, json!({ "room": vault, "code": "removed" }));
    let real = commands(vault, message, &olga.id);
    for ((command, real), (_, never)) in real.into_iter().zip(commands(NEVER, message, &olga.id)) {
        let real = client.call(command, real).await.to_string().replace(vault, "ROOM");
        let never = client.call(command, never).await.to_string().replace(NEVER, "ROOM");
        assert_eq!(real, never, "{command}");
    }
    olga.post(vault, "he is gone").await;
    client.assert_silent().await;
    let client = ben.client(&app, dress).await;
    assert_eq!(room_in(&client.welcome, vault), Value::Null);
}

#[actix_web::test]
async fn who_was_removed_while_away_recovers_everything_else() {
    let Stage { app, mut olga, mut ben, hidden, .. } = Stage::new(Dress::SocketIo).await;
    let (vault, _) = &hidden[0];
    let mut client = ben.client(&app, Dress::SocketIo).await;
    olga.post(vault, "before").await;
    client.next_event("message").await;
    let mut back = json!({ "token": ben.token, "pid": client.pid, "offset": client.offset });
    client.disconnect().await;

    olga.post(vault, "while he was a member").await;
    olga.remove(vault, &ben.id).await;
    olga.post(vault, "behind his back").await;
    olga.post("lobby", "for all").await;
    let mut client = Client::welcomed(&app, Dress::SocketIo, &back).await;
    assert_eq!(client.pid, back["pid"], "the connection is recovered");
    assert_eq!(room_in(&client.welcome, vault), Value::Null);
    assert_eq!(client.next_event("message").await["body"], "for all");
    client.assert_silent().await;

    // Let in again, he gets what comes from then on.
    back["offset"] = client.offset.clone();
    client.disconnect().await;
    olga.post(vault, "still behind his back").await;
    olga.invite(vault, &ben.id).await;
    olga.post(vault, "welcome back").await;
    let mut client = Client::welcomed(&app, Dress::SocketIo, &back).await;
    assert_eq!(client.next_event("message").await["body"], "welcome back");
    client.assert_silent().await;
    assert_eq!(ben.room(vault).await["unread"], 1);
}

async fn a_message_of_a_hidden_room_cannot_be_touched_by_way_of_another(dress: Dress) {
    let Stage { app: _app, mut outsiders, hidden, mut olga, .. } = Stage::new(dress).await;
    for Outsider { wire, http } in &mut outsiders {
        for (room, message) in &hidden {
            let never = UserId::random().to_string();
            for (command, rest) in
                [("edit", json!({ "body": "mine" })), ("delete", json!({})), ("report", json!({}))]
            {
                let mut answers = Vec::new();
                for id in [message, &never] {
                    let mut data = rest.clone();
                    data["room"] = json!("lobby");
                    data["id"] = json!(id);
                    let answer = wire.call(command, data).await;
                    assert_eq!(wire.code(&answer), "message_unknown", "{command}");
                    answers.push(answer);
                }
                assert_eq!(answers[0], answers[1]);
            }
            let path = format!("/rooms/lobby/messages/{message}");
            http.delete(&path).await.problem(404, "message_unknown");
            http.patch(&path, json!({ "body": "mine" })).await.problem(404, "message_unknown");
            let kept = olga.http.get(&format!("/rooms/{room}/messages")).await.expect(200);
            assert_eq!(kept["messages"][0]["id"], *message);
            assert_eq!(kept["messages"][0]["changed"], Value::Null);
        }
    }
    let reports = olga.http.get("/reports").await.expect(200);
    assert_eq!(reports["reports"], json!([]));
}

async fn a_direct_room_is_the_same_for_the_same_people_whoever_asks(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let mut ben = Account::member(&app, &mut olga, "Ben").await;
    let mut mia = Account::member(&app, &mut olga, "Mia").await;
    let mut on_phone = ben.client(&app, dress).await;
    let mut outside = mia.client(&app, dress).await;
    let room = olga.direct(&[&ben]).await;
    // The other side has it at once.
    let told = on_phone.next_event("room").await;
    assert_eq!((&told["name"], &told["kind"]), (&json!(room), &json!("direct")));
    assert_eq!(told["may"], json!(["join", "read", "post", "report"]));
    let people: Vec<_> =
        told["people"].as_array().expect("people").iter().map(|it| &it["id"]).collect();
    assert!(people.len() == 2 && people.contains(&&json!(olga.id)), "{people:?}");
    olga.post(&room, "psst").await;
    assert_eq!(on_phone.next_event("message").await["room"], json!(room));

    for people in [json!([olga.id]), json!([ben.id, olga.id]), json!([olga.id, olga.id])] {
        let found = on_phone.done("direct", json!({ "people": people })).await;
        assert_eq!(name_of(&found["room"]), room, "{people}");
    }
    assert_eq!(ben.direct(&[&olga]).await, room);
    // With somebody else it is another one, whatever the order.
    let other = mia.direct(&[&ben]).await;
    let three = mia.direct(&[&ben, &olga]).await;
    assert_eq!(three, ben.direct(&[&olga, &mia]).await);
    assert_eq!(three, olga.direct(&[&mia, &ben]).await);
    assert!(room != other && room != three && other != three);
    assert_eq!(outside.next_event("room").await["name"], json!(other));
    assert_eq!(outside.next_event("room").await["name"], json!(three));
    outside.assert_silent().await;
    mia.http.get(&format!("/rooms/{room}")).await.problem(404, "room_unknown");

    let app = app.restart().await;
    let mut olga = olga.again(&app);
    assert_eq!(olga.direct(&[&ben]).await, room);
    let back = mia.client(&app, dress).await;
    assert_eq!(room_in(&back.welcome, &room), Value::Null);
    assert_eq!(room_in(&back.welcome, &three)["people"].as_array().map(Vec::len), Some(3));
}

async fn nothing_about_a_direct_room_can_be_changed(dress: Dress) {
    let Stage { app, mut olga, ben, mia, hidden, .. } = Stage::new(dress).await;
    let (room, _) = &hidden[1];
    let mut wire = olga.client(&app, dress).await;
    for (command, data) in [
        ("leave", json!({ "room": room })),
        ("update_room", json!({ "room": room, "title": "Ours" })),
        ("update_room", json!({ "room": room, "kind": "open" })),
        ("update_room", json!({ "room": room, "archived": true })),
        ("delete_room", json!({ "room": room })),
        ("invite", json!({ "room": room, "user": mia })),
        ("remove", json!({ "room": room, "user": ben.id })),
        ("mute", json!({ "room": room, "user": ben.id, "for_ms": 1000 })),
        ("ban", json!({ "room": room, "user": ben.id })),
        ("moderator", json!({ "room": room, "user": ben.id, "moderator": true })),
    ] {
        assert_eq!(wire.refused(command, data.clone()).await, "forbidden", "{command} {data}");
    }
    let path = format!("/rooms/{room}");
    olga.http.delete(&path).await.problem(403, "forbidden");
    olga.http.delete(&format!("{path}/members/me")).await.problem(403, "forbidden");
    olga.http.put(&format!("{path}/members/{mia}"), json!({})).await.problem(403, "forbidden");
    let room = olga.room(room).await;
    assert_eq!((&room["kind"], &room["title"]), (&json!("direct"), &json!("")));
    assert_eq!(room["people"].as_array().map(Vec::len), Some(2));
}

#[actix_web::test]
async fn a_direct_room_is_of_accounts_and_of_two_to_ten() {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let mut gus = app.client(Dress::Plain, "Gus").await;
    let guest = gus.user()["id"].clone();
    assert_eq!(gus.refused("direct", json!({ "people": [olga.id] })).await, "forbidden");
    for (people, status, code) in [
        (json!([guest]), 404, "person_unknown"),
        (json!([UserId::random().to_string()]), 404, "person_unknown"),
        (json!([]), 422, "bad_field"),
        (json!([olga.id]), 422, "bad_field"),
        (json!(vec![UserId::random().to_string(); 1]), 404, "person_unknown"),
        (
            json!((0..10).map(|_| UserId::random().to_string()).collect::<Vec<_>>()),
            422,
            "bad_field",
        ),
        (json!("everybody"), 422, "bad_field"),
    ] {
        let refused = olga.http.post("/direct", json!({ "people": people })).await;
        refused.problem(status, code);
    }
}

//! To be somewhere is of the person, not of the connection; and what somebody is holds at once everywhere.

use std::iter::repeat_n;

use serde_json::{Value, json};

use crate::support::{
    Account, Api, Client, Dress, PASSWORD, Served, TestApp, back_in_lobby, in_both_dresses,
    name_of, room_in,
};

in_both_dresses!(
    who_joins_on_one_device_is_in_the_room_on_the_others,
    memberships_hold_over_a_return_and_a_restart,
    an_account_that_left_the_lobby_stays_out_and_a_guest_is_back,
    a_guest_who_makes_an_account_keeps_rooms_and_authorship,
    a_new_role_holds_at_once_on_live_connections,
    a_new_moderator_is_one_at_once_on_live_connections,
    a_new_name_is_told_to_everybody,
    a_guest_cannot_be_taken_for_an_account,
    a_guest_whose_name_becomes_an_accounts_has_to_go,
    one_is_in_so_many_rooms_and_no_more,
    hostile_values_are_refused,
    the_cookie_of_a_page_of_this_server_is_the_account,
    guests_go_when_they_are_not_wanted_any_more,
);

// Rooms

async fn who_joins_on_one_device_is_in_the_room_on_the_others(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let mut ben = Account::member(&app, &mut olga, "Ben").await;
    let room = olga.create("The garden", "open").await;
    let mut phone = ben.client(&app, dress).await;
    let mut desk = ben.client(&app, Dress::Plain).await;
    phone.join(&room).await;
    let told = desk.next_event("room").await;
    assert_eq!((&told["name"], &told["joined"]), (&json!(room), &json!(true)));
    assert_eq!(told["title"], "The garden");
    phone.assert_silent().await;
    olga.post(&room, "hello").await;
    for device in [&mut phone, &mut desk] {
        assert_eq!(device.next_event("message").await["body"], "hello");
    }
    desk.post(&room, "hello too").await;
    for device in [&mut phone, &mut desk] {
        assert_eq!(device.next_event("message").await["body"], "hello too");
    }
    desk.leave(&room).await;
    assert_eq!(phone.next_event("removed").await, json!({ "room": room, "code": "left" }));
    olga.post(&room, "he is gone").await;
    for device in [&mut phone, &mut desk] {
        device.assert_silent().await;
    }
    // The same from a program, of which every connection is another device.
    ben.join(&room).await;
    for device in [&mut phone, &mut desk] {
        assert_eq!(device.next_event("room").await["name"], room);
    }
    ben.http.delete(&format!("/rooms/{room}/members/me")).await.expect(204);
    for device in [&mut phone, &mut desk] {
        assert_eq!(device.next_event("removed").await["code"], "left");
    }
    // A room of one's own, and one that one is invited into.
    let made = json!({ "title": "Shed", "kind": "closed" });
    let shed = name_of(&phone.done("create_room", made).await["room"]);
    assert_eq!(desk.next_event("room").await["moderator"], true);
    phone.assert_silent().await;
    phone.done("invite", json!({ "room": shed, "user": olga.id })).await;
    assert_eq!(olga.room(&shed).await["joined"], true);
}

async fn memberships_hold_over_a_return_and_a_restart(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let ben = Account::member(&app, &mut olga, "Ben").await;
    let [open, closed] = [olga.create("Open", "open").await, olga.create("Closed", "closed").await];
    olga.invite(&closed, &ben.id).await;
    let mut gus = app.client(dress, "Gus").await;
    let mut client = ben.client(&app, dress).await;
    client.join(&open).await;
    gus.join(&open).await;
    let rooms = |client: &Client| -> Vec<String> {
        let rooms = client.welcome["rooms"].as_array().expect("rooms");
        let mut names: Vec<_> = rooms.iter().map(name_of).collect();
        names.sort();
        names
    };
    client.disconnect().await;
    let guest = gus.token().to_owned();
    gus.disconnect().await;
    let client = ben.client(&app, dress).await;
    assert_eq!(rooms(&client), [closed.as_str(), "lobby", &open]);
    let gus = app.client_again(dress, &guest).await;
    assert_eq!(rooms(&gus), ["lobby", &open]);

    let app = app.restart().await;
    let (mut olga, ben) = (olga.again(&app), ben.again(&app));
    let mut client = ben.client(&app, dress).await;
    let mut gus = app.client_again(dress, &guest).await;
    assert_eq!(rooms(&client), [closed.as_str(), "lobby", &open]);
    assert_eq!(rooms(&gus), ["lobby", &open]);
    olga.post(&closed, "still here?").await;
    assert_eq!(client.next_event("message").await["room"], closed);
    olga.post(&open, "and here?").await;
    for client in [&mut client, &mut gus] {
        assert_eq!(client.next_event("message").await["room"], open);
        client.assert_silent().await;
    }
}

async fn an_account_that_left_the_lobby_stays_out_and_a_guest_is_back(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let ben = Account::member(&app, &mut olga, "Ben").await;
    let mut client = ben.client(&app, dress).await;
    let mut gus = app.client(dress, "Gus").await;
    client.leave("lobby").await;
    gus.leave("lobby").await;
    olga.post("lobby", "to those who stayed").await;
    client.assert_silent().await;
    gus.assert_silent().await;
    client.disconnect().await;
    back_in_lobby(&app, gus).await;
    let client = ben.client(&app, dress).await;
    assert_eq!(client.welcome["rooms"], json!([]));
    let app = app.restart().await;
    let mut client = ben.client(&app, dress).await;
    assert_eq!(client.welcome["rooms"], json!([]));
    client.join("lobby").await;
    assert_eq!(room_in(&ben.client(&app, dress).await.welcome, "lobby")["joined"], true);
}

// Who somebody is

async fn a_guest_who_makes_an_account_keeps_rooms_and_authorship(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let room = olga.create("The garden", "open").await;
    let mut gus = app.client(dress, "Gus").await;
    gus.join(&room).await;
    let written = gus.post(&room, "as a guest").await["id"].clone();
    gus.next_event("message").await;
    let (id, token) = (gus.user()["id"].clone(), gus.token().to_owned());
    let invite = olga.http.invite(json!({})).await;
    let mut page = Api::page(&app);
    let body =
        json!({ "name": "Gustav", "password": PASSWORD, "invite": invite, "guest_token": token });
    let me = page.post("/accounts", body).await.expect(201);
    assert_eq!(me["user"]["id"], id);
    // The guest is no more, on no connection.
    assert_eq!(gus.next_bye().await, "name_taken");
    let mut again = Client::open(&app, dress).await;
    again.introduce(&json!({ "token": token })).await;
    assert_eq!(again.next_connect_error().await, "token_invalid");
    Api::program(&app, &token).get("/session").await.problem(422, "token_invalid");

    let token = Account::sign_in(&app, "Gustav").await;
    let mut account = Client::welcomed(&app, dress, &json!({ "token": token })).await;
    assert_eq!((&account.user()["id"], &account.welcome["user"]["role"]), (&id, &json!("member")));
    assert_eq!(account.welcome["token"], Value::Null);
    for room in ["lobby", &room] {
        assert_eq!(room_in(&account.welcome, room)["joined"], true, "{room}");
    }
    account.done("edit", json!({ "room": room, "id": written, "body": "as myself" })).await;
    let edited = account.next_event("edited").await;
    assert_eq!((&edited["user"]["id"], &edited["body"]), (&id, &json!("as myself")));
}

async fn a_new_role_holds_at_once_on_live_connections(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let ben = Account::member(&app, &mut olga, "Ben").await;
    let room = olga.create("The garden", "open").await;
    olga.invite(&room, &ben.id).await;
    let said: Vec<_> = [olga.post(&room, "one").await, olga.post(&room, "two").await].into();
    let mut tabs = [ben.client(&app, dress).await, ben.client(&app, Dress::Plain).await];
    let has = |list: &Value, what: &str| list.as_array().expect("a list").contains(&json!(what));
    let delete = |id: &str| json!({ "room": room, "id": id });
    assert_eq!(tabs[0].refused("delete", delete(&said[0])).await, "not_author");
    ben.http.clone().get("/audit").await.problem(403, "forbidden");

    for (role, powerful) in [("admin", true), ("member", false)] {
        olga.promote(&ben, role).await;
        for tab in &mut tabs {
            let me = tab.next_event("me").await;
            assert_eq!(me["user"]["role"], role);
            assert_eq!(has(&me["may"], "audit"), powerful, "{me}");
            let mut told = Vec::new();
            for _ in 0..2 {
                let room = tab.next_event("room").await;
                assert_eq!(has(&room["may"], "moderate"), powerful, "{room}");
                told.push(name_of(&room));
            }
            told.sort();
            assert_eq!(told, ["lobby", &room]);
            tab.assert_silent().await;
        }
        let status = ben.http.clone().get("/audit").await.status;
        assert_eq!(status, if powerful { 200 } else { 403 });
        if powerful {
            tabs[0].done("delete", delete(&said[0])).await;
            for tab in &mut tabs {
                tab.next_event("deleted").await;
            }
        } else {
            assert_eq!(tabs[0].refused("delete", delete(&said[1])).await, "not_author");
            let mute = json!({ "room": room, "user": olga.id, "for_ms": 1000 });
            assert_eq!(tabs[0].refused("mute", mute).await, "forbidden");
        }
    }
}

async fn a_new_moderator_is_one_at_once_on_live_connections(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let mut ben = Account::member(&app, &mut olga, "Ben").await;
    let mut mia = Account::member(&app, &mut olga, "Mia").await;
    let room = olga.create("The garden", "open").await;
    for account in [&mut ben, &mut mia] {
        account.join(&room).await;
    }
    let mut client = ben.client(&app, dress).await;
    let remove = json!({ "room": room, "user": mia.id });
    assert_eq!(client.refused("remove", remove.clone()).await, "forbidden");
    let appoint = |moderator: bool| json!({ "room": room, "user": ben.id, "moderator": moderator });
    let mut owner = olga.client(&app, dress).await;
    owner.done("moderator", appoint(true)).await;
    let told = client.next_event("room").await;
    assert_eq!(told["moderator"], true);
    client.done("remove", remove.clone()).await;
    // To those above oneself nothing can be done.
    let olga_is_out = json!({ "room": room, "user": olga.id });
    assert_eq!(client.refused("remove", olga_is_out).await, "forbidden");
    assert_eq!(
        client.refused("remove", json!({ "room": "lobby", "user": mia.id })).await,
        "forbidden"
    );
    owner.done("moderator", appoint(false)).await;
    assert_eq!(client.next_event("room").await["moderator"], Value::Null);
    mia.join(&room).await;
    assert_eq!(client.refused("remove", remove).await, "forbidden");
    // Who is in the room is no secret, and who may what is in it.
    let members = client.done("members", json!({ "room": room })).await;
    assert_eq!((&members["total"], &members["more"]), (&json!(3), &json!(false)));
    let moderators = members["members"].as_array().expect("members").iter();
    let moderators: Vec<_> = moderators.filter(|it| it["moderator"] == true).collect();
    assert_eq!(moderators.len(), 1);
    assert_eq!(moderators[0]["user"]["name"], "Olga");
}

async fn a_new_name_is_told_to_everybody(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let mut ben = Account::member(&app, &mut olga, "Ben").await;
    let mut own = ben.client(&app, dress).await;
    let mut other = olga.client(&app, dress).await;
    other.see_people("lobby", 2).await;
    ben.http.patch("/me", json!({ "name": "Benno" })).await.expect(200);
    let me = own.next_event("me").await;
    assert_eq!((&me["user"]["name"], &me["user"]["id"]), (&json!("Benno"), &json!(ben.id)));
    own.post("lobby", "it is me").await;
    assert_eq!(other.next_event("message").await["user"]["name"], "Benno");
    let here = other.join("lobby").await["members"].clone();
    assert!(here.as_array().expect("people").iter().any(|it| it["name"] == "Benno"), "{here}");
    // Both names are nobody else's: the new one is taken, and the old one is free.
    let mut guest = Client::open(&app, dress).await;
    guest.introduce(&json!({ "name": "benno" })).await;
    assert_eq!(guest.next_connect_error().await, "name_taken");
    guest.introduce(&json!({ "name": "Ben" })).await;
    assert_eq!(guest.next_welcome().await["user"]["name"], "Ben");
}

async fn a_guest_cannot_be_taken_for_an_account(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    Account::member(&app, &mut olga, "Ada Lovelace").await;
    Account::member(&app, &mut olga, "Gus 2").await;
    let mut guest = Client::open(&app, dress).await;
    for name in [
        "Olga",
        "OLGA",
        "0lga",
        "Ada  Lovelace",
        "adalovelace",
        "\u{410}d\u{430} Lovelace",
        "Ada Love1ace",
    ] {
        guest.introduce(&json!({ "name": name })).await;
        assert_eq!(guest.next_connect_error().await, "name_taken", "{name}");
    }
    guest.introduce(&json!({ "name": "Ada" })).await;
    assert_eq!(guest.next_welcome().await["user"]["name"], "Ada");
    // Nor by the number behind a name that two guests want.
    assert_eq!(app.client(dress, "Gus").await.name(), "Gus");
    let first = app.client(dress, "Gus").await;
    let second = app.client(dress, "Gus").await;
    assert!(
        first.name() != "Gus 2" && second.name() != "Gus 2",
        "{} {}",
        first.name(),
        second.name()
    );
    // And not by coming back under another name.
    let mut back = Client::open(&app, dress).await;
    back.introduce(&json!({ "token": guest.token(), "name": "olga" })).await;
    assert_eq!(back.next_connect_error().await, "name_taken");
}

async fn a_guest_whose_name_becomes_an_accounts_has_to_go(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let mut looks_alike = app.client(dress, "MIA").await;
    let mut other = app.client(dress, "Gus").await;
    let mia = Account::member(&app, &mut olga, "Mia").await;
    assert_eq!(looks_alike.next_bye().await, "name_taken");
    other.assert_silent().await;
    let mut back = Client::open(&app, dress).await;
    back.introduce(&json!({ "token": looks_alike.token() })).await;
    assert_eq!(back.next_connect_error().await, "name_taken");
    // With another name they are who they were.
    back.introduce(&json!({ "token": looks_alike.token(), "name": "Max" })).await;
    assert_eq!(back.next_welcome().await["user"]["id"], looks_alike.user()["id"]);
    assert_eq!(mia.client(&app, dress).await.name(), "Mia");
    // The same when an account is renamed.
    olga.http.patch("/me", json!({ "name": "Gus" })).await.expect(200);
    assert_eq!(other.next_bye().await, "name_taken");
}

async fn guests_go_when_they_are_not_wanted_any_more(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let mut gus = app.client(dress, "Gus").await;
    let mut owner = olga.client(&app, dress).await;
    olga.http.patch("/settings", json!({ "guests": false })).await.expect(200);
    assert_eq!(gus.next_bye().await, "guests_off");
    owner.assert_silent().await;
    let mut again = Client::open(&app, dress).await;
    again.introduce(&json!({ "token": gus.token() })).await;
    assert_eq!(again.next_connect_error().await, "guests_off");
    Api::program(&app, gus.token()).get("/rooms").await.problem(403, "guests_off");
}

// Limits

async fn one_is_in_so_many_rooms_and_no_more(dress: Dress) {
    let app = TestApp::start_with(&[("limits.rooms_per_session", "3")]).await;
    let mut olga = Account::owner(&app).await;
    let mut ben = Account::member(&app, &mut olga, "Ben").await;
    let [one, two] = [olga.create("One", "open").await, olga.create("Two", "open").await];
    let full = olga.http.post("/rooms", json!({ "title": "Three", "kind": "open" })).await;
    full.problem(409, "too_many_rooms");
    let mut client = ben.client(&app, dress).await;
    client.join(&one).await;
    client.join(&two).await;
    client.join(&two).await;
    let made = json!({ "title": "Three", "kind": "open" });
    assert_eq!(client.refused("create_room", made.clone()).await, "too_many_rooms");
    // Direct rooms count apart: nobody can leave them, nor be filled up with them by others.
    client.done("direct", json!({ "people": [olga.id] })).await;
    client.leave(&one).await;
    let three = name_of(&client.done("create_room", made).await["room"]);
    let invite = format!("/rooms/{three}/members/{}", olga.id);
    ben.http.put(&invite, json!({})).await.problem(409, "too_many_rooms");
    // What was refused has made nothing.
    let listed = client.done("rooms", json!({})).await;
    assert_eq!(listed["rooms"].as_array().map(Vec::len), Some(4), "{listed}");
    olga.http.delete("/rooms/lobby/members/me").await.expect(204);
    ben.http.put(&invite, json!({})).await.expect(200);
    let mut gus = app.client(dress, "Gus").await;
    gus.join(&one).await;
    gus.join(&two).await;
    assert_eq!(gus.refused("join", json!({ "room": three })).await, "too_many_rooms");
}

async fn hostile_values_are_refused(dress: Dress) {
    let app = TestApp::start().await;
    let mut olga = Account::owner(&app).await;
    let ben = Account::member(&app, &mut olga, "Ben").await;
    let room = olga.create("The garden", "open").await;
    olga.invite(&room, &ben.id).await;
    let id = olga.post(&room, "hello").await;
    let mut client = olga.client(&app, dress).await;
    let long = |chars: usize| repeat_n("ä", chars).collect::<String>();
    let with = |mut data: Value, field: &str, value: &Value| {
        data[field] = value.clone();
        data
    };
    let texts = |most: usize| {
        vec![
            json!(long(most + 1)),
            json!("a\u{0}b"),
            json!(7),
            json!(null),
            json!(["a"]),
            json!({}),
        ]
    };
    let times = vec![
        json!(-1),
        json!(10_i64.pow(15)),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1.5),
        json!("1"),
        json!(true),
    ];
    let create = json!({ "title": "Shed", "kind": "open" });
    let update = json!({ "room": room });
    let about = json!({ "room": room, "user": ben.id });
    let mute = json!({ "room": room, "user": ben.id, "for_ms": 1000 });
    let report = json!({ "room": room, "id": id });
    let hidden = ["a\u{202e}b", "a\nb", "a\u{200b}b", "\u{1b}[31m"].map(Value::from);
    let mut titles = texts(64);
    titles.extend(["", "  "].map(Value::from).into_iter().chain(hidden.clone()));
    let mut topics = texts(500);
    topics.extend(hidden);
    let ids = [json!("me"), json!(""), json!(7), json!(null), json!("' OR 1=1 --")];
    let names = ["", "The garden", "../lobby", "lobby\u{0}", "LOBBY", "room%00"].map(Value::from);
    let kinds = ["direct", "OPEN", "", "secret"].map(Value::from);
    let paces = vec![json!(-1), json!(3601), json!(1.5), json!("1"), json!(null), json!(u64::MAX)];
    let flags = vec![json!("true"), json!(1), json!([])];
    for (command, data, field, values) in [
        ("create_room", &create, "title", titles.clone()),
        ("create_room", &create, "topic", topics.clone()),
        ("create_room", &create, "kind", kinds.to_vec()),
        ("update_room", &update, "title", titles),
        ("update_room", &update, "topic", topics),
        ("update_room", &update, "kind", kinds.to_vec()),
        ("update_room", &update, "slow_mode", paces),
        ("update_room", &update, "archived", flags.clone()),
        ("mute", &mute, "for_ms", times.clone()),
        ("ban", &about, "for_ms", times),
        ("ban", &about, "reason", texts(500)),
        ("report", &report, "reason", texts(500)),
        ("moderator", &about, "moderator", flags),
        ("invite", &about, "user", ids.to_vec()),
        ("remove", &about, "user", ids.to_vec()),
        ("unban", &about, "room", names.to_vec()),
        ("join", &update, "room", names.to_vec()),
        ("members", &update, "after", vec![json!("x"), json!(1)]),
        ("members", &update, "limit", vec![json!(-1), json!("x")]),
        ("rooms", &json!({}), "limit", vec![json!(-1), json!("x")]),
        ("rooms", &json!({}), "query", vec![json!(1), json!(["a"])]),
        ("read", &update, "seq", vec![json!(-1), json!(1.5), json!("1"), json!(null)]),
        ("level", &update, "level", ["", "ALL", "none"].map(Value::from).to_vec()),
        ("direct", &json!({}), "people", vec![json!("x"), json!(["x"]), json!([1]), json!(null)]),
    ] {
        for value in values {
            let data = with(data.clone(), field, &value);
            let code = client.refused(command, data.clone()).await;
            assert_eq!(code, "bad_field", "{command} {data}");
        }
    }
    // At the edge all is well.
    let edge = json!({ "room": room, "title": long(64), "topic": long(500), "slow_mode": 3600 });
    let updated = client.done("update_room", edge).await["room"].clone();
    assert_eq!((&updated["title"], &updated["topic"]), (&json!(long(64)), &json!(long(500))));
    client.done("report", with(report, "reason", &json!(long(500)))).await;
    let big = client.done("read", json!({ "room": room, "seq": i64::MAX })).await;
    assert_eq!(big["read"], 1);
    for query in ["%", "_", "\\", "' OR 1=1 --", "\u{0}", &long(1000)] {
        let found = client.done("rooms", json!({ "query": query })).await;
        assert_eq!(found["rooms"], json!([]), "{query}");
    }
    // What is a name of no room over HTTP leads to none.
    for path in
        ["/rooms/The%20garden", "/rooms/%00", "/rooms/..%2flobby", "/rooms/%ff", "/rooms/LOBBY"]
    {
        let reply = olga.http.get(path).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.json);
    }
}

// The cookie

async fn the_cookie_of_a_page_of_this_server_is_the_account(dress: Dress) {
    let app = TestApp::start_with(&[("access.origins[0]", "https://friend.example")]).await;
    let mut olga = Account::owner(&app).await;
    let page = Api::member(&app, &mut olga.http, "Ben").await;
    let cookie = format!("stonechat_session={}", page.cookies["stonechat_session"]);
    let own = format!("http://{}", app.address());
    let nobody = json!({});

    let headers = [("cookie", cookie.as_str()), ("origin", &own)];
    let mut tab = Client::browser(&app, dress, &headers).await.expect("a connection");
    tab.introduce(&nobody).await;
    let welcome = tab.next_welcome().await;
    assert_eq!((&welcome["user"]["name"], &welcome["token"]), (&json!("Ben"), &Value::Null));
    // Who says who they are is that one.
    let mut other = Client::browser(&app, dress, &headers).await.expect("a connection");
    other.introduce(&json!({ "name": "Gus" })).await;
    assert_eq!(other.next_welcome().await["user"]["role"], "guest");
    let mut other = Client::browser(&app, dress, &headers).await.expect("a connection");
    other.introduce(&json!({ "token": olga.token })).await;
    assert_eq!(other.next_welcome().await["user"]["name"], "Olga");

    // A page of another site may connect if it is allowed to, but not as the account.
    let friend = [("cookie", cookie.as_str()), ("origin", "https://friend.example")];
    let cross = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
    for headers in [friend, cross] {
        let mut tab = Client::browser(&app, dress, &headers).await.expect("a connection");
        tab.introduce(&nobody).await;
        assert_eq!(tab.next_connect_error().await, "name_invalid", "{headers:?}");
    }
    for origin in ["https://evil.example", "null"] {
        let evil = [("cookie", cookie.as_str()), ("origin", origin)];
        assert!(Client::browser(&app, dress, &evil).await.is_none(), "{origin}");
    }

    // And not when the sign-in has ended.
    let mut page = page;
    page.delete("/session").await.expect(204);
    assert_eq!(tab.next_bye().await, "signed_out");
    let mut tab = Client::browser(&app, dress, &headers).await.expect("a connection");
    tab.introduce(&nobody).await;
    assert_eq!(tab.next_connect_error().await, "not_signed_in");
}

//! Accounts over HTTP: how one gets in and out, and what one may do to one's own account and to others'.

use std::io::Cursor;
use std::net::IpAddr;

use actix_web::web::Bytes;
use awc::http::Method;
use futures_util::future::join_all;
use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;
use stonechat::accounts::{AccountError, InviteTerms, SignedIn};
use stonechat::auth::Secret;
use stonechat::domain::{User, UserId, UserName};

use crate::support::{Api, Dress, PASSWORD, Reply, Served, TestApp, token_of};

const OTHER: &str = "battery staple";

fn credentials(name: &str, password: &str) -> Value {
    json!({ "name": name, "password": password })
}

async fn sign_in(app: &TestApp, name: &str, password: &str) -> (Api, Reply) {
    let mut page = Api::page(app);
    let reply = page.post("/session", credentials(name, password)).await;
    (page, reply)
}

/// Who a page is, as its request is let in.
async fn allowed(app: &TestApp, page: &Api) -> SignedIn {
    let token = Secret::new(&page.cookies["stonechat_session"]);
    app.chat.accounts().authenticate(&token).await.expect("signed in")
}

async fn open(app: &TestApp) -> Api {
    let mut owner = Api::owner(app).await;
    owner.patch("/settings", json!({ "sign_up": "open" })).await.expect(200);
    owner
}

fn png(width: u32, height: u32) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Png).expect("an image");
    bytes.into_inner().into()
}

// The server and its owner

#[actix_web::test]
async fn a_new_server_is_claimed_once_and_never_again() {
    let app = TestApp::start().await;
    let mut page = Api::page(&app);
    assert_eq!(page.get("/server").await.expect(200)["claimed"], false);
    let claim = |token: &str| json!({ "token": token, "name": "Olga", "password": PASSWORD, "server_name": "Ours" });
    page.post("/claim", claim("wrong")).await.problem(404, "link_invalid");

    let token = app.chat.claim().expect("nobody owns it").reveal().to_owned();
    let me = page.post("/claim", claim(&token)).await.expect(201);
    assert_eq!((&me["user"]["name"], &me["user"]["role"]), (&json!("Olga"), &json!("owner")));
    for action in ["create_room", "settings", "accounts", "audit", "bots", "ban", "reports"] {
        assert!(me["may"].as_array().expect("a list").contains(&json!(action)), "{me}");
    }
    let server = page.get("/server").await.expect(200);
    assert_eq!((&server["claimed"], &server["name"]), (&json!(true), &json!("Ours")));
    Api::page(&app).post("/claim", claim(&token)).await.problem(409, "claimed");

    let app = app.restart().await;
    assert!(app.chat.claim().is_none());
    Api::page(&app).post("/claim", claim(&token)).await.problem(409, "claimed");
    assert_eq!(Api::page(&app).get("/server").await.expect(200)["name"], "Ours");
}

#[actix_web::test]
async fn of_many_who_claim_at_once_one_is_the_owner() {
    let app = TestApp::start().await;
    let token = app.chat.claim().expect("nobody owns it").reveal();
    let claims = (0..5).map(|n| {
        let mut page = Api::page(&app);
        let claim = json!({ "token": token, "name": format!("o{n}x"), "password": PASSWORD });
        async move { page.post("/claim", claim).await.status }
    });
    let mut statuses = join_all(claims).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409]);
}

// Signing up

#[actix_web::test]
async fn an_invite_is_for_as_many_as_it_says_and_no_more() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let made = owner.post("/invites", json!({ "uses": 2 })).await.expect(201);
    let url = made["url"].as_str().expect("a link");
    assert!(url.starts_with("http://127.0.0.1:") && url.contains("/#/invite/"), "{url}");
    assert!(made["qr"].as_str().expect("text").starts_with("data:image/svg+xml;base64,"));
    let token = token_of(&made["url"]);

    let mut page = Api::page(&app);
    let checked = page.post("/invites/check", json!({ "token": token })).await.expect(200);
    assert_eq!((&checked["server_name"], &checked["uses_left"]), (&json!("Stonechat"), &json!(2)));

    let invited = (0..5).map(|n| {
        let body = json!({ "name": format!("p{n}q"), "password": PASSWORD, "invite": token });
        let mut page = Api::page(&app);
        async move { page.post("/accounts", body).await.status }
    });
    let mut statuses = join_all(invited).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 404, 404, 404]);
    page.post("/invites/check", json!({ "token": token })).await.problem(404, "link_invalid");
    let invites = owner.get("/invites").await.expect(200);
    let invite = &invites["invites"][0];
    assert_eq!((&invite["used"], &invite["uses_left"]), (&json!(2), &json!(0)));
    assert_eq!(invite["created_by"]["name"], "Olga");
    assert!(!invites.to_string().contains(&token));
}

#[actix_web::test]
async fn an_invite_that_expired_was_taken_back_or_was_renewed_leads_nowhere() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut page = Api::page(&app);
    let expired = owner.invite(json!({ "expires_in_ms": 1 })).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    page.post("/invites/check", json!({ "token": expired })).await.problem(404, "link_invalid");

    let made = owner.post("/invites", json!({})).await.expect(201);
    let path = format!("/invites/{}", made["id"].as_str().expect("an id"));
    let renewed = owner.post(&format!("{path}/reset"), json!({})).await.expect(200);
    let check = |made: &Value| json!({ "token": token_of(&made["url"]) });
    page.post("/invites/check", check(&made)).await.problem(404, "link_invalid");
    page.post("/invites/check", check(&renewed)).await.expect(200);
    owner.delete(&path).await.expect(204);
    page.post("/invites/check", check(&renewed)).await.problem(404, "link_invalid");
    owner.delete(&path).await.problem(404, "not_found");
    for terms in [json!({ "uses": 0 }), json!({ "expires_in_ms": 0 }), json!({ "uses": "many" })] {
        owner.post("/invites", terms).await.problem(422, "bad_field");
    }
}

#[actix_web::test]
async fn who_may_sign_up_is_for_the_owner_to_say() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let invite = owner.invite(json!({})).await;
    let body = json!({ "name": "ada", "password": PASSWORD, "invite": invite });
    let mut page = Api::page(&app);
    page.post("/accounts", credentials("ada", PASSWORD)).await.problem(403, "sign_up_closed");
    owner.patch("/settings", json!({ "sign_up": "closed" })).await.expect(200);
    page.post("/accounts", body).await.problem(403, "sign_up_closed");
    owner.patch("/settings", json!({ "sign_up": "open" })).await.expect(200);
    let me = page.post("/accounts", credentials("ada", PASSWORD)).await.expect(201);
    assert_eq!(me["user"]["role"], "member");
    assert_eq!(page.get("/session").await.expect(200), me);
}

#[actix_web::test]
async fn names_that_look_alike_are_one_name() {
    let app = TestApp::start().await;
    open(&app).await;
    let mut page = Api::page(&app);
    page.post("/accounts", credentials("Ada Lovelace", PASSWORD)).await.expect(201);
    for name in ["ada lovelace", "AdaLovelace", "\u{410}d\u{430} Lovelace", "Ada  Love1ace", "olga"]
    {
        let refused = page.post("/accounts", credentials(name, PASSWORD)).await;
        refused.problem(409, "name_taken");
        assert_eq!(refused.json["field"], "name");
    }
}

#[actix_web::test]
async fn there_are_so_many_accounts_and_no_more() {
    let app = TestApp::start_with(&[("limits.accounts", "2")]).await;
    let mut owner = open(&app).await;
    let mut page = Api::page(&app);
    page.post("/accounts", credentials("ada", PASSWORD)).await.expect(201);
    page.post("/accounts", credentials("bob", PASSWORD)).await.problem(409, "too_many_accounts");
    owner.post("/bots", json!({ "name": "bot" })).await.problem(409, "too_many_accounts");
}

#[actix_web::test]
async fn a_guest_who_signs_up_stays_who_they_are_and_is_no_guest_any_more() {
    let app = TestApp::start().await;
    open(&app).await;
    let guest = app.client(Dress::Plain, "ada").await;
    let (token, id) = (guest.token().to_owned(), guest.user()["id"].clone());
    let mut program = Api::program(&app, &token);
    let me = program.get("/session").await.expect(200);
    assert_eq!((&me["guest"], &me["user"]["id"], &me["may"]), (&json!(true), &id, &json!([])));
    program.get("/people").await.problem(403, "forbidden");
    program.get("/sessions").await.problem(403, "forbidden");

    let body = json!({ "name": "ada", "password": PASSWORD, "guest_token": token });
    let me = Api::page(&app).post("/accounts", body).await.expect(201);
    assert_eq!((&me["guest"], &me["user"]["id"]), (&json!(false), &id));
    program.get("/session").await.problem(422, "token_invalid");
    for token in [token.as_str(), "g1.AA.AA", "nonsense"] {
        let again = json!({ "name": "eve", "password": PASSWORD, "guest_token": token });
        Api::page(&app).post("/accounts", again).await.problem(422, "token_invalid");
    }
}

// In and out

#[actix_web::test]
async fn one_signs_in_is_known_by_the_cookie_and_signs_out() {
    let app = TestApp::start().await;
    Api::owner(&app).await;
    let (mut page, reply) = sign_in(&app, "OLGA", PASSWORD).await;
    let cookie = reply.headers.get_all("set-cookie").map(|it| it.to_str().expect("ASCII"));
    let cookie = cookie.into_iter().find(|it| it.starts_with("stonechat_session=s1."));
    let cookie = cookie.expect("a cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7776000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
    let me = reply.expect(200);
    assert_eq!((&me["user"]["name"], &me["token"]), (&json!("Olga"), &Value::Null));

    let before = page.clone();
    assert_eq!(page.get("/session").await.expect(200), me);
    page.delete("/session").await.expect(204);
    assert!(!page.cookies.contains_key("stonechat_session"));
    for mut page in [page, before] {
        page.get("/session").await.problem(401, "not_signed_in");
    }
}

#[actix_web::test]
async fn a_program_gets_a_token_instead_of_a_cookie() {
    let app = TestApp::start().await;
    Api::owner(&app).await;
    let mut program = Api::page(&app);
    program.origin = None;
    let body = json!({ "name": "Olga", "password": PASSWORD, "cookie": false });
    let reply = program.post("/session", body).await;
    assert!(program.cookies.is_empty());
    let me = reply.expect(200);
    let mut program = Api::program(&app, me["token"].as_str().expect("a token"));
    assert_eq!(program.get("/session").await.expect(200)["user"], me["user"]);
    for token in ["s1.nothing", "b1.", "g1.x.y", "x"] {
        Api::program(&app, token).get("/session").await.problem(401, "not_signed_in");
    }
    // A wrong token is not made up for by a right cookie.
    let (mut page, _) = sign_in(&app, "Olga", PASSWORD).await;
    page.token = Some("s1.nothing".into());
    page.get("/session").await.problem(401, "not_signed_in");
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    owner.post("/bots", json!({ "name": "bot" })).await.expect(201);
    let mut answers = Vec::new();
    for name in ["Olga", "nobody", "bot", ""] {
        let (page, reply) = sign_in(&app, name, "wrong password").await;
        reply.problem(401, "credentials_wrong");
        assert!(page.cookies.is_empty());
        answers.push(reply.bytes);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

#[actix_web::test]
async fn strangers_who_guess_are_slowed_down_and_do_not_lock_the_owner_out() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut tries = 0;
    let refused = loop {
        let (_, reply) = sign_in(&app, "olga", "wrong password").await;
        if reply.status == 429 {
            break reply;
        }
        reply.problem(401, "credentials_wrong");
        tries += 1;
        assert!(tries < 50, "nobody is slowed down");
    };
    refused.problem(429, "rate_limited");
    assert!(refused.json["retry_after_ms"].as_u64().is_some_and(|wait| wait > 0));
    assert!(!refused.header("retry-after").is_empty());
    // Not even the right password helps from there, but on the owner's own device it does.
    sign_in(&app, "olga", PASSWORD).await.1.problem(429, "rate_limited");
    owner.delete("/session").await.expect(204);
    owner.post("/session", credentials("olga", PASSWORD)).await.expect(200);
    // What is known to one account is not to another one, nor can it be made up.
    let mut other = Api::page(&app);
    other.cookies.insert("stonechat_device".into(), "d1.AAAA.AAAA".into());
    other.post("/session", credentials("olga", PASSWORD)).await.problem(429, "rate_limited");
}

#[actix_web::test]
async fn one_address_tries_so_often_whatever_the_names() {
    let app = TestApp::start_with(&[("limits.sign_ins_per_minute", "3")]).await;
    for n in 0..3 {
        sign_in(&app, &format!("n{n}x"), OTHER).await.1.problem(401, "credentials_wrong");
    }
    sign_in(&app, "other", OTHER).await.1.problem(429, "rate_limited");
    let mut page = Api::page(&app);
    page.post("/invites/check", json!({ "token": "x" })).await.problem(429, "rate_limited");
}

#[actix_web::test]
async fn a_sign_in_is_listed_and_can_be_ended_from_another_device() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let (mut phone, _) = sign_in(&app, "olga", PASSWORD).await;
    let sessions = owner.get("/sessions").await.expect(200);
    let sessions = sessions["sessions"].as_array().expect("a list");
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|it| it["current"] == false).expect("another one");
    assert_eq!(
        (&other["device"], &other["address"]),
        (&json!("Firefox on Linux"), &json!("127.0.0.1"))
    );
    let path = format!("/sessions/{}", other["id"].as_str().expect("an id"));

    let mut stranger = Api::member(&app, &mut owner, "eve").await;
    stranger.delete(&path).await.problem(404, "not_found");
    owner.delete(&path).await.expect(204);
    phone.get("/session").await.problem(401, "not_signed_in");
    owner.get("/session").await.expect(200);
    owner.delete("/sessions/nonsense").await.problem(404, "not_found");
}

#[actix_web::test]
async fn a_sign_in_that_is_used_lasts_and_a_bots_token_stays_for_ever() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let made = owner.post("/bots", json!({ "name": "bot" })).await.expect(201);
    let mut bot = Api::program(&app, made["token"].as_str().expect("a token"));
    let mut database = app.database().await;
    let aged = "UPDATE sign_ins SET last_used_at = 7, expires_at = expires_at - 1000";
    sqlx::query(aged).execute(&mut database).await.expect("it is written");
    let expiries = "SELECT last_used_at, expires_at FROM sign_ins ORDER BY expires_at IS NULL";
    let before = sqlx::query(expiries).fetch_all(&mut database).await.expect("rows");
    owner.get("/session").await.expect(200);
    bot.get("/session").await.expect(200);
    app.chat.accounts().write_touches().await;
    let after = sqlx::query(expiries).fetch_all(&mut database).await.expect("rows");
    let expiry = |row: &AnyRow| row.get::<Option<i64>, _>("expires_at");
    assert!(after.iter().all(|row| row.get::<i64, _>("last_used_at") > 7));
    assert!(expiry(&after[0]) > expiry(&before[0]));
    assert_eq!((after.len(), expiry(&after[1])), (2, None));
}

#[actix_web::test]
async fn another_password_ends_the_other_sign_ins() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let (mut phone, _) = sign_in(&app, "olga", PASSWORD).await;
    let link = phone.post("/device-links", json!({})).await.expect(201);
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    owner.put("/me/password", change("wrong", OTHER)).await.problem(401, "credentials_wrong");
    owner.put("/me/password", change(PASSWORD, "short")).await.problem(422, "bad_field");
    owner.put("/me/password", change(PASSWORD, OTHER)).await.expect(204);
    phone.get("/session").await.problem(401, "not_signed_in");
    owner.get("/session").await.expect(200);
    let device = json!({ "token": token_of(&link["url"]) });
    phone.post("/session/device", device).await.problem(404, "link_invalid");
    sign_in(&app, "olga", PASSWORD).await.1.problem(401, "credentials_wrong");
    sign_in(&app, "olga", OTHER).await.1.expect(200);
}

#[actix_web::test]
async fn who_is_signed_out_demoted_or_banned_before_their_turn_does_nothing_in_it() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let (mut ada, mut ben) =
        (Api::member(&app, &mut owner, "ada").await, Api::member(&app, &mut owner, "ben").await);
    let (adas, bens) = (ada.id().await, ben.id().await);
    let role = |role: &str| json!({ "role": role });
    owner.patch(&format!("/accounts/{adas}"), role("admin")).await.expect(200);
    let (thief, _) = sign_in(&app, "ada", PASSWORD).await;
    // As each request was allowed when its head came.
    let (thief, ada_then, ben_then) =
        (allowed(&app, &thief).await, allowed(&app, &ada).await, allowed(&app, &ben).await);
    let accounts = app.chat.accounts();

    ada.put("/me/password", json!({ "old": PASSWORD, "new": OTHER })).await.expect(204);
    let made = accounts.create_device_link(&thief).await;
    assert!(matches!(made, Err(AccountError::NotSignedIn)), "{made:?}");
    let links = "SELECT COUNT(*) AS count FROM links WHERE kind = 'device'";
    let links = sqlx::query(links).fetch_one(&mut app.database().await).await.expect("a row");
    assert_eq!(links.get::<i64, _>("count"), 0);
    let made = accounts.create_invite(&thief, InviteTerms::default()).await;
    assert!(matches!(made, Err(AccountError::NotSignedIn)), "{made:?}");

    accounts.create_invite(&ada_then, InviteTerms::default()).await.expect("an admin may");
    owner.patch(&format!("/accounts/{adas}"), role("member")).await.expect(200);
    let made = accounts.create_invite(&ada_then, InviteTerms::default()).await;
    assert!(matches!(made, Err(AccountError::Denied(_))), "{made:?}");
    let ended = accounts.end_sign_ins_of(&ada_then, ben_then.account.id).await;
    assert!(matches!(ended, Err(AccountError::Denied(_))), "{ended:?}");
    ben.get("/session").await.expect(200);

    owner.post("/bans", json!({ "user": bens })).await.expect(201);
    let made = accounts.create_device_link(&ben_then).await;
    assert!(matches!(made, Err(AccountError::Banned { .. })), "{made:?}");
}

#[actix_web::test]
async fn a_way_back_in_works_once_and_ends_all_sign_ins() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut ada = Api::member(&app, &mut owner, "ada").await;
    let path = format!("/accounts/{}/reset-link", ada.id().await);
    ada.post(&path, json!({})).await.problem(403, "forbidden");
    let link = owner.post(&path, json!({})).await.expect(201);
    assert!(link["url"].as_str().is_some_and(|url| url.contains("/#/reset/")), "{link}");
    let reset = |password: &str| json!({ "token": token_of(&link["url"]), "password": password });

    let mut page = Api::page(&app);
    page.post("/password-resets", reset("short")).await.problem(422, "bad_field");
    let resets = [OTHER, "another one"].map(|password| {
        let (mut page, body) = (Api::page(&app), reset(password));
        async move { page.post("/password-resets", body).await.status }
    });
    let mut statuses = join_all(resets).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    ada.get("/session").await.problem(401, "not_signed_in");
    sign_in(&app, "ada", PASSWORD).await.1.problem(401, "credentials_wrong");
    // Nobody makes one for their like.
    let mine = format!("/accounts/{}/reset-link", owner.id().await);
    owner.post(&mine, json!({})).await.problem(403, "forbidden");
}

#[actix_web::test]
async fn a_way_back_in_leads_nowhere_once_its_maker_could_make_it_no_more() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut ada = Api::member(&app, &mut owner, "ada").await;
    let (mut ben, mut cy) =
        (Api::member(&app, &mut owner, "ben").await, Api::member(&app, &mut owner, "cy").await);
    let [adas, bens, cys] = [ada.id().await, ben.id().await, cy.id().await];
    let [adas, bens, cys] = [adas, bens, cys].map(|id| format!("/accounts/{id}"));
    let role = |role: &str| json!({ "role": role });
    owner.patch(&adas, role("admin")).await.expect(200);
    let mut tokens = Vec::new();
    for path in [&bens, &bens, &cys] {
        let link = ada.post(&format!("{path}/reset-link"), json!({})).await.expect(201);
        tokens.push(json!({ "token": token_of(&link["url"]), "password": OTHER }));
    }
    Api::page(&app).post("/password-resets", tokens[0].clone()).await.expect(200);
    // Ben's other one ended with it.
    Api::page(&app).post("/password-resets", tokens[1].clone()).await.problem(404, "link_invalid");

    let link = ada.post(&format!("{bens}/reset-link"), json!({})).await.expect(201);
    let body = json!({ "token": token_of(&link["url"]), "password": "another one" });
    owner.patch(&bens, role("owner")).await.expect(200);
    Api::page(&app).post("/password-resets", body.clone()).await.problem(404, "link_invalid");
    // Nor when the role is taken back.
    owner.patch(&bens, role("member")).await.expect(200);
    Api::page(&app).post("/password-resets", body).await.problem(404, "link_invalid");
    sign_in(&app, "ben", OTHER).await.1.expect(200);

    owner.patch(&adas, role("member")).await.expect(200);
    Api::page(&app).post("/password-resets", tokens[2].clone()).await.problem(404, "link_invalid");
    // It was not used up by that.
    owner.patch(&adas, role("admin")).await.expect(200);
    Api::page(&app).post("/password-resets", tokens[2].clone()).await.expect(200);
}

#[actix_web::test]
async fn a_link_signs_one_in_on_another_device_once() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let link = owner.post("/device-links", json!({})).await.expect(201);
    assert!(link["url"].as_str().is_some_and(|url| url.contains("/#/device/")), "{link}");
    let body = json!({ "token": token_of(&link["url"]) });
    let mut phone = Api::page(&app);
    let me = phone.post("/session/device", body.clone()).await.expect(200);
    assert_eq!(me["user"]["name"], "Olga");
    phone.get("/sessions").await.expect(200);
    Api::page(&app).post("/session/device", body).await.problem(404, "link_invalid");
    // One kind of link is no other.
    let invite = owner.invite(json!({})).await;
    let body = json!({ "token": invite, "password": OTHER });
    phone.post("/session/device", body.clone()).await.problem(404, "link_invalid");
    phone.post("/password-resets", body).await.problem(404, "link_invalid");
}

// People

#[actix_web::test]
async fn one_has_a_name_and_says_something_about_oneself() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut ada = Api::member(&app, &mut owner, "ada").await;
    let me = ada.patch("/me", json!({ "name": "Ada L.", "about": " counts\n" })).await.expect(200);
    assert_eq!((&me["user"]["name"], &me["user"]["about"]), (&json!("Ada L."), &json!("counts")));
    ada.patch("/me", json!({ "name": "0lga" })).await.problem(409, "name_taken");
    ada.patch("/me", json!({ "name": "ADA l." })).await.expect(200);
    ada.patch("/me", json!({ "name": " " })).await.problem(422, "name_invalid");
    ada.patch("/me", json!({ "about": "x".repeat(501) })).await.problem(422, "bad_field");
    // The name before is free again.
    Api::member(&app, &mut owner, "ada").await;

    let people = ada.get("/people?query=AD").await.expect(200);
    let names: Vec<_> = people["people"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    assert_eq!((names, &people["more"]), (vec!["ada", "ADA l."], &json!(false)));
    let page = ada.get("/people?limit=1").await.expect(200);
    assert_eq!(page["more"], true);
    let after = page["people"][0]["id"].as_str().expect("an id");
    let rest = ada.get(&format!("/people?after={after}")).await.expect(200);
    assert_eq!(rest["people"].as_array().map(Vec::len), Some(2));
    let person = owner.get(&format!("/people/{}", ada.id().await)).await.expect(200);
    assert_eq!((&person["about"], &person["role"]), (&json!("counts"), &json!("member")));
    owner.get(&format!("/people/{}", UserId::random())).await.problem(404, "person_unknown");
    for query in ["limit=0", "limit=201", "limit=x", "after=x"] {
        let refused = ada.get(&format!("/people?{query}")).await;
        refused.problem(422, "bad_field");
        assert_eq!(refused.json["field"], query.split('=').next().expect("a name"));
    }
}

#[actix_web::test]
async fn a_picture_becomes_a_small_square_that_is_kept_by_browsers() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let path = format!("/people/{}/avatar", owner.id().await);
    owner.get(&path).await.problem(404, "not_found");
    let put = |bytes: Bytes| Some(("image/png", bytes));
    let me = owner.send(Method::PUT, "/me/avatar", put(png(300, 200))).await.expect(200);
    let version = me["user"]["avatar"].as_str().expect("a version");

    let with_version = format!("{path}?v={version}");
    // An image of a page brings no token.
    for mut page in [owner.clone(), Api::page(&app)] {
        let picture = page.get(&with_version).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
        assert!(picture.header("cache-control").contains("immutable"));
        assert!(picture.header("content-security-policy").contains("sandbox"));
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        let picture = image::load_from_memory(&picture.bytes).expect("a picture");
        assert_eq!((picture.width(), picture.height()), (256, 256));
    }
    for query in ["", "?v=", "?v=other"] {
        let path = format!("{path}{query}");
        Api::page(&app).get(&path).await.problem(401, "not_signed_in");
        assert_eq!(owner.get(&path).await.header("cache-control"), "private, no-cache");
    }

    let mut bomb = png(64, 64).to_vec();
    bomb[16..24].copy_from_slice(&[0, 0, 0x7f, 0xff, 0, 0, 0x7f, 0xff]);
    for bytes in [b"garbage".to_vec(), Vec::new(), b"<svg xmlns='x'/>".to_vec(), bomb] {
        let refused = owner.send(Method::PUT, "/me/avatar", put(bytes.into())).await;
        refused.problem(422, "image_invalid");
    }
    let long = Bytes::from(vec![0; 5_000_001]);
    owner.send(Method::PUT, "/me/avatar", put(long)).await.problem(413, "too_large");
    assert_eq!(owner.get(&with_version).await.status, 200);
    let me = owner.delete("/me/avatar").await.expect(200);
    assert_eq!(me["user"]["avatar"], Value::Null);
    assert_eq!(owner.get(&path).await.status, 404);
}

// Powers

#[actix_web::test]
async fn only_owners_give_roles_and_one_owner_stays() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut ada = Api::member(&app, &mut owner, "ada").await;
    let (mine, adas) = (owner.id().await, ada.id().await);
    let [mine, adas] = [mine, adas].map(|id| format!("/accounts/{id}"));
    let role = |role: &str| json!({ "role": role });
    ada.patch(&mine, role("member")).await.problem(403, "forbidden");
    owner.patch(&mine, role("member")).await.problem(403, "forbidden");
    owner.patch(&adas, role("guest")).await.problem(422, "bad_field");
    owner.patch(&adas, role("bot")).await.problem(422, "bad_field");
    assert_eq!(owner.patch(&adas, role("admin")).await.expect(200)["role"], "admin");
    ada.patch(&mine, role("member")).await.problem(403, "forbidden");
    ada.get("/accounts").await.expect(200);
    ada.get("/settings").await.problem(403, "forbidden");

    owner.patch(&adas, role("owner")).await.expect(200);
    // Each makes the other one a member at the same time: one of them is too late.
    let (one, other) = futures_util::future::join(
        owner.patch(&adas, role("member")),
        ada.patch(&mine, role("member")),
    )
    .await;
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
    let unknown = format!("/accounts/{}", UserId::random());
    let mut left = if one.status == 200 { owner } else { ada };
    left.patch(&unknown, role("admin")).await.problem(404, "person_unknown");
}

#[actix_web::test]
async fn members_and_guests_manage_nothing() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut ada = Api::member(&app, &mut owner, "ada").await;
    let guest = app.client(Dress::Plain, "eve").await;
    let mut guest = Api::program(&app, guest.token());
    let somebody = owner.id().await;
    for (method, path, body) in [
        ("GET", "/settings".to_owned(), None),
        ("PATCH", "/settings".into(), Some(json!({ "guests": false }))),
        ("GET", "/accounts".into(), None),
        ("DELETE", format!("/accounts/{somebody}/sessions"), None),
        ("POST", format!("/accounts/{somebody}/reset-link"), Some(json!({}))),
        ("PATCH", format!("/accounts/{somebody}"), Some(json!({ "role": "member" }))),
        ("GET", "/invites".into(), None),
        ("POST", "/invites".into(), Some(json!({}))),
        ("POST", "/bots".into(), Some(json!({ "name": "bot" }))),
        ("GET", "/bans".into(), None),
        ("POST", "/bans".into(), Some(json!({ "user": somebody }))),
        ("GET", "/reports".into(), None),
        ("GET", "/audit".into(), None),
    ] {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let body = body.map(|body| ("application/json", Bytes::from(body.to_string())));
        for who in [&mut ada, &mut guest] {
            who.send(method.clone(), &path, body.clone()).await.problem(403, "forbidden");
        }
        let mut nobody = Api::page(&app);
        nobody.send(method, &path, body).await.problem(401, "not_signed_in");
    }
}

#[actix_web::test]
async fn a_bot_has_a_token_that_is_told_once_and_can_be_renewed() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let made = owner.post("/bots", json!({ "name": "Build" })).await.expect(201);
    assert_eq!(made["user"]["role"], "bot");
    let token = made["token"].as_str().expect("a token");
    assert!(token.starts_with("b1."));
    let mut bot = Api::program(&app, token);
    assert_eq!(bot.get("/session").await.expect(200)["user"]["name"], "Build");
    bot.post("/device-links", json!({})).await.problem(403, "forbidden");
    let path = format!("/bots/{}/token", made["user"]["id"].as_str().expect("an id"));
    let renewed = owner.post(&path, json!({})).await.expect(200);
    bot.get("/session").await.problem(401, "not_signed_in");
    let token = renewed["token"].as_str().expect("a token");
    Api::program(&app, token).get("/session").await.expect(200);
    let person = format!("/bots/{}/token", owner.id().await);
    owner.post(&person, json!({})).await.problem(404, "person_unknown");
}

#[actix_web::test]
async fn who_is_banned_is_out_until_the_ban_ends() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut ada = Api::member(&app, &mut owner, "ada").await;
    let id = ada.id().await;
    let ban = json!({ "user": id, "reason": "spam", "for_ms": 60_000 });
    let ban = owner.post("/bans", ban).await.expect(201);
    assert_eq!((&ban["user"]["name"], &ban["reason"]), (&json!("ada"), &json!("spam")));
    ada.get("/session").await.problem(403, "banned");
    sign_in(&app, "ada", PASSWORD).await.1.problem(403, "banned");
    sign_in(&app, "ada", OTHER).await.1.problem(401, "credentials_wrong");
    let accounts = owner.get("/accounts?query=ada").await.expect(200);
    let account = &accounts["accounts"][0];
    assert_eq!((&account["banned"], &account["banned_until"]), (&json!(true), &ban["until"]));
    assert!(account["created_at"].is_i64() && account["last_used_at"].is_i64(), "{account}");
    assert_eq!(owner.get("/bans").await.expect(200)["bans"], json!([ban]));

    owner.delete(&format!("/bans/{}", ban["id"].as_str().expect("an id"))).await.expect(204);
    ada.get("/session").await.expect(200);
    assert_eq!(owner.get("/bans").await.expect(200)["bans"], json!([]));
    let short = json!({ "user": id, "for_ms": 1 });
    owner.post("/bans", short).await.expect(201);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    ada.get("/session").await.expect(200);
    for reason in ["x".repeat(501), "a\u{0}b".into()] {
        let refused = owner.post("/bans", json!({ "user": id, "reason": reason })).await;
        refused.problem(422, "bad_field");
        assert_eq!(refused.json["field"], "reason");
    }
    let mine = json!({ "user": owner.id().await });
    owner.post("/bans", mine).await.problem(403, "forbidden");
    owner.post("/bans", json!({ "user": UserId::random().0 })).await.problem(404, "person_unknown");
}

#[actix_web::test]
async fn a_guest_is_kept_out_by_address_too() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let client = app.client(Dress::Plain, "eve").await;
    let mut guest = Api::program(&app, client.token());
    guest.get("/session").await.expect(200);
    let id: uuid::Uuid =
        client.user()["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let user = User { id: UserId(id), name: UserName::parse("eve").expect("a name") };
    app.chat.accounts().guests().note(&user, IpAddr::from([127, 0, 0, 1]));
    let ban = owner.post("/bans", json!({ "user": id, "address": true })).await.expect(201);
    assert_eq!((&ban["address"], &ban["user"]["name"]), (&json!("127.0.0.1"), &json!("eve")));
    guest.get("/session").await.problem(403, "banned");
    let accounts = app.chat.accounts();
    let other = User { id: UserId::random(), name: UserName::parse("mallory").expect("a name") };
    for (address, allowed) in [([127, 0, 0, 1], false), ([127, 0, 0, 2], true)] {
        let checked = accounts.check_guest(&other, IpAddr::from(address)).await;
        assert_eq!(checked.is_ok(), allowed, "{checked:?}");
    }
    // An account is not kept out by the address that it shares with a guest.
    owner.get("/session").await.expect(200);
}

#[actix_web::test]
async fn a_guest_is_kept_out_of_the_whole_network_of_an_address() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let guest =
        |name: &str| User { id: UserId::random(), name: UserName::parse(name).expect("a name") };
    let address = |text: &str| text.parse::<IpAddr>().expect("an address");
    let eve = guest("eve");
    app.chat.accounts().guests().note(&eve, address("2001:db8:0:1::5"));
    let ban = json!({ "user": eve.id.0, "address": true });
    let ban = owner.post("/bans", ban).await.expect(201);
    assert_eq!(ban["address"], "2001:db8:0:1::/64");
    let mallory = guest("mallory");
    let app = app.restart().await;
    let accounts = app.chat.accounts();
    for (from, allowed) in [
        ("2001:db8:0:1::5", false),
        ("2001:db8:0:1:ffff::1", false),
        ("2001:db8:0:2::5", true),
        ("192.0.2.1", true),
    ] {
        let checked = accounts.check_guest(&mallory, address(from)).await;
        assert_eq!(checked.is_ok(), allowed, "{from}: {checked:?}");
        assert!(accounts.check_guest(&eve, address(from)).await.is_err());
    }
    // Who was never kept out comes in without a question to the database.
    app.chat.store().close().await;
    for n in 0..3 {
        let new = guest(&format!("n{n}x"));
        accounts.check_guest(&new, address("2001:db8:0:2::5")).await.expect("nobody is asked");
    }
    let checked = accounts.check_guest(&mallory, address("2001:db8:0:1::6")).await;
    assert!(matches!(checked, Err(AccountError::Store(_))), "{checked:?}");
}

#[actix_web::test]
async fn sessions_of_others_can_be_ended() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut ada = Api::member(&app, &mut owner, "ada").await;
    let path = format!("/accounts/{}/sessions", ada.id().await);
    owner.delete(&path).await.expect(204);
    ada.get("/session").await.problem(401, "not_signed_in");
    let mine = format!("/accounts/{}/sessions", owner.id().await);
    owner.delete(&mine).await.problem(403, "forbidden");
}

#[actix_web::test]
async fn settings_hold_at_once_and_after_a_restart() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let before = owner.get("/settings").await.expect(200);
    let defaults = json!({ "name": "Stonechat", "sign_up": "invite", "guests": true, "create_rooms": "members" });
    assert_eq!(before, defaults);
    let changed =
        json!({ "name": "Ours", "sign_up": "open", "guests": false, "create_rooms": "admins" });
    assert_eq!(owner.patch("/settings", changed.clone()).await.expect(200), changed);
    for (field, value) in [
        ("sign_up", json!("maybe")),
        ("name", json!("")),
        ("guests", json!("yes")),
        ("create_rooms", json!(1)),
    ] {
        let refused = owner.patch("/settings", json!({ field: value })).await;
        refused.problem(422, "bad_field");
        assert_eq!(refused.json["field"], field);
    }
    let cookies = owner.cookies;
    let app = app.restart().await;
    let mut owner = Api::page(&app);
    owner.cookies = cookies;
    assert_eq!(owner.get("/settings").await.expect(200), changed);
    let server = owner.get("/server").await.expect(200);
    assert_eq!((&server["guests"], &server["sign_up"]), (&json!(false), &json!("open")));
}

#[actix_web::test]
async fn the_owner_lets_no_guests_in_whom_the_configuration_keeps_out() {
    let app = TestApp::start_with(&[("access.guests", "false")]).await;
    let mut owner = Api::owner(&app).await;
    owner.patch("/settings", json!({ "guests": true })).await.expect(200);
    assert_eq!(owner.get("/server").await.expect(200)["guests"], false);
}

#[actix_web::test]
async fn what_was_done_is_in_the_audit() {
    let app = TestApp::start().await;
    let mut owner = Api::owner(&app).await;
    let mut ada = Api::member(&app, &mut owner, "ada").await;
    let id = ada.id().await;
    owner.patch(&format!("/accounts/{id}"), json!({ "role": "admin" })).await.expect(200);
    ada.put("/me/password", json!({ "old": PASSWORD, "new": OTHER })).await.expect(204);
    owner.post("/bots", json!({ "name": "bot" })).await.expect(201);
    owner.post("/bots", json!({ "name": "bot" })).await.problem(409, "name_taken");
    let audit = ada.get("/audit").await.expect(200);
    let actions: Vec<_> =
        audit["entries"].as_array().expect("a list").iter().map(|it| &it["action"]).collect();
    let expected = [
        "bot_created",
        "password_changed",
        "role_changed",
        "account_created",
        "invite_created",
        "server_claimed",
    ];
    assert_eq!(actions, expected);
    let entry = &audit["entries"][2];
    assert_eq!((&entry["by"]["name"], &entry["subject"]["id"]), (&json!("Olga"), &json!(id)));
    assert_eq!(entry["detail"], "member → admin");
    let page = ada.get("/audit?limit=2").await.expect(200);
    assert_eq!(page["more"], true);
    let before = page["entries"][1]["id"].as_str().expect("an id");
    let rest = ada.get(&format!("/audit?before={before}")).await.expect(200);
    assert_eq!(rest["entries"][0]["action"], "role_changed");
    assert!(!audit.to_string().contains(OTHER));
}

// The form of requests and answers

#[actix_web::test]
async fn pages_of_other_sites_do_nothing_in_the_name_of_their_visitors() {
    let app = TestApp::start().await;
    let owner = Api::owner(&app).await;
    for origin in [Some("https://evil.example"), Some("null"), None] {
        let mut page = owner.clone();
        page.origin = origin.map(str::to_owned);
        page.patch("/me", json!({ "about": "owned" })).await.problem(403, "origin_refused");
        page.delete("/session").await.problem(403, "origin_refused");
        let read = page.get("/session").await;
        assert_eq!((read.status, read.header("access-control-allow-origin")), (200, ""));
    }
    // Nor do they sign them in as somebody else.
    let body = credentials("olga", PASSWORD);
    let mut evil = Api::page(&app);
    evil.origin = Some("https://evil.example".into());
    evil.post("/session", body.clone()).await.problem(403, "origin_refused");
    let form = Some(("text/plain", Bytes::from(body.to_string())));
    let refused = Api::page(&app).send(Method::POST, "/session", form).await;
    refused.problem(400, "bad_field");
}

#[actix_web::test]
async fn every_answer_says_what_browsers_must_not_do_with_it() {
    let app = TestApp::start().await;
    let mut page = Api::owner(&app).await;
    for path in ["/server", "/session", "/nothing", "/people/x", "/openapi.json"] {
        let reply = page.get(path).await;
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        let policy = reply.header("content-security-policy");
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
        assert!(!reply.header("permissions-policy").is_empty());
    }
    page.origin = Some("https://evil.example".into());
    let refused = page.delete("/session").await;
    assert_eq!((refused.status, refused.header("cache-control")), (403, "no-store"));
}

#[actix_web::test]
async fn a_cookie_goes_over_https_only_where_there_is_https() {
    let app = TestApp::start().await;
    let owner = Api::owner(&app).await;
    drop(owner);
    let body = credentials("olga", PASSWORD);
    let url = app.url("/api/v1/session");
    let request = awc::Client::new().post(url).insert_header(("X-Forwarded-Proto", "https"));
    let response = request.send_json(&body).await.expect("a response");
    let cookies: Vec<_> = response.headers().get_all("set-cookie").collect();
    assert_eq!(cookies.len(), 2);
    assert!(
        cookies.iter().all(|it| it.to_str().is_ok_and(|it| it.contains("Secure"))),
        "{cookies:?}"
    );
}

#[actix_web::test]
async fn wrong_input_is_a_problem_that_names_the_field() {
    let app = TestApp::start().await;
    open(&app).await;
    let mut page = Api::page(&app);
    for (body, code, field) in [
        (json!({ "password": PASSWORD }), "bad_field", "name"),
        (json!({ "name": "ada" }), "bad_field", "password"),
        (json!({ "name": 7, "password": PASSWORD }), "bad_field", "name"),
        (json!({ "name": "a\u{202e}", "password": PASSWORD }), "name_invalid", "name"),
        (json!({ "name": "x".repeat(65), "password": PASSWORD }), "name_invalid", "name"),
        (json!({ "name": "ada", "password": "1234567" }), "bad_field", "password"),
        (json!({ "name": "ada", "password": "x".repeat(1025) }), "bad_field", "password"),
        (json!({ "name": "ada", "password": PASSWORD, "invite": [] }), "bad_field", "invite"),
    ] {
        let refused = page.post("/accounts", body.clone()).await;
        refused.problem(422, code);
        assert_eq!(refused.json["field"], field, "{body}");
        assert!(!refused.json.to_string().contains(PASSWORD));
    }
    for text in [
        "",
        "{",
        "[]",
        "[\"ada\"]",
        "null",
        "7",
        "{\"name\":\"ada\"}x",
        "\u{0}",
        "{\"name\":\"\\ud800\"}",
    ] {
        let body = Some(("application/json", Bytes::from(text)));
        let refused = page.send(Method::POST, "/accounts", body).await;
        assert!(matches!(refused.status, 400 | 422), "{text:?}: {}", refused.status);
        refused.problem(refused.status, "bad_field");
    }
    let long = Bytes::from(format!("{{\"name\":\"{}\"}}", "x".repeat(70_000)));
    let refused = page.send(Method::POST, "/accounts", Some(("application/json", long))).await;
    refused.problem(413, "too_large");
}

#[actix_web::test]
async fn what_is_not_there_is_a_problem_too() {
    let app = TestApp::start().await;
    let mut page = Api::page(&app);
    page.get("/nothing").await.problem(404, "not_found");
    page.get("/people/x/y/z").await.problem(404, "not_found");
    let refused = page.put("/session", json!({})).await;
    refused.problem(405, "not_found");
    assert_eq!(refused.header("allow"), "GET, POST, DELETE");
}

#[actix_web::test]
async fn the_description_has_every_path_and_every_request_has_problems() {
    let app = TestApp::start().await;
    let api = Api::page(&app).get("/openapi.json").await.expect(200);
    let paths = api["paths"].as_object().expect("paths");
    assert!(paths.len() >= 28, "{}", paths.len());
    for (path, operations) in paths {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (method, operation) in operations.as_object().expect("operations") {
            let problem = &operation["responses"]["4XX"]["content"]["application/problem+json"];
            assert!(problem.is_object(), "{method} {path}");
        }
    }
    for name in ["Problem", "Me", "Person"] {
        assert!(api["components"]["schemas"][name].is_object(), "{name}");
    }
    assert!(api["components"]["securitySchemes"]["session"].is_object());
}

#[actix_web::test]
async fn a_new_account_is_in_the_lobby() {
    let app = TestApp::start().await;
    let mut client = app.client(Dress::Plain, "ben").await;
    client.post("lobby", "before").await;
    let mut owner = Api::owner(&app).await;
    let id = owner.id().await;
    let members = members_of_lobby(&app).await;
    assert_eq!(members, [(id, 1)]);
}

/// Who is in the lobby, and how far they have read.
async fn members_of_lobby(app: &TestApp) -> Vec<(String, i64)> {
    let sql = "SELECT user_id, read_seq FROM members JOIN rooms ON rooms.id = room_id WHERE name = 'lobby'";
    let mut database = app.database().await;
    let rows = sqlx::query(sql).fetch_all(&mut database).await.expect("rows");
    rows.iter().map(|row| (row.get("user_id"), row.get("read_seq"))).collect()
}

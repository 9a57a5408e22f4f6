//! Who may what in rooms: that the wire and the HTTP API both answer as `access::decide` has it, whose whole
//! table is in `src/access/table.rs`.

use serde_json::{Value, json};
use stonechat::access::{Place, Role, RoomAction, RoomKind, Standing, Subject, decide};
use stonechat::wire::Failure;

use crate::support::{Api, Client, Dress, PASSWORD, Reply, TestApp};

const FAST: &[(&str, &str)] = &[
    ("limits.messages_per_second", "0"),
    ("limits.commands_per_second", "0"),
    ("limits.sign_ins_per_minute", "0"),
];

/// Somebody who tries.
struct Person {
    role: Role,
    standing: Standing,
    id: String,
    wire: Client,
    http: Api,
    /// A message of their own in the room.
    message: String,
}

/// A room, those who try, and those to whom they try to do something.
struct Stage {
    kind: RoomKind,
    room: String,
    owner: Api,
    people: Vec<Person>,
    /// A member, a moderator and an admin, all in the room; somebody outside of it.
    subjects: [String; 3],
    outsider: String,
    /// Somebody else's message.
    message: String,
}

#[derive(Debug, Clone, Copy)]
enum Try {
    See,
    Join,
    Leave,
    Read,
    Post,
    EditOwn,
    EditOther,
    DeleteOwn,
    DeleteOther,
    Report,
    Invite,
    Mute(usize),
    Moderate,
    Update,
    Convert,
    Appoint,
}

const TRIES: [Try; 18] = [
    Try::See,
    Try::Read,
    Try::Post,
    Try::EditOwn,
    Try::EditOther,
    Try::DeleteOther,
    Try::Report,
    Try::Invite,
    Try::Mute(0),
    Try::Mute(1),
    Try::Mute(2),
    Try::Moderate,
    Try::Update,
    Try::Convert,
    Try::Appoint,
    Try::DeleteOwn,
    Try::Join,
    Try::Leave,
];

impl Try {
    fn action(self) -> RoomAction {
        let subject = |role, moderator| RoomAction::Discipline(Subject { role, moderator });
        match self {
            Self::See => RoomAction::See,
            Self::Join => RoomAction::Join,
            Self::Leave => RoomAction::Leave,
            Self::Read => RoomAction::Read,
            Self::Post => RoomAction::Post,
            Self::EditOwn => RoomAction::Edit { author: true },
            Self::EditOther => RoomAction::Edit { author: false },
            Self::DeleteOwn => RoomAction::Erase { author: true },
            Self::DeleteOther => RoomAction::Erase { author: false },
            Self::Report => RoomAction::Report,
            Self::Invite => RoomAction::Invite,
            Self::Mute(0) => subject(Role::Member, false),
            Self::Mute(1) => subject(Role::Member, true),
            Self::Mute(_) => subject(Role::Admin, false),
            Self::Moderate => RoomAction::Moderate,
            Self::Update => RoomAction::Update,
            Self::Convert => RoomAction::Convert,
            Self::Appoint => RoomAction::Appoint,
        }
    }
}

impl Stage {
    /// What comes of it over the wire: nothing, or a code. None for what the wire has no command for.
    async fn on_the_wire(&mut self, person: usize, attempt: Try) -> Option<Result<(), String>> {
        let Self { room, subjects, outsider, message, people, .. } = self;
        let Person { wire, message: own, .. } = &mut people[person];
        let (event, data) = match attempt {
            Try::Join => ("join", json!({ "room": room })),
            Try::Leave => ("leave", json!({ "room": room })),
            Try::Read => ("history", json!({ "room": room })),
            Try::Post => ("send", json!({ "room": room, "body": "hello" })),
            Try::EditOwn => ("edit", json!({ "room": room, "id": own, "body": "edited" })),
            Try::EditOther => ("edit", json!({ "room": room, "id": message, "body": "edited" })),
            Try::DeleteOwn => ("delete", json!({ "room": room, "id": own })),
            Try::DeleteOther => ("delete", json!({ "room": room, "id": message })),
            Try::Report => ("report", json!({ "room": room, "id": message, "reason": "rude" })),
            Try::Invite => ("invite", json!({ "room": room, "user": outsider })),
            Try::Mute(it) => ("mute", json!({ "room": room, "user": subjects[it], "for_ms": 0 })),
            Try::See | Try::Moderate => return None,
            Try::Update => ("update_room", json!({ "room": room, "topic": "flowers" })),
            Try::Convert => ("update_room", json!({ "room": room, "archived": true })),
            Try::Appoint => {
                ("moderator", json!({ "room": room, "user": subjects[0], "moderator": true }))
            }
        };
        let answer = wire.call(event, data).await;
        Some(match answer["ok"].as_bool() {
            Some(true) => Ok(()),
            _ => Err(answer["error"]["code"].as_str().expect("a code").to_owned()),
        })
    }

    /// The same over HTTP.
    async fn over_http(&mut self, person: usize, attempt: Try) -> Result<(), String> {
        let Self { room, subjects, outsider, message, people, .. } = self;
        let Person { http, message: own, .. } = &mut people[person];
        let room = format!("/rooms/{room}");
        let at = |rest: &str| format!("{room}{rest}");
        let nothing = || json!({});
        let reply: Reply = match attempt {
            Try::See => http.get(&room).await,
            Try::Join => http.put(&at("/members/me"), nothing()).await,
            Try::Leave => http.delete(&at("/members/me")).await,
            Try::Read => http.get(&at("/messages")).await,
            Try::Post => http.post(&at("/messages"), json!({ "body": "hello" })).await,
            Try::EditOwn | Try::EditOther => {
                let id = if matches!(attempt, Try::EditOwn) { own } else { message };
                http.patch(&at(&format!("/messages/{id}")), json!({ "body": "edited" })).await
            }
            Try::DeleteOwn => http.delete(&at(&format!("/messages/{own}"))).await,
            Try::DeleteOther => http.delete(&at(&format!("/messages/{message}"))).await,
            Try::Report => http.post(&at(&format!("/messages/{message}/reports")), nothing()).await,
            Try::Invite => http.put(&at(&format!("/members/{outsider}")), nothing()).await,
            Try::Mute(it) => {
                let path = at(&format!("/members/{}", subjects[it]));
                http.patch(&path, json!({ "muted_for": 0 })).await
            }
            Try::Moderate => http.get(&at("/bans")).await,
            Try::Update => http.patch(&room, json!({ "topic": "flowers" })).await,
            Try::Convert => http.patch(&room, json!({ "archived": true })).await,
            Try::Appoint => {
                let path = at(&format!("/members/{}", subjects[0]));
                http.patch(&path, json!({ "moderator": true })).await
            }
        };
        if reply.status < 300 {
            return Ok(());
        }
        let code = reply.json["code"].as_str().expect("a code").to_owned();
        reply.problem(reply.status, &code);
        Err(code)
    }

    /// Makes undone what an attempt that succeeded has done.
    async fn undo(&mut self, person: usize, attempt: Try) {
        let room = format!("/rooms/{}", self.room);
        match attempt {
            Try::Join if self.people[person].standing == Standing::Outside => {
                let path = format!("{room}/members/me");
                self.people[person].http.delete(&path).await.expect(204);
            }
            Try::Leave => {
                let path = format!("{room}/members/me");
                self.people[person].http.put(&path, json!({})).await;
                let path = format!("{room}/members/{}", self.people[person].id);
                self.owner.put(&path, json!({})).await;
            }
            Try::DeleteOther => self.message = say(&mut self.owner, &self.room).await,
            Try::Invite => {
                let path = format!("{room}/members/{}", self.outsider);
                self.owner.delete(&path).await.expect(204);
            }
            Try::Convert => {
                self.owner.patch(&room, json!({ "archived": false })).await.expect(200);
            }
            Try::Appoint => {
                let path = format!("{room}/members/{}", self.subjects[0]);
                self.owner.patch(&path, json!({ "moderator": false })).await.expect(200);
            }
            _ => {}
        }
    }

    async fn check(&mut self) {
        for attempt in TRIES {
            for person in 0..self.people.len() {
                let Person { role, standing, .. } = self.people[person];
                let place = Place { kind: self.kind, standing, lobby: false, archived: false };
                let expected = decide(role, place, attempt.action()).map_err(code);
                // Nobody makes a guest come back into a room that does not exist for them.
                let leaves = matches!(attempt, Try::Leave) && expected.is_ok();
                if leaves && role == Role::Guest && self.kind == RoomKind::Closed {
                    continue;
                }
                let what = format!("{attempt:?} of {role:?}, {standing:?}, in {:?}", self.kind);
                if let Some(answered) = self.on_the_wire(person, attempt).await {
                    assert_eq!(answered, expected, "on the wire: {what}");
                    if answered.is_ok() {
                        self.undo(person, attempt).await;
                    }
                }
                let answered = self.over_http(person, attempt).await;
                assert_eq!(answered, expected, "over HTTP: {what}");
                if answered.is_ok() {
                    self.undo(person, attempt).await;
                }
            }
        }
    }
}

fn code(denied: stonechat::access::Denied) -> String {
    let code = serde_json::to_value(Failure::from(denied).code).expect("a code");
    code.as_str().expect("a string").to_owned()
}

async fn say(who: &mut Api, room: &str) -> String {
    let sent = who.post(&format!("/rooms/{room}/messages"), json!({ "body": "hello" })).await;
    sent.expect(201)["id"].as_str().expect("an id").to_owned()
}

/// Everybody there is, by name.
struct Cast {
    app: TestApp,
    owner: Api,
}

impl Cast {
    async fn new() -> Self {
        let app = TestApp::start_with(FAST).await;
        let owner = Api::owner(&app).await;
        Self { app, owner }
    }

    async fn account(&mut self, name: &str, role: Role) -> (String, Api, Client) {
        if role == Role::Guest {
            let client = self.app.client(Dress::Plain, name).await;
            let id = client.user()["id"].as_str().expect("an id").to_owned();
            let http = Api::program(&self.app, client.token());
            return (id, http, client);
        }
        let (id, token) = if role == Role::Bot {
            let bot = self.owner.post("/bots", json!({ "name": name })).await.expect(201);
            let text = |value: &Value| value.as_str().expect("a string").to_owned();
            (text(&bot["user"]["id"]), text(&bot["token"]))
        } else {
            let mut page = Api::member(&self.app, &mut self.owner, name).await;
            let id = page.id().await;
            if role == Role::Admin {
                let path = format!("/accounts/{id}");
                self.owner.patch(&path, json!({ "role": "admin" })).await.expect(200);
            }
            let body = json!({ "name": name, "password": PASSWORD, "cookie": false });
            let signed_in = Api::page(&self.app).post("/session", body).await.expect(200);
            (id, signed_in["token"].as_str().expect("a token").to_owned())
        };
        let client = Client::welcomed(&self.app, Dress::SocketIo, &json!({ "token": token })).await;
        (id, Api::program(&self.app, &token), client)
    }

    async fn stage(mut self, kind: RoomKind) -> (Self, Stage) {
        let made = json!({ "title": "The stage", "kind": "open" });
        let room = self.owner.post("/rooms", made).await.expect(201);
        let room = room["name"].as_str().expect("a name").to_owned();
        let path = format!("/rooms/{room}");
        let mut people = Vec::new();
        for (name, role, standing) in [
            ("guest outside", Role::Guest, Standing::Outside),
            ("guest inside", Role::Guest, Standing::Member),
            ("member outside", Role::Member, Standing::Outside),
            ("member inside", Role::Member, Standing::Member),
            ("bot inside", Role::Bot, Standing::Member),
            ("muted", Role::Member, Standing::Muted),
            ("banned", Role::Member, Standing::Banned),
            ("moderator", Role::Member, Standing::Moderator),
            ("admin outside", Role::Admin, Standing::Outside),
            ("admin inside", Role::Admin, Standing::Member),
        ] {
            let (id, mut http, wire) = self.account(name, role).await;
            http.put(&format!("{path}/members/me"), json!({})).await.expect(200);
            let message = say(&mut http, &room).await;
            let member = format!("{path}/members/{id}");
            match standing {
                Standing::Outside => {
                    drop(http.delete(&format!("{path}/members/me")).await.expect(204));
                }
                Standing::Member => {}
                Standing::Muted => {
                    self.owner.patch(&member, json!({ "muted_for": 600_000 })).await.expect(200);
                }
                Standing::Banned => {
                    let ban = json!({ "user": id });
                    self.owner.post(&format!("{path}/bans"), ban).await.expect(201);
                }
                Standing::Moderator => {
                    self.owner.patch(&member, json!({ "moderator": true })).await.expect(200);
                }
            }
            people.push(Person { role, standing, id, wire, http, message });
        }
        let mut subjects = Vec::new();
        for (name, role) in
            [("a member", Role::Member), ("a moderator", Role::Member), ("an admin", Role::Admin)]
        {
            let (id, mut http, _) = self.account(name, role).await;
            http.put(&format!("{path}/members/me"), json!({})).await.expect(200);
            subjects.push(id);
        }
        let moderator = format!("{path}/members/{}", subjects[1]);
        self.owner.patch(&moderator, json!({ "moderator": true })).await.expect(200);
        let (outsider, ..) = self.account("an outsider", Role::Member).await;
        let message = say(&mut self.owner, &room).await;
        self.owner.patch(&path, json!({ "kind": kind.as_str() })).await.expect(200);
        let owner = self.owner.clone();
        let subjects = subjects.try_into().expect("three");
        (self, Stage { kind, room, owner, people, subjects, outsider, message })
    }
}

#[actix_web::test]
async fn the_wire_and_http_allow_and_refuse_the_same_in_an_open_room() {
    let (_cast, mut stage) = Cast::new().await.stage(RoomKind::Open).await;
    stage.check().await;
}

#[actix_web::test]
async fn the_wire_and_http_allow_and_refuse_the_same_in_a_read_only_room() {
    let (_cast, mut stage) = Cast::new().await.stage(RoomKind::ReadOnly).await;
    stage.check().await;
}

#[actix_web::test]
async fn the_wire_and_http_allow_and_refuse_the_same_in_a_closed_room() {
    let (_cast, mut stage) = Cast::new().await.stage(RoomKind::Closed).await;
    stage.check().await;
}

#[actix_web::test]
async fn the_wire_and_http_allow_and_refuse_the_same_in_a_direct_room() {
    let mut cast = Cast::new().await;
    let mut people = Vec::new();
    for (name, role, standing) in [
        ("guest outside", Role::Guest, Standing::Outside),
        ("member outside", Role::Member, Standing::Outside),
        ("member inside", Role::Member, Standing::Member),
        ("bot inside", Role::Bot, Standing::Member),
        ("admin outside", Role::Admin, Standing::Outside),
        ("admin inside", Role::Admin, Standing::Member),
    ] {
        let (id, http, wire) = cast.account(name, role).await;
        people.push(Person { role, standing, id, wire, http, message: String::new() });
    }
    let mut subjects = Vec::new();
    for (name, role) in
        [("a member", Role::Member), ("another", Role::Member), ("admin", Role::Admin)]
    {
        subjects.push(cast.account(name, role).await.0);
    }
    let (outsider, ..) = cast.account("an outsider", Role::Member).await;
    let inside = people.iter().filter(|person| person.standing == Standing::Member);
    let ids: Vec<_> = inside.map(|person| person.id.clone()).chain(subjects.clone()).collect();
    let made = cast.owner.post("/direct", json!({ "people": ids })).await.expect(200);
    let room = made["name"].as_str().expect("a name").to_owned();
    let message = say(&mut cast.owner, &room).await;
    for person in &mut people {
        if person.standing == Standing::Member {
            person.message = say(&mut person.http, &room).await;
        } else {
            person.message.clone_from(&message);
        }
    }
    let subjects = subjects.try_into().expect("three");
    let owner = cast.owner.clone();
    let kind = RoomKind::Direct;
    Stage { kind, room, owner, people, subjects, outsider, message }.check().await;
}

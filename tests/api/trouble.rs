//! The program with a database that cannot be written: a full disk, and another program that locks it.
//! Whoever sends is told, `/health` tells whoever runs it, everything else goes on, and it heals by itself.

use std::path::Path;
use std::time::{Duration, Instant};

use awc::http::StatusCode;
use serde_json::{Value, json};
use sqlx::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{
    Client, Dress, PATIENCE, Process, Served, SmallDisk, command, in_both_dresses_at_once, lock,
};

const UNLIMITED: (&str, &str) = ("STONECHAT_LIMITS__MESSAGES_PER_SECOND", "0");

/// How long SQLite waits for another program, and as much again.
const BUSY: Duration = Duration::from_secs(10);

/// How often the server tries again.
const RETRY: Duration = Duration::from_secs(1);

in_both_dresses_at_once!(
    a_full_disk_is_told_and_forgotten_when_there_is_room,
    a_database_that_another_program_locks_is_told_and_forgotten_when_it_is_free,
);

async fn a_full_disk_is_told_and_forgotten_when_there_is_room(dress: Dress) {
    let Some(disk) = SmallDisk::mount() else { return };
    let program = Process::start(&disk.path(), &[UNLIMITED]).await;
    let mut room = Room::of(&program, dress).await;
    disk.fill();
    room.assert_refused_all(&program).await;
    // It is tried again and again meanwhile.
    let since = Instant::now();
    while since.elapsed() < 5 * RETRY / 2 {
        assert_unwell(&program).await;
    }
    let port = program.address().port().to_string();
    let mut health = command(&[("STONECHAT_SERVER__PORT", &port)]);
    let health = health.arg("health").output().await.expect("the program runs");
    assert!(!health.status.success());

    disk.empty();
    wait_until_well(&program).await;
    room.assert_done_by_retries().await;
    program.kill().await;
    assert_kept(&disk.path(), dress).await;
}

async fn a_database_that_another_program_locks_is_told_and_forgotten_when_it_is_free(dress: Dress) {
    let data = TempDir::new().expect("the temporary folder can be written");
    let program = Process::start(data.path(), &[UNLIMITED]).await;
    let mut room = Room::of(&program, dress).await;
    let locked = lock(data.path()).await;
    room.assert_refused_all(&program).await;
    assert_unwell(&program).await;

    locked.close().await.expect("it closes");
    wait_until_well(&program).await;
    room.assert_done_by_retries().await;
    program.kill().await;
    assert_kept(data.path(), dress).await;
}

/// Two people, two messages of the first of them, and what is about to be done.
struct Room {
    ada: Client,
    ben: Client,
    changes: [(&'static str, Value); 3],
}

impl Room {
    async fn of(program: &Process, dress: Dress) -> Self {
        let mut ada = Client::welcomed(program, dress, &json!({ "name": "ada" })).await;
        let mut ben = Client::welcomed(program, dress, &json!({ "name": "ben" })).await;
        let [one, two] = [
            ada.post("lobby", "one").await["id"].take(),
            ada.post("lobby", "two").await["id"].take(),
        ];
        for client in [&mut ada, &mut ben] {
            for _ in 0..2 {
                client.next_event("message").await;
            }
            client.patience = BUSY + PATIENCE;
        }
        let changes = [
            ("send", json!({ "room": "lobby", "id": Uuid::new_v4(), "body": "three" })),
            ("edit", json!({ "room": "lobby", "id": one, "body": "one, edited" })),
            ("delete", json!({ "room": "lobby", "id": two })),
        ];
        Self { ada, ben, changes }
    }

    /// Nothing is stored, and everything else goes on.
    async fn assert_refused_all(&mut self, program: &Process) {
        let mut asked = Vec::new();
        for (command, data) in &self.changes {
            asked.push(self.ada.ask(command, data.clone()).await);
        }
        let read = self.ben.done("history", json!({ "room": "lobby" })).await;
        assert_eq!(read["messages"].as_array().expect("messages").len(), 2);
        for ack in asked {
            let answer = self.ada.answer(ack).await;
            assert_eq!(self.ada.code(&answer), "storage");
        }
        assert_unwell(program).await;
        for client in [&mut self.ada, &mut self.ben] {
            let synced = client.done("sync", json!({ "rooms": { "lobby": 0 } })).await;
            assert_eq!(synced["rooms"]["lobby"]["seq"], 2);
            client.assert_silent().await;
        }
        let mut newcomer =
            Client::welcomed(program, self.ada.dress, &json!({ "name": "newcomer" })).await;
        newcomer.done("history", json!({ "room": "lobby" })).await;
    }

    async fn assert_done_by_retries(&mut self) {
        for (number, (command, data)) in (3..).zip(&self.changes) {
            let first = self.ada.done(command, data.clone()).await;
            let changed = first.get("changed").unwrap_or(&first["seq"]);
            assert_eq!(changed, number, "{command}");
            assert_eq!(&self.ada.done(command, data.clone()).await, &first);
        }
        for client in [&mut self.ada, &mut self.ben] {
            for event in ["message", "edited", "deleted"] {
                client.next_event(event).await;
            }
            client.assert_silent().await;
        }
    }
}

/// What the retries have stored is there once.
async fn assert_kept(data: &Path, dress: Dress) {
    let program = Process::start(data, &[UNLIMITED]).await;
    let mut reader = Client::welcomed(&program, dress, &json!({ "name": "reader" })).await;
    assert_eq!(reader.welcome["rooms"][0]["seq"], 5);
    let history = reader.done("history", json!({ "room": "lobby" })).await;
    let messages = history["messages"].as_array().expect("messages");
    let bodies: Vec<_> = messages.iter().map(|message| message["body"].as_str()).collect();
    assert_eq!(bodies, [Some("one, edited"), Some(""), Some("three")]);
}

async fn assert_unwell(program: &Process) {
    let (status, body) = health(program).await;
    assert_eq!((status, &body["status"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("storage")));
    assert!(body["message"].as_str().is_some_and(|why| !why.is_empty()), "{body}");
}

/// Nobody sends anything meanwhile.
async fn wait_until_well(program: &Process) {
    let since = Instant::now();
    loop {
        let (status, body) = health(program).await;
        if status == StatusCode::OK {
            assert_eq!(body, json!({ "status": "ok" }));
            return;
        }
        assert!(since.elapsed() < BUSY, "it is still unwell: {body}");
    }
}

async fn health(program: &Process) -> (StatusCode, Value) {
    let request = awc::Client::new().get(program.url("/health"));
    let mut response = request.send().await.expect("a response");
    let body = response.body().await.expect("a body");
    (response.status(), serde_json::from_slice(&body).expect("JSON"))
}

//! What the tests talk to, and what they talk with.

mod account;
mod api;
mod app;
mod chance;
mod client;
mod disk;
mod dress;
mod process;
pub mod raw;
#[path = "../../support/workers.rs"]
mod workers;

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

pub use account::{Account, back_in_lobby, name_of, room_in};
pub use api::{Api, PASSWORD, Reply, token_of};
pub use app::TestApp;
pub use chance::Chance;
pub use client::Client;
pub use disk::{SmallDisk, lock};
pub use dress::{Dress, Incoming};
pub use process::{Process, command};
pub use raw::Raw;

/// The longest that anything is waited for.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long nothing may come for it to count as silence.
pub const SILENCE: Duration = Duration::from_millis(100);

/// How long it takes until whoever came or went is told of: the server gathers them for 250 ms.
pub const NOTICES: Duration = Duration::from_millis(400);

/// Something to connect to.
pub trait Served {
    fn address(&self) -> SocketAddr;

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }
}

/// Makes a test in each dress of the wire of functions that take a [`Dress`].
macro_rules! in_both_dresses {
    ($($name:ident),* $(,)?) => {
        mod over_socket_io {
            $(#[actix_web::test]
            async fn $name() {
                super::$name($crate::support::Dress::SocketIo).await;
            })*
        }

        mod over_plain_websocket {
            $(#[actix_web::test]
            async fn $name() {
                super::$name($crate::support::Dress::Plain).await;
            })*
        }
    };
}
pub(crate) use in_both_dresses;

/// Makes tests that try both dresses at once, for what mostly waits.
macro_rules! in_both_dresses_at_once {
    ($($name:ident),* $(,)?) => {
        mod over_socket_io_and_plain_websocket {
            use $crate::support::Dress;

            $(#[actix_web::test]
            async fn $name() {
                let [one, other] = [Dress::SocketIo, Dress::Plain].map(super::$name);
                futures_util::future::join(one, other).await;
            })*
        }
    };
}
pub(crate) use in_both_dresses_at_once;

/// An open room as a guest sees it who is in it and has read it.
pub fn open_room(name: &str, seq: u64, members: usize) -> Value {
    json!({
        "name": name,
        "title": if name == "lobby" { "Lobby" } else { "" },
        "topic": "",
        "kind": "open",
        "seq": seq,
        "members": members,
        "joined": true,
        "may": ["join", "leave", "read", "post", "report"],
        "read": seq,
        "unread": 0,
        "mentions": 0,
        "level": "all",
    })
}

/// The numbers of messages.
pub fn seqs(messages: &[Value]) -> Vec<u64> {
    messages.iter().map(|message| message["seq"].as_u64().expect("a seq")).collect()
}

/// The number of the last thing that happened to a message.
pub fn number(message: &Value) -> u64 {
    let changed = message.get("changed").unwrap_or(&message["seq"]);
    changed.as_u64().expect("a number")
}

/// The names of people.
pub fn names(users: &Value) -> Vec<&str> {
    let users = users.as_array().expect("a list of people");
    users.iter().map(|user| user["name"].as_str().expect("a name")).collect()
}

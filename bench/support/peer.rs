//! The servers that are measured beside each other, and how each is spoken to.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use clap::ValueEnum;

use super::{Folder, Server, Setup, cpus, room};

/// Where the sources of the peers are.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bench/peers");

/// The room of Stonechat in which everybody is.
const LOBBY: &str = "lobby";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    /// This project, over Socket.IO
    Stonechat,
    /// What its stack takes by itself: actors that pass on texts, and nothing else
    Actix,
    /// The chat of Socket.IO's tutorial in Rust, on axum
    Socketioxide,
    /// The chat of Socket.IO's tutorial on Node.js
    SocketIo,
}

/// What a client waits for while it comes in, and what it answers.
pub struct Step {
    /// How the text begins; others are passed over.
    pub hears: &'static str,
    pub says: Option<String>,
}

/// A server that runs, and its data, which goes with it.
pub struct Running {
    pub server: Server,
    _data: Folder,
}

impl Peer {
    pub fn name(self) -> &'static str {
        match self {
            Self::Stonechat => "stonechat",
            Self::Actix => "actix",
            Self::Socketioxide => "socketioxide",
            Self::SocketIo => "socket-io",
        }
    }

    /// Builds it, if it is not built yet; Stonechat is.
    pub fn build(self) {
        match self {
            Self::Stonechat => {}
            Self::Actix | Self::Socketioxide => {
                let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
                let package = format!("{}-peer", self.name());
                run(Command::new(cargo)
                    .args(["build", "--release", "--quiet", "--locked", "--package", &package])
                    .arg("--target-dir")
                    .arg(built())
                    .current_dir(SOURCES));
            }
            Self::SocketIo => {
                let folder = built().join(self.name());
                fs::create_dir_all(&folder).expect("a folder");
                for file in ["package.json", "package-lock.json", "server.js"] {
                    let source = Path::new(SOURCES).join(self.name()).join(file);
                    fs::copy(source, folder.join(file)).expect("a copy");
                }
                run(Command::new("npm")
                    .args(["ci", "--prefer-offline", "--no-audit", "--no-fund", "--silent"])
                    .current_dir(folder));
            }
        }
    }

    /// Starts it on data of its own, with so many rooms.
    pub async fn start(self, setup: &Setup, rooms: usize) -> Running {
        let data = Folder::make();
        if self == Self::Stonechat {
            let store = data.open().await;
            for number in 0..rooms {
                room(&store, &room_name(number, rooms)).await;
            }
            store.close().await;
        }
        Running { server: self.start_on(data.path(), setup), _data: data }
    }

    /// Starts it on the CPUs of the server, and goes back to those of the load. The peers keep nothing.
    pub fn start_on(self, data: &Path, setup: &Setup) -> Server {
        let workers = setup.workers().to_string();
        cpus::keep_on(&setup.server_cpus);
        let server = match self {
            Self::Stonechat => Server::start(data, &[("STONECHAT_SERVER__WORKERS", &workers)]),
            Self::Actix => Server::spawn(Command::new(program("actix")).arg(workers)),
            Self::Socketioxide => Server::spawn(
                Command::new(program("socketioxide")).env("TOKIO_WORKER_THREADS", workers),
            ),
            Self::SocketIo => {
                Server::spawn(Command::new("node").arg(built().join("socket-io/server.js")))
            }
        };
        cpus::keep_on(&setup.load_cpus);
        server
    }

    /// What the request for a WebSocket asks for.
    pub fn target(self, room: &str) -> String {
        match self {
            Self::Actix => format!("/{room}"),
            _ => "/socket.io/?EIO=4&transport=websocket".into(),
        }
    }

    /// A page that says that all is well.
    pub fn health(self) -> &'static str {
        match self {
            Self::Stonechat | Self::Actix => "/health",
            Self::Socketioxide | Self::SocketIo => "/socket.io/?EIO=4&transport=polling",
        }
    }

    /// Whether it has the heartbeat of Engine.IO.
    pub fn pings(self) -> bool {
        self != Self::Actix
    }

    /// What happens between the handshake and a client being in its room.
    pub fn entrance(self, client: usize, room: &str) -> Vec<Step> {
        let step = |hears, says| Step { hears, says };
        match self {
            Self::Actix => Vec::new(),
            Self::Socketioxide | Self::SocketIo => {
                let auth = format!(r#"40{{"room":"{room}"}}"#);
                vec![step("0{", Some(auth)), step("40{", None)]
            }
            Self::Stonechat => {
                let auth = format!(r#"40{{"name":"client-{client}"}}"#);
                let join = format!(r#"420["join",{{"room":"{room}"}}]"#);
                let mut steps = vec![step("0{", Some(auth))];
                if room == LOBBY {
                    steps.push(step(r#"42["welcome","#, None));
                } else {
                    steps.push(step(r#"42["welcome","#, Some(join)));
                    steps.push(step(r#"430[{"ok":true"#, None));
                }
                steps
            }
        }
    }

    /// The text that says something in a room.
    pub fn post(self, room: &str, body: &str) -> String {
        match self {
            Self::Stonechat => format!(r#"42["send",{{"room":"{room}","body":"{body}"}}]"#),
            Self::Actix => body.into(),
            Self::Socketioxide | Self::SocketIo => format!(r#"42["chat message","{body}"]"#),
        }
    }
}

/// The name of one of so many rooms.
pub fn room_name(number: usize, rooms: usize) -> String {
    if rooms == 1 { LOBBY.into() } else { format!("room-{number}") }
}

fn program(peer: &str) -> PathBuf {
    built().join(format!("release/{peer}-peer"))
}

fn built() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers")
}

fn run(command: &mut Command) {
    let status = command.status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?} has failed");
}

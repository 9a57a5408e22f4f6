//! A server to talk to, what the tests talk with, and packets to say.

mod polling;
mod server;
pub mod strategies;
mod websocket;
#[path = "../../support/workers.rs"]
mod workers;

use std::time::Duration;

pub use polling::Poller;
pub use server::{CONNECT_TIMEOUT, MAX_PAYLOAD, Server};
pub use websocket::{WebSocket, frame, opcode, unfinished};

/// The longest that anything is waited for; far shorter than the server's pings are apart.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How long nothing may come for it to count as silence.
pub const SILENCE: Duration = Duration::from_millis(100);

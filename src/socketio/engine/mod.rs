//! Engine.IO protocol 4: what carries messages over a connection and notices when it is gone.
//!
//! Source: socketio/socket.io, `docs/engine.io-protocol/v4-current.md`.

pub mod handshake;
pub mod heartbeat;
pub mod outbox;
pub mod packet;
pub mod websocket;

use std::time::Duration;

pub use outbox::Outbox;

/// What a connection may do and for how long.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// The largest message from a client, in bytes.
    pub max_payload: usize,
    pub outbox: outbox::Limit,
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
}

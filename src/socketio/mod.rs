//! Socket.IO for Actix: Engine.IO protocol 4 and Socket.IO protocol 5 on the WebSocket transport.
//!
//! Knows nothing of what is said over it. [`engine::websocket::accept`] answers a handshake;
//! [`SocketIo`] turns what then comes in into [`Event`]s, for an actor that takes them as a stream;
//! [`packet::encode`] makes what goes out through the [`engine::Outbox`].

mod connection;
pub mod engine;
pub mod packet;

pub use connection::{Event, SocketIo};

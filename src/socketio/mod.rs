//! Socket.IO for Actix: Engine.IO protocol 4 and Socket.IO protocol 5, over WebSocket and HTTP
//! long-polling.
//!
//! Knows nothing of what is said over it. An [`engine::Engine`] answers the requests to a path and hands
//! out connections; [`open`] makes of one a stream of [`Event`]s, for an actor that takes them as a
//! `StreamHandler`, and a [`Socket`] to answer with. `examples/echo.rs` is all that it takes.

mod connection;
pub mod engine;
pub mod packet;
mod socket;

pub use connection::{Event, Events, Rules, open};
pub use packet::Args;
pub use socket::Socket;

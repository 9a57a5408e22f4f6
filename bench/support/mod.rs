//! What the programs share.

mod connection;
mod folder;
mod latencies;
mod pace;
mod server;

pub use connection::{Connection, number_after};
pub use folder::{Folder, room};
pub use latencies::{Latencies, Ms};
pub use pace::every;
pub use server::{Cpu, Server};

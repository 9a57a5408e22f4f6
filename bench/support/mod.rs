//! What the programs share.

mod clients;
mod comparison;
mod connection;
mod cpus;
mod filling;
mod folder;
mod frames;
mod latencies;
mod pace;
mod peer;
mod server;

pub use clients::Clients;
pub use comparison::{Column, Comparison, Csv, Setup, number};
pub use connection::{Connection, number_after};
pub use filling::fill;
pub use folder::{Folder, room};
pub use latencies::{Latencies, Ms};
pub use pace::every;
pub use peer::{Peer, room_name};
pub use server::{Cpu, Server};

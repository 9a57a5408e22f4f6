//! Talks to the service as browsers and programs do: over real sockets, in both dresses of its wire.

mod accounts;
mod bad_input;
mod convergence;
mod edits;
mod frames;
mod handshake;
mod heartbeat;
mod history;
mod http;
mod limits;
mod messages;
mod permissions;
mod presence;
mod process;
mod recovery;
mod requests;
mod rooms;
mod slow;
mod stop;
mod storage;
mod support;
mod sync;
mod termination;
mod trouble;
mod typing;

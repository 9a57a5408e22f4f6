//! The wire itself, without the chat: what the decoders promise for any input, and what a server made
//! of `socketio` does over real sockets with clients that keep to the protocol and clients that do not.

mod acknowledgements;
mod decoders;
mod endings;
mod limits;
mod neighbours;
mod packets;
mod payloads;
mod polling;
mod support;
mod websocket;

//! Stonechat: a chat service of actors in one process, with one numbered log for each room.
//!
//! The layers, in the order in which a message walks through them:
//!
//! - [`socketio`] turns bytes of a connection into events and back; it knows nothing of chat.
//! - [`wire`] is the vocabulary of the chat as JSON, in two dresses: Socket.IO and plain WebSocket.
//! - [`session`] is the actor of one connection: it checks, limits and hands on commands.
//! - [`chat`] is the central `ChatServer` actor, which knows who is where, and its relays, one for
//!   each worker thread, which hand events to that thread's sessions.
//! - [`accounts`] says who somebody is, and does what people do to their own and to others' accounts.
//! - [`store`] numbers messages and writes them, many in one transaction.
//!
//! What is sent: `Session` → `ChatServer` → `store::Writer`, and after the commit back to the
//! `ChatServer`, which answers the sender and hands the message to every `Relay`, which puts it into
//! the outbox of each session in the room. Knowledge points down this list only; [`domain`] holds the
//! words that all of them share.

pub mod access;
pub mod accounts;
pub mod app;
pub mod auth;
pub mod chat;
pub mod config;
pub mod domain;
pub mod health;
pub mod http;
pub mod planted;
pub mod rooms;
pub mod session;
pub mod socketio;
pub mod store;
pub mod views;
pub mod wire;

//! What a client is told.

use bytestring::ByteString;

use super::engine::Outbox;
use super::engine::websocket::{CloseCode, binary_frame, text_frame};
use super::packet::{Args, Packet, encode};

/// The way to one client, over all its namespaces; clones lead to the same one. Nothing waits: what is
/// said goes into the connection's outbox.
#[derive(Clone)]
pub struct Socket {
    outbox: Outbox,
}

impl Socket {
    pub(super) fn new(outbox: Outbox) -> Self {
        Self { outbox }
    }

    /// Lets the client into a namespace. `data` is a JSON object with at least its `sid`.
    pub fn accept(&self, namespace: &str, data: &str) {
        self.send(Packet::Connect { namespace: namespace.into(), auth: Some(data.into()) });
    }

    /// Does not let it in. `error` is a JSON object with at least a `message`.
    pub fn refuse(&self, namespace: &str, error: &str) {
        self.send(Packet::ConnectError { namespace: namespace.into(), error: error.into() });
    }

    pub fn emit(&self, namespace: &str, name: &str, args: Args) {
        self.send_event(namespace, name, args, None);
    }

    /// Sends an event that the client answers with an [`Event::Answered`](super::Event::Answered) of this
    /// number.
    pub fn ask(&self, namespace: &str, name: &str, args: Args, number: u64) {
        self.send_event(namespace, name, args, Some(number));
    }

    /// Answers an event.
    pub fn answer(&self, namespace: &str, number: u64, args: Args) {
        self.send(Packet::Ack { namespace: namespace.into(), id: number, args });
    }

    /// Takes the client out of a namespace.
    pub fn disconnect(&self, namespace: &str) {
        self.send(Packet::Disconnect { namespace: namespace.into() });
    }

    /// Ends the connection, after what was said before.
    pub fn close(&self) {
        self.outbox.close(CloseCode::Normal);
    }

    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    fn send_event(&self, namespace: &str, name: &str, args: Args, ack: Option<u64>) {
        let (namespace, name) = (ByteString::from(namespace), ByteString::from(name));
        self.send(Packet::Event { namespace, name, args, ack });
    }

    fn send(&self, packet: Packet) {
        let (text, attachments) = encode::packet(packet);
        let attachments = attachments.into_iter().map(binary_frame);
        self.outbox.push_all(std::iter::once(text_frame(&text)).chain(attachments));
    }
}

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use crate::support::Peer;
use crate::support::frames::{
    CLOSE, Frame, PING, PONG, TEXT, handshake, head_of_answer, push_frame,
};
use crate::support::peer::Step;

/// Engine.IO's heartbeat, which the server begins.
const ENGINE_PING: &[u8] = b"2";
const ENGINE_PONG: &[u8] = b"3";

pub struct Client {
    number: usize,
    stream: TcpStream,
    pings: bool,
    has_shaken_hands: bool,
    /// What is left of the way in.
    steps: VecDeque<Step>,
    /// The beginning of a frame whose end has not come.
    partial: Vec<u8>,
    unsent: Vec<u8>,
}

impl Client {
    pub fn open(server: SocketAddr, peer: Peer, number: usize, room: &str) -> Self {
        let stream = TcpStream::connect(server).expect("a connection begins");
        Self {
            number,
            stream,
            pings: peer.pings(),
            has_shaken_hands: false,
            steps: peer.entrance(number, room).into(),
            partial: Vec::new(),
            unsent: handshake(&peer.target(room)).into(),
        }
    }

    pub fn register(&mut self, registry: &Registry, token: Token) {
        let interest = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut self.stream, token, interest).expect("a socket");
    }

    /// Whether it is in its room.
    pub fn is_in(&self) -> bool {
        self.has_shaken_hands && self.steps.is_empty()
    }

    pub fn say(&mut self, text: &str) {
        push_frame(&mut self.unsent, TEXT, text.as_bytes());
        self.flush();
    }

    pub fn flush(&mut self) {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => panic!("client {} cannot write: {error}", self.number),
            }
        }
        self.unsent = Vec::new();
    }

    /// Reads all that there is.
    pub fn read(&mut self, buffer: &mut [u8], mut hear: impl FnMut(&[u8])) {
        loop {
            let kept = self.partial.len();
            buffer[..kept].copy_from_slice(&self.partial);
            let read = match self.stream.read(&mut buffer[kept..]) {
                Ok(0) => panic!("the server ends the connection of client {}", self.number),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => panic!("client {} cannot read: {error}", self.number),
            };
            let received = &buffer[..kept + read];
            let taken = self.take(received, &mut hear);
            self.partial.clear();
            self.partial.extend(&received[taken..]);
            // Whoever gets less than there is place for has got all.
            if received.len() < buffer.len() {
                return;
            }
        }
    }

    /// Takes the frames that are whole. Answers with how many bytes they are.
    fn take(&mut self, received: &[u8], hear: &mut impl FnMut(&[u8])) -> usize {
        let mut taken = 0;
        if !self.has_shaken_hands {
            let Some(length) = head_of_answer(received) else { return 0 };
            self.has_shaken_hands = true;
            taken = length;
        }
        while let Some(frame) = Frame::first(&received[taken..]) {
            let data = &received[taken + frame.head..taken + frame.end];
            taken += frame.end;
            match frame.kind {
                TEXT if self.pings && data == ENGINE_PING => self.answer(TEXT, ENGINE_PONG),
                TEXT if self.steps.is_empty() => hear(data),
                TEXT => self.come_in(data),
                PING => self.answer(PONG, data),
                CLOSE => panic!("the server closes the connection of client {}", self.number),
                kind => panic!("a text was to come, and not {kind:#x}: {data:?}"),
            }
        }
        taken
    }

    fn answer(&mut self, kind: u8, data: &[u8]) {
        push_frame(&mut self.unsent, kind, data);
        self.flush();
    }

    fn come_in(&mut self, heard: &[u8]) {
        if let Some(step) = self.steps.pop_front_if(|step| heard.starts_with(step.hears.as_bytes()))
            && let Some(says) = step.says
        {
            self.say(&says);
        }
    }
}

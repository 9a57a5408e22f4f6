//! Thousands of clients on one thread, as cheap as they can be, so that what is measured is the server: they
//! share one buffer to read into, and nothing is looked at but where a text begins and ends.

mod client;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use super::server::PATIENCE;
use super::{Peer, room_name};
use client::Client;

/// More than a client has to read at a time.
const BUFFER: usize = 1 << 20;

/// Looks at the sockets that bring news at a time.
const EVENTS: usize = 1024;

pub struct Clients {
    peer: Peer,
    poll: Poll,
    events: Events,
    all: Vec<Client>,
    buffer: Vec<u8>,
    rooms: Vec<String>,
}

impl Clients {
    /// Has so many clients come in, `at_once` of them under way at a time. They are dealt to the rooms in turn.
    pub fn connect(
        peer: Peer,
        server: SocketAddr,
        count: usize,
        rooms: usize,
        at_once: usize,
    ) -> Self {
        let mut clients = Self {
            peer,
            poll: Poll::new().expect("a poll"),
            events: Events::with_capacity(EVENTS),
            all: Vec::with_capacity(count),
            buffer: vec![0; BUFFER],
            rooms: (0..rooms).map(|number| room_name(number, rooms)).collect(),
        };
        let (mut entered, mut since) = (0, Instant::now());
        while entered < count {
            while clients.all.len() < count.min(entered + at_once) {
                clients.open(server);
            }
            let before = entered;
            entered += clients.turn(Some(PATIENCE), |_, _| {});
            if entered > before {
                since = Instant::now();
            }
            assert!(
                since.elapsed() < PATIENCE,
                "{entered} of {count} clients come in, and no more"
            );
        }
        clients
    }

    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// How many of them are in the room of a number.
    pub fn count_in(&self, room: usize) -> usize {
        (self.count() - room).div_ceil(self.rooms.len())
    }

    /// Has a client say something in its room.
    pub fn post(&mut self, client: usize, body: &str) {
        let room = &self.rooms[client % self.rooms.len()];
        let text = self.peer.post(room, body);
        self.all[client].say(&text);
    }

    /// Waits until something comes in, or not even that, and hands on what each client hears. Answers with how
    /// many came into their rooms meanwhile.
    pub fn turn(&mut self, wait: Option<Duration>, mut hear: impl FnMut(usize, &[u8])) -> usize {
        self.poll.poll(&mut self.events, wait).expect("it can be waited");
        let mut entered = 0;
        for event in &self.events {
            let Token(number) = event.token();
            let client = &mut self.all[number];
            if event.is_writable() {
                client.flush();
            }
            if event.is_readable() {
                let was_in = client.is_in();
                client.read(&mut self.buffer, |text| hear(number, text));
                entered += usize::from(client.is_in() && !was_in);
            }
        }
        entered
    }

    /// Lets them hear what they are told for a while, and throws it away.
    pub fn idle(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            self.turn(Some(left), |_, _| {});
        }
    }

    fn open(&mut self, server: SocketAddr) {
        let number = self.all.len();
        let room = &self.rooms[number % self.rooms.len()];
        let client = Client::open(server, self.peer, number, room);
        self.all.push(client);
        self.all[number].register(self.poll.registry(), Token(number));
    }
}

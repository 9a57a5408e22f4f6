//! Some in a room write, and all who are in it hear it: how many deliveries a second, what each costs the
//! server, how long it takes until all have a message, and whether everybody gets everything once.
//!
//! First as fast as it goes, with a number of messages under way (`flood`); then at a fixed rate, where the time
//! of a message counts from when it was due (`pace`).

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use memchr::memchr;

use crate::support::{
    Clients, Column, Comparison, Cpu, Csv, Latencies, Peer, Server, Setup, number,
};

/// What no text has but for the messages that are counted: their numbers follow.
const MARK: u8 = b'@';

/// How many in a room take turns at writing.
const WRITERS: usize = 10;

/// Clients that come in at a time.
const AT_ONCE: usize = 100;

/// What is left before a message is due that a wait for sockets would sleep through.
const NEARLY_DUE: Duration = Duration::from_millis(1);

/// How long what is under way at the end may take. What has not come by then is missing.
const LAST: Duration = Duration::from_secs(10);

const COLUMNS: &[Column] = &[
    ("deliveries/s", 0),
    ("CPU us/delivery", 2),
    ("all p50 ms", 2),
    ("all p99 ms", 2),
    ("missing", 0),
    ("twice", 0),
    ("memory MiB", 1),
    ("load CPU %", 0),
];

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    setup: Setup,
    /// Clients; several numbers are measured one after the other
    #[arg(long, value_delimiter = ',', default_value = "1000")]
    clients: Vec<usize>,
    /// Rooms, to which the clients are dealt
    #[arg(long, default_value_t = 1)]
    rooms: usize,
    /// How the messages come
    #[arg(long = "way", value_delimiter = ',', default_value = "flood,pace")]
    ways: Vec<Way>,
    /// Messages under way at a time (flood)
    #[arg(long, default_value_t = 8)]
    window: usize,
    /// Messages a second (pace)
    #[arg(long, default_value_t = 20)]
    rate: u32,
    /// Bytes of a message
    #[arg(long, default_value_t = 128)]
    bytes: usize,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Seconds without being measured before
    #[arg(long, default_value_t = 1)]
    warm_up: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    /// The next message is written when the last client has one of those under way
    Flood,
    /// Messages are written at a fixed rate
    Pace,
}

pub async fn run(options: &Options) {
    let setup = &options.setup;
    setup.prepare();
    let mut csv = Csv::create(setup, &["way", "peer", "clients", "rooms", "round"], COLUMNS);
    for clients in &options.clients {
        for way in &options.ways {
            let mut comparison = Comparison::new(COLUMNS);
            for round in 0..setup.rounds {
                for peer in &setup.peers {
                    let figures = measure(options, *peer, *way, *clients).await;
                    csv.add(
                        &[
                            way.name(),
                            peer.name(),
                            &clients.to_string(),
                            &options.rooms.to_string(),
                            &round.to_string(),
                        ],
                        &figures,
                    );
                    comparison.add(peer.name(), figures);
                }
            }
            comparison.print(&format!(
                "{}, clients: {clients}, rooms: {}, rounds: {}",
                way.name(),
                options.rooms,
                setup.rounds
            ));
        }
    }
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Flood => "flood",
            Self::Pace => "pace",
        }
    }
}

async fn measure(options: &Options, peer: Peer, way: Way, clients: usize) -> Vec<f64> {
    let running = peer.start(&options.setup, options.rooms).await;
    let server = &running.server;
    let mut talk = Talk::begin(server, peer, options, clients);
    let (warm_up, time) =
        (Duration::from_secs(options.warm_up), Duration::from_secs(options.seconds));
    talk.go_on(way, warm_up);
    let before = talk.count(server);
    talk.go_on(way, time);
    let after = talk.count(server);
    talk.end();

    let time = after.at.duration_since(before.at).as_secs_f64();
    let cpu = after.cpu.since(before.cpu);
    let deliveries = after.deliveries - before.deliveries;
    let missing = talk.missing();
    if peer == Peer::Stonechat {
        assert_eq!((missing, talk.twice), (0, 0), "messages that are missing, or came twice");
    }
    let mut took = Latencies::default();
    for message in &talk.messages[before.messages..] {
        message.took.into_iter().for_each(|time| took.add(time));
    }
    vec![
        deliveries / time,
        cpu.server * 1e6 / deliveries,
        took.of_1000(500).as_secs_f64() * 1e3,
        took.of_1000(990).as_secs_f64() * 1e3,
        number(missing),
        number(talk.twice),
        number(server.share_of_memory()) / 1024.0,
        cpu.load / time * 100.0,
    ]
}

/// Clients, what they write, and what has come of it.
struct Talk<'a> {
    options: &'a Options,
    clients: Clients,
    messages: Vec<Message>,
    /// For each client a bit for each message that it has.
    seen: Vec<Vec<u64>>,
    under_way: usize,
    deliveries: u64,
    twice: usize,
}

struct Message {
    due: Instant,
    /// How many clients do not have it yet.
    left: usize,
    /// How long it took until all had it.
    took: Option<Duration>,
}

/// How far a talk is.
struct Count {
    at: Instant,
    cpu: Cpu,
    deliveries: f64,
    messages: usize,
}

impl<'a> Talk<'a> {
    fn begin(server: &Server, peer: Peer, options: &'a Options, clients: usize) -> Self {
        let clients = Clients::connect(peer, server.address, clients, options.rooms, AT_ONCE);
        let seen = vec![Vec::new(); clients.count()];
        let messages = Vec::new();
        Self { options, clients, messages, seen, under_way: 0, deliveries: 0, twice: 0 }
    }

    fn count(&self, server: &Server) -> Count {
        Count {
            at: Instant::now(),
            cpu: server.cpu(),
            deliveries: number(self.deliveries),
            messages: self.messages.len(),
        }
    }

    fn go_on(&mut self, way: Way, time: Duration) {
        let start = Instant::now();
        let until = start + time;
        let period = Duration::from_secs(1) / self.options.rate;
        let mut due = start;
        while Instant::now() < until {
            let mut wait = until.saturating_duration_since(Instant::now());
            match way {
                Way::Flood => {
                    while self.under_way < self.options.window {
                        self.write(Instant::now());
                    }
                }
                Way::Pace => {
                    while due <= Instant::now() {
                        self.write(due);
                        due += period;
                    }
                    wait = due.saturating_duration_since(Instant::now() + NEARLY_DUE);
                }
            }
            self.listen(wait);
        }
    }

    /// Waits for what is under way.
    fn end(&mut self) {
        let until = Instant::now() + LAST;
        while self.under_way > 0 && Instant::now() < until {
            self.listen(until.saturating_duration_since(Instant::now()));
        }
    }

    fn missing(&self) -> usize {
        self.messages.iter().map(|message| message.left).sum()
    }

    /// Writes the next message. The rooms take turns, and in each of them its writers.
    fn write(&mut self, due: Instant) {
        let (number, rooms) = (self.messages.len(), self.options.rooms);
        let room = number % rooms;
        let members = self.clients.count_in(room);
        let writer = room + (number / rooms) % members.min(WRITERS) * rooms;
        let text = format!("{}{number} ", char::from(MARK));
        let body = format!("{text:x<length$}", length = self.options.bytes);
        self.messages.push(Message { due, left: members, took: None });
        self.under_way += 1;
        self.clients.post(writer, &body);
    }

    fn listen(&mut self, wait: Duration) {
        let Self { clients, messages, seen, under_way, deliveries, twice, .. } = self;
        clients.turn(Some(wait), |client, text| {
            let Some(number) = number_of(text) else { return };
            if !is_new(&mut seen[client], number) {
                *twice += 1;
                return;
            }
            *deliveries += 1;
            let message = &mut messages[number];
            message.left -= 1;
            if message.left == 0 {
                message.took = Some(message.due.elapsed());
                *under_way -= 1;
            }
        });
    }
}

/// The number of a message, if the text is one.
fn number_of(text: &[u8]) -> Option<usize> {
    let mark = memchr(MARK, text)?;
    let digits = text[mark + 1..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}

/// Notes that a client has a message. False if it had it.
fn is_new(seen: &mut Vec<u64>, number: usize) -> bool {
    let (word, bit) = (number / 64, 1 << (number % 64));
    if seen.len() <= word {
        seen.resize(word + 1, 0);
    }
    let is_new = seen[word] & bit == 0;
    seen[word] |= bit;
    is_new
}

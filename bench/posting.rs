//! Many connections write, each into a room of its own, and are answered once a message is on disk.
//!
//! First as fast as it goes, each with a number of messages under way; then at a fixed rate, where the
//! time of a message counts from when it was due, whether or not the one before it was answered.

use std::time::{Duration, Instant};

use clap::Args;
use futures_util::future::join_all;
use tokio::sync::mpsc::UnboundedReceiver;
use uuid::Uuid;

use crate::support::{Connection, Cpu, Folder, Latencies, Ms, Server, every, number_after, room};

const BODY: &str =
    "A message of a usual length, of the kind that people write when they talk to others.";

#[derive(Args)]
pub struct Options {
    /// Connections, each in a room of its own
    #[arg(long, default_value_t = 50)]
    connections: usize,
    /// Messages that each connection has under way at a time
    #[arg(long, default_value_t = 20)]
    window: usize,
    /// Messages a second at the fixed rate, of all connections together
    #[arg(long, default_value_t = 500)]
    rate: u32,
    /// Seconds of each part
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Seconds without being measured before
    #[arg(long, default_value_t = 3)]
    warm_up: u64,
}

pub async fn run(options: &Options) {
    let folder = Folder::make();
    make_rooms(&folder, options.connections).await;
    let server = Server::start(folder.path(), &[]);
    let mut authors = Vec::new();
    for number in 0..options.connections {
        authors.push(Author::open(&server, number).await);
    }
    let (window, seconds) = (options.window, Duration::from_secs(options.seconds));

    let warm_up = Duration::from_secs(options.warm_up);
    join_all(authors.iter_mut().map(|author| author.hurry(window, warm_up))).await;

    println!(
        "{:<24}{:>9}{:>9}{:>9}{:>9}{:>14}{:>12}",
        "", "sends/s", "p50 ms", "p99 ms", "max ms", "server CPU s", "load CPU s"
    );
    let part = Part::begin(&server);
    let latencies = join_all(authors.iter_mut().map(|author| author.hurry(window, seconds))).await;
    part.print(&format!("{window} under way on each"), latencies);

    let due = every(Duration::from_secs(1) / options.rate, seconds, authors.len());
    let part = Part::begin(&server);
    let keeping = authors.iter_mut().zip(due).map(|(author, due)| author.keep_pace(due));
    let latencies = join_all(keeping).await;
    part.print(&format!("{} a second", options.rate), latencies);

    let sent: Vec<_> = authors.into_iter().map(Author::leave).collect();
    server.stop();
    check_rooms(&folder, &sent).await;
}

fn room_name(number: usize) -> String {
    format!("room-{number}")
}

async fn make_rooms(folder: &Folder, count: usize) {
    let store = folder.open().await;
    for number in 0..count {
        room(&store, &room_name(number)).await;
    }
    store.close().await;
}

/// Whether the store has as many messages of each room as were sent.
async fn check_rooms(folder: &Folder, sent: &[usize]) {
    let store = folder.open().await;
    for (number, sent) in sent.iter().enumerate() {
        let room = room(&store, &room_name(number)).await;
        assert_eq!(room.seq, *sent as u64, "messages in {}", room.name.as_str());
    }
    store.close().await;
}

/// What is measured at once.
struct Part<'a> {
    server: &'a Server,
    start: Instant,
    cpu: Cpu,
}

impl<'a> Part<'a> {
    fn begin(server: &'a Server) -> Self {
        Self { server, start: Instant::now(), cpu: server.cpu() }
    }

    fn print(self, name: &str, latencies: Vec<Latencies>) {
        let elapsed = self.start.elapsed().as_secs_f64();
        let cpu = self.server.cpu().since(self.cpu);
        let mut all: Latencies = latencies.into_iter().collect();
        #[expect(clippy::cast_precision_loss, reason = "it is printed without decimals")]
        let rate = all.count() as f64 / elapsed;
        let [half, most, longest] = [500, 990, 1000].map(|share| Ms(all.of_1000(share)));
        println!(
            "{name:<24}{rate:>9.0}{half:>9}{most:>9}{longest:>9}{:>14.2}{:>12.2}",
            cpu.server, cpu.load
        );
    }
}

/// Somebody who writes. Nobody else does in their room, so that the messages have the numbers of the acks.
struct Author {
    connection: Connection,
    room: String,
    /// When each message was due.
    sent: Vec<Instant>,
    answered: usize,
    /// Messages that came back as events of the room.
    seen: u64,
    latencies: Latencies,
}

impl Author {
    async fn open(server: &Server, number: usize) -> Self {
        let mut connection = Connection::open(server.address, &format!("author-{number}")).await;
        let room = room_name(number);
        connection.join(&room).await;
        let latencies = Latencies::default();
        Self { connection, room, sent: Vec::new(), answered: 0, seen: 0, latencies }
    }

    /// Sends for a time with `window` messages under way, then waits for the last answers.
    async fn hurry(&mut self, window: usize, time: Duration) -> Latencies {
        let until = Instant::now() + time;
        loop {
            if Instant::now() < until {
                while self.under_way() < window {
                    self.send(Instant::now());
                }
            } else if self.is_done() {
                return std::mem::take(&mut self.latencies);
            }
            self.connection.flush().await;
            self.receive().await;
        }
    }

    /// Sends whenever a message is due, then waits for the last answers.
    async fn keep_pace(&mut self, mut due: UnboundedReceiver<Instant>) -> Latencies {
        let mut more = true;
        while more || !self.is_done() {
            tokio::select! {
                time = due.recv(), if more => match time {
                    Some(time) => self.send(time),
                    None => more = false,
                },
                () = self.receive() => {}
            }
            self.connection.flush().await;
        }
        std::mem::take(&mut self.latencies)
    }

    fn send(&mut self, due: Instant) {
        self.sent.push(due);
        let (room, id, ack) = (&self.room, Uuid::new_v4(), self.sent.len());
        self.connection.queue(&format!(
            r#"{{"event":"send","data":{{"room":"{room}","id":"{id}","body":"{BODY}"}},"ack":{ack}}}"#
        ));
    }

    async fn receive(&mut self) {
        assert!(self.connection.receive().await, "the server ends the connection");
        while let Some(text) = self.connection.next_text() {
            let seq = || number_after(&text, "\"seq\":");
            if text.starts_with(b"{\"ack\":") {
                let ack = number_after(&text, "\"ack\":");
                assert_eq!(seq(), ack, "{text:?}");
                let due = ack.and_then(|ack| self.sent.get(usize::try_from(ack).ok()? - 1));
                self.latencies.add(due.expect("an answer to what was sent").elapsed());
                self.answered += 1;
            } else if text.starts_with(b"{\"event\":\"message\"") {
                self.seen += 1;
                assert_eq!(seq(), Some(self.seen), "{text:?}");
            }
        }
    }

    fn under_way(&self) -> usize {
        self.sent.len() - self.answered
    }

    fn is_done(&self) -> bool {
        self.under_way() == 0 && self.seen == self.sent.len() as u64
    }

    /// How many messages it sent.
    fn leave(self) -> usize {
        self.sent.len()
    }
}

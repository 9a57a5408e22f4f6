//! Many clients in one room, one of which stops reading. Twice, without that one and with it: how late
//! messages reach the others, how much memory the server takes, and when it cuts the frozen one off,
//! whose outbox is full then. (With the heartbeat on, it is cut off after `engine.ping_interval` and
//! `engine.ping_timeout` at the latest.)

use std::cell::RefCell;
use std::fs;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use clap::Args;
use futures_util::future::{join, join_all};
use tokio::net::TcpSocket;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

use crate::support::{Connection, Folder, Latencies, Ms, Server, every, number_after};

/// How often the server is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// How often its memory is told.
const TELL: Duration = Duration::from_secs(10);

/// What the kernel keeps for the frozen one, so that the rest waits at the server.
const SMALL_BUFFER: u32 = 4096;

/// The frozen one answers no pings, and would be cut off for that first.
const NO_HEARTBEAT: (&str, &str) = ("STONECHAT_ENGINE__PING_INTERVAL", "86400000");

#[derive(Args)]
pub struct Options {
    /// Clients in the lobby
    #[arg(long, default_value_t = 1_000)]
    clients: usize,
    /// Messages a second, all by one client
    #[arg(long, default_value_t = 50)]
    rate: u32,
    /// Bytes of each message: with the default rate enough to fill the kernel's buffers and an outbox
    #[arg(long, default_value_t = 2_048)]
    bytes: usize,
    /// Seconds of each run
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

pub async fn run(options: &Options) {
    println!("All {} clients read:", options.clients);
    measure(options, false).await;
    println!("\nOne of {} does not:", options.clients);
    measure(options, true).await;
}

async fn measure(options: &Options, freezes: bool) {
    let folder = Folder::make();
    let server = Server::start(folder.path(), &[NO_HEARTBEAT]);
    let total = options.rate * options.seconds;
    let duration = Duration::from_secs(options.seconds.into());
    let sent = Sent::default();
    let mut readers = Vec::new();
    for number in usize::from(freezes)..options.clients {
        let name = format!("reader-{number}");
        readers.push(Reader::new(Connection::open(server.address, &name).await, &sent));
    }
    let frozen = if freezes { Some(freeze(&server).await) } else { None };

    let author = readers.pop().expect("a client");
    let due = every(Duration::from_secs(1) / options.rate, duration, 1).pop().expect("a listener");
    let writing = author.write("x".repeat(options.bytes), due, total);
    let reading = join_all(readers.into_iter().map(|reader| reader.read(total)));
    let watching = watch(&server, frozen.as_ref().map(Connection::local_address), duration);
    let cpu = server.cpu();
    let ((), (own, others)) = join(watching, join(writing, reading)).await;
    let cpu = server.cpu().since(cpu);

    let mut all: Latencies = others.into_iter().chain([own]).collect();
    let [half, most, longest] = [500, 990, 1000].map(|share| Ms(all.of_1000(share)));
    println!("  delivered {} times: p50 {half} ms, p99 {most} ms, max {longest} ms", all.count());
    println!("  CPU: server {:.1} s, load {:.1} s", cpu.server, cpu.load);
    if let Some(frozen) = frozen {
        check_cut(frozen, &server).await;
    }
    server.stop();
}

/// A client that reads nothing after its welcome.
async fn freeze(server: &Server) -> Connection {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(SMALL_BUFFER).expect("a small buffer");
    Connection::open_on(socket, server.address, "frozen").await
}

/// What the frozen one finds when it reads at last: messages without a gap, and then the end.
async fn check_cut(mut frozen: Connection, server: &Server) {
    if Link::of(server, frozen.local_address()).is_some_and(|link| link.established) {
        return println!("  the frozen one is still connected");
    }
    let mut last = 0;
    while frozen.receive().await {
        while let Some(text) = frozen.next_text() {
            if let Some(seq) = message_seq(&text) {
                assert_eq!(seq, last + 1, "what the frozen one finds has no gap");
                last = seq;
            }
        }
    }
    println!("  the frozen one finds the first {last} messages and the end of its connection");
}

/// Tells of the server's memory, and when it cuts the frozen client off.
async fn watch(server: &Server, mut frozen: Option<SocketAddr>, duration: Duration) {
    let start = Instant::now();
    let mut told = 0;
    let mut queued = 0;
    loop {
        let elapsed = start.elapsed();
        if elapsed >= TELL * told {
            println!("  after {:>4.1} s: {} MiB", elapsed.as_secs_f64(), server.memory());
            told += 1;
        }
        if elapsed >= duration {
            break;
        }
        frozen = frozen.filter(|client| {
            let link = Link::of(server, *client);
            if let Some(Link { established: true, unsent }) = link {
                queued = unsent;
                return true;
            }
            let seconds = start.elapsed().as_secs_f64();
            println!(
                "  after {seconds:>4.1} s: the frozen one is cut off, {} KiB of what it did not read in the kernel",
                queued / 1024
            );
            false
        });
        sleep(LOOK).await;
    }
}

/// The server's end of a connection, as the kernel sees it.
struct Link {
    established: bool,
    /// Bytes that the client has not taken yet.
    unsent: u64,
}

impl Link {
    fn of(server: &Server, client: SocketAddr) -> Option<Self> {
        let table = fs::read_to_string("/proc/net/tcp").expect("the connections");
        let ends = [server.address.port(), client.port()].map(|port| format!(":{port:04X}"));
        table.lines().find_map(|line| {
            let mut fields = line.split_whitespace().skip(1);
            let [local, remote, state, queues] = [(); 4].map(|()| fields.next());
            let is_it = local?.ends_with(&ends[0]) && remote?.ends_with(&ends[1]);
            let (unsent, _) = queues?.split_once(':')?;
            let unsent = u64::from_str_radix(unsent, 16).ok()?;
            is_it.then_some(Self { established: state == Some("01"), unsent })
        })
    }
}

/// When each message was due, in the order of their numbers.
type Sent = RefCell<Vec<Instant>>;

struct Reader<'a> {
    connection: Connection,
    sent: &'a Sent,
    seen: u64,
    latencies: Latencies,
}

impl<'a> Reader<'a> {
    fn new(connection: Connection, sent: &'a Sent) -> Self {
        Self { connection, sent, seen: 0, latencies: Latencies::default() }
    }

    /// Reads until it has so many messages.
    async fn read(mut self, total: u32) -> Latencies {
        while self.seen < total.into() {
            self.receive().await;
            self.connection.flush().await;
        }
        self.latencies
    }

    /// Reads too, and writes whenever a message is due.
    async fn write(
        mut self,
        body: String,
        mut due: UnboundedReceiver<Instant>,
        total: u32,
    ) -> Latencies {
        while self.seen < total.into() {
            tokio::select! {
                Some(due) = due.recv() => {
                    self.sent.borrow_mut().push(due);
                    self.connection.queue(&format!(
                        r#"{{"event":"send","data":{{"room":"lobby","body":"{body}"}}}}"#
                    ));
                }
                () = self.receive() => {}
            }
            self.connection.flush().await;
        }
        self.latencies
    }

    async fn receive(&mut self) {
        assert!(self.connection.receive().await, "the server ends the connection");
        while let Some(text) = self.connection.next_text() {
            let Some(seq) = message_seq(&text) else { continue };
            let due = self.sent.borrow().get(usize::try_from(self.seen).expect("it fits")).copied();
            self.seen += 1;
            assert_eq!(seq, self.seen, "messages come in order");
            self.latencies.add(due.expect("it was sent").elapsed());
        }
    }
}

/// The number of a message, if it is one.
fn message_seq(text: &[u8]) -> Option<u64> {
    let is_message = text.starts_with(b"{\"event\":\"message\"");
    is_message.then(|| number_after(text, "\"seq\":").expect("a number"))
}

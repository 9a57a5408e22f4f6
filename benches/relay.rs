//! One message to all sessions of a room on one worker: through the `Relay` actor into their outboxes, and out of
//! these as their connections write them. What comes before, the database, and after, the sockets, is not
//! in it; `measure -- fanout` has them.

use std::hint::black_box;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use actix::prelude::*;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stonechat::chat::{Attach, Broadcast, Deliver, Dismissal, Enter, Event, Outlet, Relay};
use stonechat::domain::{
    Body, Message as ChatMessage, MessageId, Position, RoomId, RoomName, SessionId, User, UserId,
    UserName,
};
use stonechat::socketio::engine::Outbox;
use stonechat::socketio::engine::outbox::Limit;
use stonechat::socketio::engine::tcp::Sink;
use stonechat::socketio::engine::websocket::text_frame;
use stonechat::socketio::packet::encode;
use stonechat::wire;
use uuid::Uuid;

const SESSIONS: [usize; 4] = [1, 100, 1_000, 10_000];
const ROOM: RoomId = RoomId(2);
const LIMIT: Limit = Limit { frames: 4096, bytes: 2 << 20 };

/// A session as the relay sees it, without what it knows of its client.
struct Listener(Outbox);

impl Outlet for Listener {
    fn deliver(&self, broadcast: &Broadcast) {
        let frame = broadcast.encoded(0, |events| {
            let [Event::Change(message)] = events else { panic!("a message is delivered") };
            let data = serde_json::to_string(&wire::Message::from(message)).expect("JSON");
            text_frame(&encode::event("message", &data))
        });
        self.0.push_shared(frame, broadcast.count());
    }

    fn dismiss(&self, _: Dismissal) {}
}

/// A connection that is written to.
#[derive(Default)]
struct Client {
    writes: usize,
}

impl Sink for Client {
    fn poll_write(&mut self, _: &mut Context<'_>, bytes: &[IoSlice]) -> Poll<io::Result<usize>> {
        self.writes += 1;
        Poll::Ready(Ok(black_box(bytes).iter().map(|piece| piece.len()).sum()))
    }
}

/// A room whose sessions are all on this thread.
struct Room {
    relay: Addr<Relay>,
    outboxes: Vec<Outbox>,
}

impl Room {
    async fn open(sessions: usize) -> Self {
        let relay = Relay::default().start();
        let mut outboxes = Vec::new();
        for _ in 0..sessions {
            let outbox = Outbox::new(LIMIT);
            outboxes.push(outbox.clone());
            let session = SessionId(Uuid::new_v4());
            relay.do_send(Attach { session, outlet: Box::new(Listener(outbox)) });
            relay.do_send(Enter { session, room: ROOM });
        }
        let room = Self { relay, outboxes };
        room.pass_on(message()).await;
        room
    }

    /// Delivers a message, and takes it out of the outboxes until nothing is left in them.
    async fn pass_on(&self, message: ChatMessage) {
        let broadcast = Arc::new(Broadcast::new(vec![Event::Change(message)]));
        let deliver = Deliver { room: ROOM, broadcast, except: None, passed_on: None };
        self.relay.send(deliver).await.expect("the relay is there");
        let mut context = Context::from_waker(Waker::noop());
        for outbox in &self.outboxes {
            let mut client = Client::default();
            assert!(outbox.poll_write(&mut context, &mut client).is_pending());
            assert_eq!(client.writes, 1, "everybody gets the message once");
        }
    }
}

fn message() -> ChatMessage {
    ChatMessage {
        room: RoomName::lobby(),
        seq: 17,
        position: Position(17),
        id: MessageId(Uuid::nil()),
        author: User { id: UserId(Uuid::nil()), name: UserName::parse("ada").expect("a name") },
        body: Body::parse(&"A line of text. ".repeat(8), usize::MAX).expect("a body"),
        sent_at: 1_767_225_600_000,
        change: None,
        mentions: Vec::new(),
    }
}

fn relay(criterion: &mut Criterion) {
    let system = System::new();
    let mut group = criterion.benchmark_group("relay");
    for sessions in SESSIONS {
        let room = system.block_on(Room::open(sessions));
        group.throughput(Throughput::Elements(sessions as u64));
        group.bench_function(format!("{sessions} sessions"), |bencher| {
            bencher.iter_custom(|times| system.block_on(time(&room, times)));
        });
    }
}

/// How long it takes to pass on so many messages, one after the other.
async fn time(room: &Room, times: u64) -> Duration {
    let mut total = Duration::ZERO;
    for _ in 0..times {
        let message = message();
        let start = Instant::now();
        room.pass_on(message).await;
        total += start.elapsed();
    }
    total
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = relay
}
criterion_main!(benches);

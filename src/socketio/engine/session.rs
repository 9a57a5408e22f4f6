//! A session that began with HTTP long-polling: what its requests, which come to any worker thread,
//! have in common with the actor that it belongs to.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use uuid::Uuid;

use super::outbox::{Outbox, Polled};
use super::packet::{NOOP, Packet, UnknownPacket};
use super::payload::Packets;

/// The most packets in one answer: python-engineio refuses more, and drops the connection.
const PACKETS_PER_ANSWER: usize = 16;

/// Packets of a WebSocket that wait for the actor before no more are read.
const INBOX: usize = 16;

/// How long a session that the server ended waits for the client to fetch the rest.
const FETCHED_WITHIN: Duration = Duration::from_secs(30);

/// How often forgotten sessions are looked for, when new ones come.
const SWEEP: Duration = Duration::from_secs(1);

pub(super) struct Session {
    pub sid: Uuid,
    pub outbox: Outbox,
    state: Mutex<State>,
}

struct State {
    phase: Phase,
    /// A request waits for packets.
    polled: bool,
    /// A request is bringing packets.
    posted: bool,
    inbox: VecDeque<Batch>,
    reader: Option<Waker>,
    poster: Option<Waker>,
    /// When the actor let it go.
    abandoned: Option<Instant>,
}

/// What came in together.
pub(super) enum Batch {
    Payload(Packets),
    Packet(Result<Packet, UnknownPacket>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Polling,
    /// A WebSocket is open that may take over; `probed` once it has shown that it works.
    Candidate {
        probed: bool,
    },
    Upgraded,
}

/// The one request of its kind. Dropped before it is [finished](Turn::finish), as when the client hangs
/// up, it ends the session, whose packets could be lost.
pub(super) struct Turn<'a> {
    session: &'a Session,
    kind: Kind,
    finished: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Poll,
    Post,
}

impl Session {
    pub fn new(sid: Uuid, outbox: Outbox) -> Self {
        let state = State {
            phase: Phase::Polling,
            polled: false,
            posted: false,
            inbox: VecDeque::new(),
            reader: None,
            poster: None,
            abandoned: None,
        };
        Self { sid, outbox, state: Mutex::new(state) }
    }

    /// Whether HTTP requests still belong to it.
    pub fn is_polled(&self) -> bool {
        self.state.lock().phase != Phase::Upgraded
    }

    /// None if there is such a request already.
    pub fn begin(&self, kind: Kind) -> Option<Turn<'_>> {
        let mut state = self.state.lock();
        let busy = state.busy(kind);
        if std::mem::replace(busy, true) {
            return None;
        }
        Some(Turn { session: self, kind, finished: false })
    }

    /// Waits for packets for a request, unless a WebSocket is about to take over.
    pub fn poll_payload(&self, cx: &mut Context<'_>, bytes: usize) -> Poll<Polled> {
        let wait = match self.state.lock().phase {
            Phase::Polling | Phase::Candidate { probed: false } => true,
            Phase::Candidate { probed: true } => false,
            // What there is goes to the WebSocket.
            Phase::Upgraded => return Poll::Ready(Polled::Payload(NOOP.into())),
        };
        self.outbox.poll_payload(cx, PACKETS_PER_ANSWER, bytes, wait)
    }

    /// Hands packets to the actor.
    pub fn receive(&self, batch: Batch) {
        let mut state = self.state.lock();
        if state.abandoned.is_none() {
            state.inbox.push_back(batch);
        }
        state.wake_reader();
    }

    /// Waits until the actor has taken all packets, or has gone.
    pub fn poll_taken(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_below(1, cx)
    }

    /// Waits until the actor has few enough packets before it, or has gone.
    pub fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.poll_below(INBOX, cx)
    }

    fn poll_below(&self, count: usize, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.lock();
        if state.inbox.len() < count || state.abandoned.is_some() {
            return Poll::Ready(());
        }
        state.poster = Some(cx.waker().clone());
        Poll::Pending
    }

    /// The next packet for the actor; none once the session has ended.
    pub fn poll_packet(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Packet, UnknownPacket>>> {
        let mut state = self.state.lock();
        while let Some(batch) = state.inbox.pop_front() {
            let packet = match batch {
                Batch::Packet(packet) => Some(packet),
                Batch::Payload(mut packets) => packets.next().inspect(|_| {
                    state.inbox.push_front(Batch::Payload(packets));
                }),
            };
            state.wake_poster();
            if packet.is_some() {
                return Poll::Ready(packet);
            }
        }
        if self.outbox.is_closed() {
            return Poll::Ready(None);
        }
        state.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Ends the session, whose client is gone.
    pub fn end(&self) {
        self.outbox.end();
        self.state.lock().wake_reader();
    }

    /// The actor has gone.
    pub fn abandon(&self) {
        let mut state = self.state.lock();
        state.abandoned = Some(Instant::now());
        state.inbox = VecDeque::new();
        state.wake_poster();
    }

    /// A WebSocket wants to take over; false if it is not the first.
    pub fn begin_candidacy(&self) -> bool {
        let mut state = self.state.lock();
        let first = state.phase == Phase::Polling && !self.outbox.is_closed();
        if first {
            state.phase = Phase::Candidate { probed: false };
        }
        first
    }

    /// It works: a waiting request is answered, so that the client can stop polling.
    pub fn probed(&self) {
        self.state.lock().phase = Phase::Candidate { probed: true };
        self.outbox.wake();
    }

    /// It did not take over.
    pub fn end_candidacy(&self) {
        self.state.lock().phase = Phase::Polling;
    }

    /// From now on `connection` writes what is in the outbox.
    pub fn upgrade(&self, connection: &Outbox) {
        self.state.lock().phase = Phase::Upgraded;
        // A request that still waits is answered first.
        self.outbox.wake();
        connection.take_over(&self.outbox);
    }

    fn is_forgotten(&self) -> bool {
        let abandoned = self.state.lock().abandoned;
        abandoned.is_some_and(|since| since.elapsed() > FETCHED_WITHIN || self.outbox.is_drained())
    }
}

impl State {
    fn busy(&mut self, kind: Kind) -> &mut bool {
        match kind {
            Kind::Poll => &mut self.polled,
            Kind::Post => &mut self.posted,
        }
    }

    fn wake_reader(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    fn wake_poster(&mut self) {
        if let Some(poster) = self.poster.take() {
            poster.wake();
        }
    }
}

impl Turn<'_> {
    /// The answer is on its way.
    pub fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.session.state.lock().busy(self.kind) = false;
        if !self.finished {
            self.session.end();
        }
    }
}

/// The sessions that requests may belong to.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Known>);

#[derive(Default)]
struct Known {
    sessions: HashMap<Uuid, Arc<Session>>,
    swept: Option<Instant>,
}

impl Sessions {
    pub fn find(&self, sid: &str) -> Option<Arc<Session>> {
        let sid = Uuid::try_parse(sid).ok()?;
        let session = self.0.lock().sessions.get(&sid).cloned();
        session.filter(|session| !session.outbox.has_left())
    }

    pub fn add(&self, session: Arc<Session>) {
        let mut known = self.0.lock();
        if known.swept.is_none_or(|swept| swept.elapsed() > SWEEP) {
            known.swept = Some(Instant::now());
            known.sessions.retain(|_, session| !session.is_forgotten());
        }
        known.sessions.insert(session.sid, session);
    }

    pub fn remove(&self, sid: Uuid) {
        self.0.lock().sessions.remove(&sid);
    }
}

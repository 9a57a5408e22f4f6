//! Frames waiting for one client. Holds at most its limit; a client that falls further behind is cut
//! off and has to come back, so that it never sees a gap without knowing and never slows anybody else.
//! It is told why if it reads on within [`GRACE`]; then its socket is shut.
//!
//! What waits is WebSocket frames, encoded once for all clients; a session on HTTP long-polling takes
//! their payloads. Exactly one transport takes frames at a time.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use actix_web::rt;
use bytes::{Buf, Bytes};
use parking_lot::Mutex;

use super::packet::{CLOSE, MESSAGE, Message, NOOP};
use super::payload::Payload;
use super::tcp::{Sink, Writer};
use super::websocket::{
    CloseCode, Contents, binary_frame, close_frame, contents, frame_length, text_frame,
};

/// How long a client that fell too far behind has to read why it is cut off.
pub const GRACE: Duration = Duration::from_secs(2);

/// The most pieces of one write.
const PIECES: usize = 16;

/// So many places for pieces are kept when none waits.
const KEPT_FRAMES: usize = 4;

/// How much may wait.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub frames: usize,
    pub bytes: usize,
}

/// The sending side of a connection; clones share it. Works from any thread.
#[derive(Clone)]
pub struct Outbox(Arc<Mutex<State>>);

struct State {
    limit: Limit,
    /// Ready to be written.
    frames: VecDeque<Frames>,
    /// Whether the first of them is written in part.
    is_begun: bool,
    /// Come in while somebody [held](Outbox::hold) them back.
    held: VecDeque<Held>,
    /// The holds that there are, by their numbers, which grow.
    holds: Vec<u64>,
    last_hold: u64,
    /// How many frames wait, and their size, held ones too.
    count: usize,
    bytes: usize,
    writer: Option<Waker>,
    /// What a client that falls too far behind is told.
    reproach: Option<Bytes>,
    /// Nothing more is taken, and the connection ends once `frames` is written.
    ending: Option<Ending>,
    /// Whether a connection writes it.
    is_written: bool,
    /// Whether that waits for its client, which has to read first.
    is_blocked: bool,
    /// The outbox whose frames this connection writes too: of the session that it was opened to take over.
    session: Option<Outbox>,
}

/// Frames, each behind the other, that are handed on and written as one.
struct Frames {
    bytes: Bytes,
    count: usize,
}

impl Frames {
    fn one(bytes: Bytes) -> Self {
        Self { bytes, count: 1 }
    }
}

/// Frames that wait until a hold and all before it are over.
struct Held {
    until: u64,
    frames: Frames,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The last frame says so.
    InOrder(CloseCode),
    /// The client has said that it leaves; a poll of it that is still on its way is answered.
    ByClient,
    Silent,
}

/// What there is for a request of HTTP long-polling.
pub enum Polled {
    /// Packets, or a packet that says that there are none.
    Payload(String),
    /// The session has ended, and this says so.
    Ended(String),
}

impl Outbox {
    pub fn new(limit: Limit) -> Self {
        Self(Arc::new(Mutex::new(State {
            limit,
            frames: VecDeque::new(),
            is_begun: false,
            held: VecDeque::new(),
            holds: Vec::new(),
            last_hold: 0,
            count: 0,
            bytes: 0,
            writer: None,
            reproach: None,
            ending: None,
            is_written: false,
            is_blocked: false,
            session: None,
        })))
    }

    /// The last frame for a client that falls too far behind. Without one it is cut off without a word.
    pub fn set_reproach(&self, frame: Bytes) {
        self.0.lock().reproach = Some(frame);
    }

    /// Adds a frame that answers this client.
    pub fn push(&self, frame: Bytes) {
        self.push_all([frame]);
    }

    /// Adds a message to this client.
    pub fn send(&self, message: Message) {
        self.push(match message {
            Message::Text(text) => text_frame(&format!("{MESSAGE}{text}")),
            Message::Binary(bytes) => binary_frame(bytes),
        });
    }

    /// Adds frames that belong together, with nothing between them.
    pub fn push_all(&self, frames: impl IntoIterator<Item = Bytes>) {
        let mut state = self.0.lock();
        for frame in frames.into_iter().map(Frames::one) {
            if state.has_room(&frame) {
                state.push(frame);
            } else {
                self.reproach(&mut state);
            }
        }
    }

    /// Adds so many frames, each behind the other, that go to many. They wait for every [`Hold`] that there
    /// is now.
    pub fn push_shared(&self, frames: Bytes, count: usize) {
        let (frames, mut state) = (Frames { bytes: frames, count }, self.0.lock());
        if !state.has_room(&frames) {
            self.reproach(&mut state);
        } else if state.holds.is_empty() {
            state.push(frames);
        } else {
            let until = state.last_hold;
            state.note(&frames);
            state.held.push_back(Held { until, frames });
        }
    }

    /// More waits than may.
    fn reproach(&self, state: &mut State) {
        if state.ending.is_some() {
            return;
        }
        let Some(reproach) = state.reproach.take() else { return state.cut() };
        let begun = state.frames.pop_front().filter(|_| state.is_begun);
        state.forget();
        if let Some(begun) = begun {
            state.is_begun = true;
            state.push(begun);
        }
        state.push(Frames::one(reproach));
        state.end(Ending::InOrder(CloseCode::Policy));
        if state.is_written {
            let outbox = self.clone();
            rt::spawn(async move {
                rt::time::sleep(GRACE).await;
                outbox.0.lock().cut();
            });
        }
    }

    /// Keeps shared frames back from now on, so that an answer that takes a while can be put before them.
    #[must_use = "dropping it lets the frames go"]
    pub fn hold(&self) -> Hold {
        let mut state = self.0.lock();
        state.last_hold += 1;
        let number = state.last_hold;
        state.holds.push(number);
        Hold { outbox: self.clone(), number }
    }

    /// Ends the connection in order: what waits is written, then a close frame.
    pub fn close(&self, code: CloseCode) {
        self.0.lock().end(Ending::InOrder(code));
    }

    /// Ends the connection without a word, as when the client has ended it.
    pub fn end(&self) {
        self.0.lock().end(Ending::Silent);
    }

    /// Ends the connection because the client said so.
    pub fn end_by_client(&self) {
        self.0.lock().end(Ending::ByClient);
    }

    /// The client is gone. In order if nothing waits for it; otherwise that would never be written.
    pub fn give_up(&self) {
        let mut state = self.0.lock();
        if state.frames.is_empty() {
            state.end(Ending::InOrder(CloseCode::Normal));
        } else {
            state.cut();
        }
    }

    /// Whether nothing is to be written any more, because the client has left or was cut off.
    pub fn has_left(&self) -> bool {
        !self.0.lock().waits_for_poll()
    }

    pub fn is_closed(&self) -> bool {
        self.0.lock().ending.is_some()
    }

    /// Whether it has ended and everything is written, the end too.
    pub fn is_drained(&self) -> bool {
        let state = self.0.lock();
        !state.waits_for_poll() && state.frames.is_empty()
    }

    /// Writes what comes in until the connection ends, and then ends it.
    pub(super) async fn write_to(self, writer: Writer) {
        self.0.lock().is_written = true;
        let mut writing = Writing { outbox: self, writer };
        poll_fn(|cx| writing.outbox.poll_write(cx, &mut writing.writer)).await;
    }

    /// Writes what there is; ready when nothing more will be. One task at a time may do so.
    pub fn poll_write(&self, cx: &mut Context<'_>, sink: &mut impl Sink) -> Poll<()> {
        self.0.lock().poll_write(cx, sink)
    }

    /// From now on the connection of this outbox writes the frames of a session too.
    pub(super) fn take_over(&self, session: &Outbox) {
        let mut state = self.0.lock();
        session.0.lock().is_written = true;
        state.session = Some(session.clone());
        state.wake();
    }

    /// Wakes whoever waits for frames, to look again.
    pub(super) fn wake(&self) {
        self.0.lock().wake();
    }

    /// Takes frames as a payload of at most `packets` and, beyond the first one, `bytes`. If there are
    /// none and `wait`, it waits.
    pub(super) fn poll_payload(
        &self,
        cx: &mut Context<'_>,
        packets: usize,
        bytes: usize,
        wait: bool,
    ) -> Poll<Polled> {
        let mut state = self.0.lock();
        let mut payload = Payload::default();
        while payload.packets() < packets
            && let Some(frame) = state
                .pop_frame_if(|frame| payload.is_empty() || payload.len() + 2 * frame.len() < bytes)
        {
            match contents(&frame) {
                Contents::Text(text) => payload.push_text(text),
                Contents::Binary(bytes) => payload.push_binary(bytes),
            }
        }
        match state.ending {
            _ if !payload.is_empty() => Poll::Ready(Polled::Payload(payload.into_text())),
            Some(Ending::InOrder(_)) => Poll::Ready(Polled::Ended(CLOSE.into())),
            Some(_) => Poll::Ready(Polled::Ended(NOOP.into())),
            None if !wait => Poll::Ready(Polled::Payload(NOOP.into())),
            None => {
                state.writer = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Keeps back the shared frames that an [`Outbox`] gets, until it is dropped.
pub struct Hold {
    outbox: Outbox,
    number: u64,
}

impl Hold {
    /// Lets those frames go that came until now, but for those that another hold keeps back.
    pub fn let_go(&self) {
        self.outbox.0.lock().release(self.number);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.outbox.0.lock();
        state.release(self.number);
        state.holds.retain(|number| *number != self.number);
    }
}

impl State {
    /// Whether more frames may wait.
    fn has_room(&self, more: &Frames) -> bool {
        self.ending.is_none()
            && self.count + more.count <= self.limit.frames
            && self.bytes + more.bytes.len() <= self.limit.bytes
    }

    fn note(&mut self, more: &Frames) {
        self.count += more.count;
        self.bytes += more.bytes.len();
    }

    fn push(&mut self, frames: Frames) {
        self.note(&frames);
        self.frames.push_back(frames);
        if !self.is_blocked {
            self.wake();
        }
    }

    /// Lets the first of the held frames go, as long as they wait for no hold but one.
    fn release(&mut self, hold: u64) {
        let other = self.holds.iter().copied().find(|number| *number != hold);
        let free = |held: &Held| other.is_none_or(|other| held.until < other);
        while let Some(held) = self.held.pop_front_if(|held| free(held)) {
            self.frames.push_back(held.frames);
        }
        if self.held.is_empty() {
            self.held = VecDeque::new();
        }
        self.wake();
    }

    /// The next frames that go together.
    fn pop(&mut self) -> Option<Bytes> {
        let Frames { bytes, count } = self.frames.pop_front()?;
        self.count -= count;
        self.bytes -= bytes.len();
        Some(bytes)
    }

    /// The next single frame, if it is wanted.
    fn pop_frame_if(&mut self, wanted: impl FnOnce(&[u8]) -> bool) -> Option<Bytes> {
        let Frames { bytes, count } = self.frames.front_mut()?;
        let length = if *count > 1 { frame_length(bytes) } else { bytes.len() };
        if !wanted(&bytes[..length]) {
            return None;
        }
        if *count == 1 {
            return self.pop();
        }
        let frame = bytes.split_to(length);
        *count -= 1;
        self.count -= 1;
        self.bytes -= length;
        Some(frame)
    }

    /// Whether a poll has something to hear, and if only that it is over.
    fn waits_for_poll(&self) -> bool {
        matches!(self.ending, None | Some(Ending::InOrder(_) | Ending::ByClient))
    }

    fn end(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
        self.wake();
    }

    /// The client does not read, or no more.
    fn cut(&mut self) {
        self.forget();
        self.ending = Some(Ending::Silent);
        self.wake();
    }

    /// The connection is gone.
    fn abandon(&mut self) {
        self.forget();
        self.ending = Some(Ending::Silent);
        if let Some(session) = self.session.take() {
            session.0.lock().abandon();
        }
    }

    fn forget(&mut self) {
        self.is_begun = false;
        self.frames = VecDeque::new();
        self.held = VecDeque::new();
        self.count = 0;
        self.bytes = 0;
    }

    fn wake(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.wake();
        }
    }

    /// Writes all there is; ready when nothing more will be.
    fn poll_write(&mut self, cx: &mut Context<'_>, sink: &mut impl Sink) -> Poll<()> {
        self.writer = Some(cx.waker().clone());
        // Nobody locks the two the other way round: a session's outbox has no session.
        let session = self.session.clone();
        let mut session = session.as_ref().map(|session| session.0.lock());
        if let Some(session) = session.as_mut().filter(|session| session.is_begun)
            && ready!(session.poll_write_frames(cx, sink)).is_err()
        {
            return Poll::Ready(());
        }
        loop {
            if ready!(self.poll_write_frames(cx, sink)).is_err() {
                return Poll::Ready(());
            }
            match self.ending {
                Some(Ending::Silent | Ending::ByClient) => return Poll::Ready(()),
                Some(Ending::InOrder(code)) => {
                    self.push(Frames::one(close_frame(code)));
                    self.ending = Some(Ending::Silent);
                }
                None => break,
            }
        }
        match session {
            Some(mut session) => session.poll_write(cx, sink),
            None => Poll::Pending,
        }
    }

    fn poll_write_frames(
        &mut self,
        cx: &mut Context<'_>,
        sink: &mut impl Sink,
    ) -> Poll<io::Result<()>> {
        while !self.frames.is_empty() {
            let mut pieces = [IoSlice::new(&[]); PIECES];
            let count = self.frames.len().min(PIECES);
            for (piece, frames) in pieces.iter_mut().zip(&self.frames) {
                *piece = IoSlice::new(&frames.bytes);
            }
            let written = sink.poll_write(cx, &pieces[..count]);
            self.is_blocked = written.is_pending();
            let written = ready!(written)?;
            self.has_written(written);
        }
        Poll::Ready(Ok(()))
    }

    fn has_written(&mut self, mut bytes: usize) {
        while let Some(first) = self.frames.front_mut() {
            if bytes < first.bytes.len() {
                self.is_begun |= bytes > 0;
                self.bytes -= bytes;
                return first.bytes.advance(bytes);
            }
            self.is_begun = false;
            bytes -= self.pop().map_or(0, |frames| frames.len());
        }
        // A burst is no reason to keep the space for the next one.
        if self.frames.capacity() > KEPT_FRAMES {
            self.frames = VecDeque::new();
        }
    }
}

/// Whoever writes what is in an outbox.
struct Writing {
    outbox: Outbox,
    writer: Writer,
}

impl Drop for Writing {
    /// Nothing more will be written.
    fn drop(&mut self) {
        self.outbox.0.lock().abandon();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { frames: 4, bytes: 100 };

    /// Takes some bytes at a time.
    struct Client {
        read: Vec<u8>,
        at_a_time: usize,
    }

    impl Sink for Client {
        fn poll_write(
            &mut self,
            _: &mut Context<'_>,
            bytes: &[IoSlice],
        ) -> Poll<io::Result<usize>> {
            let bytes: Vec<u8> = bytes.iter().flat_map(|slice| slice.iter().copied()).collect();
            let taken = bytes.len().min(self.at_a_time);
            self.read.extend(&bytes[..taken]);
            Poll::Ready(Ok(taken))
        }
    }

    /// What a client gets by now.
    fn read(outbox: &Outbox) -> Vec<u8> {
        read_pieces(outbox, usize::MAX)
    }

    fn read_pieces(outbox: &Outbox, at_a_time: usize) -> Vec<u8> {
        let mut client = Client { read: Vec::new(), at_a_time };
        let _ = outbox.poll_write(&mut Context::from_waker(Waker::noop()), &mut client);
        client.read
    }

    fn close_after(words: &'static str, code: CloseCode) -> Vec<u8> {
        [words.as_bytes(), &close_frame(code)].concat()
    }

    #[test]
    fn frames_leave_in_the_order_they_came() {
        let outbox = Outbox::new(LIMIT);
        outbox.push("a".into());
        outbox.push_shared("b".into(), 1);
        outbox.push("c".into());
        assert_eq!(read(&outbox), b"abc");
    }

    #[test]
    fn an_answer_goes_before_the_shared_frames_that_were_held_for_it() {
        let outbox = Outbox::new(LIMIT);
        let hold = outbox.hold();
        outbox.push_shared("event".into(), 1);
        assert!(read(&outbox).is_empty());
        outbox.push("answer".into());
        drop(hold);
        assert_eq!(read(&outbox), b"answerevent");
    }

    #[test]
    fn a_frame_waits_for_the_holds_that_there_were_when_it_came_and_for_no_later_one() {
        let outbox = Outbox::new(LIMIT);
        let first = outbox.hold();
        outbox.push_shared("1".into(), 1);
        let second = outbox.hold();
        outbox.push_shared("2".into(), 1);
        drop(first);
        assert_eq!(read(&outbox), b"1");
        let third = outbox.hold();
        drop(second);
        assert_eq!(read(&outbox), b"2");
        outbox.push_shared("3".into(), 1);
        drop(third);
        assert_eq!(read(&outbox), b"3");
    }

    #[test]
    fn a_hold_can_let_go_what_came_before_and_keep_what_comes_after() {
        let outbox = Outbox::new(LIMIT);
        let other = outbox.hold();
        outbox.push_shared("1".into(), 1);
        let hold = outbox.hold();
        outbox.push_shared("2".into(), 1);
        hold.let_go();
        assert!(read(&outbox).is_empty());
        drop(other);
        hold.let_go();
        outbox.push_shared("3".into(), 1);
        assert_eq!(read(&outbox), b"12");
        drop(hold);
        assert_eq!(read(&outbox), b"3");
    }

    #[test]
    fn a_client_that_falls_behind_by_count_or_bytes_is_cut_off() {
        let outbox = Outbox::new(LIMIT);
        for _ in 0..5 {
            outbox.push_shared("x".into(), 1);
        }
        assert!(outbox.is_closed() && read(&outbox).is_empty());

        let outbox = Outbox::new(LIMIT);
        let hold = outbox.hold();
        outbox.push_shared(vec![0; 60].into(), 1);
        outbox.push_shared(vec![0; 60].into(), 1);
        drop(hold);
        assert!(outbox.is_closed() && read(&outbox).is_empty());
    }

    #[test]
    fn a_client_that_takes_little_at_a_time_gets_everything() {
        let outbox = Outbox::new(LIMIT);
        outbox.push("one".into());
        outbox.push_shared("two three".into(), 2);
        assert_eq!(read_pieces(&outbox, 2), b"onetwo three");
        outbox.push_shared(vec![0; 100].into(), 4);
        assert!(!outbox.is_closed());
    }

    #[test]
    fn a_frame_of_a_session_that_is_begun_is_not_cut_by_another() {
        let (session, connection) = (Outbox::new(LIMIT), Outbox::new(LIMIT));
        connection.take_over(&session);
        session.push("message".into());
        session.0.lock().has_written(3);
        connection.push("pong".into());
        assert_eq!(read(&connection), b"sagepong");
    }

    #[test]
    fn frames_that_came_together_are_written_as_one_and_polled_one_by_one() {
        let both = || Bytes::from([text_frame("4a"), text_frame("4bc")].concat());
        let outbox = Outbox::new(LIMIT);
        outbox.push_shared(both(), 2);
        outbox.push_shared(both(), 2);
        assert_eq!(read(&outbox), [both(), both()].concat());

        outbox.push_shared(both(), 2);
        let poll =
            || match outbox.poll_payload(&mut Context::from_waker(Waker::noop()), 1, 100, false) {
                Poll::Ready(Polled::Payload(payload)) => payload,
                _ => String::new(),
            };
        assert_eq!([poll(), poll(), poll()], ["4a", "4bc", NOOP]);
        // None of them counts any more.
        outbox.push_shared(both(), 4);
        assert!(!outbox.is_closed());
    }

    #[actix_web::test]
    async fn a_client_that_falls_behind_is_told_why_in_place_of_all_that_waits() {
        let outbox = Outbox::new(LIMIT);
        outbox.set_reproach("too slow".into());
        let hold = outbox.hold();
        for _ in 0..9 {
            outbox.push_shared("x".into(), 1);
        }
        drop(hold);
        assert_eq!(read(&outbox), close_after("too slow", CloseCode::Policy));
    }

    #[actix_web::test]
    async fn what_is_begun_is_written_to_its_end_before_a_client_is_told_that_it_is_too_slow() {
        let outbox = Outbox::new(LIMIT);
        outbox.set_reproach("too slow".into());
        outbox.push_shared("begun".into(), 1);
        outbox.0.lock().has_written(2);
        for _ in 0..4 {
            outbox.push_shared("x".into(), 1);
        }
        assert_eq!(read(&outbox), close_after("guntoo slow", CloseCode::Policy));
    }

    #[test]
    fn what_waits_is_written_before_the_close_frame_and_nothing_after_it() {
        let outbox = Outbox::new(LIMIT);
        outbox.push("last words".into());
        outbox.close(CloseCode::Away);
        outbox.push("too late".into());
        assert_eq!(read(&outbox), close_after("last words", CloseCode::Away));
    }

    #[test]
    fn the_end_of_a_session_waits_for_whoever_polls_next() {
        let outbox = Outbox::new(LIMIT);
        outbox.close(CloseCode::Normal);
        assert!(!outbox.is_drained());
        let polled = outbox.poll_payload(&mut Context::from_waker(Waker::noop()), 1, 100, true);
        assert!(matches!(polled, Poll::Ready(Polled::Ended(packet)) if packet == CLOSE));
    }

    #[test]
    fn a_connection_that_takes_over_writes_its_own_frames_and_then_the_sessions() {
        let (session, connection) = (Outbox::new(LIMIT), Outbox::new(LIMIT));
        session.push("4message".into());
        connection.push("3probe".into());
        assert_eq!(read(&connection), b"3probe");
        connection.take_over(&session);
        session.close(CloseCode::Normal);
        assert_eq!(read(&connection), close_after("4message", CloseCode::Normal));
        connection.0.lock().abandon();
        assert!(session.is_drained());
    }
}

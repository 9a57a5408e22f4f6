//! Frames waiting for one client. Holds at most its limit; a client that falls further behind is cut
//! off and has to come back, so that it never sees a gap without knowing and never slows anybody else.
//! It is told why if it reads on within [`GRACE`]; then its socket is shut.
//!
//! What waits is WebSocket frames, encoded once for all clients; a session on HTTP long-polling takes
//! their payloads. Exactly one transport takes frames at a time.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::rt;
use bytes::Bytes;
use parking_lot::Mutex;

use super::packet::{CLOSE, MESSAGE, Message, NOOP};
use super::payload::Payload;
use super::websocket::{
    CloseCode, Contents, Socket, binary_frame, close_frame, contents, frame_length, text_frame,
};

/// How long a client that fell too far behind has to read why it is cut off.
pub const GRACE: Duration = Duration::from_secs(2);

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
    socket: Option<Socket>,
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
    /// The last frame has been handed over and may not be on the wire yet.
    Farewell,
    /// It is.
    Written,
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
    /// `socket` is what to shut when the client no longer reads.
    pub fn new(limit: Limit, socket: Option<Socket>) -> Self {
        Self(Arc::new(Mutex::new(State {
            limit,
            frames: VecDeque::new(),
            held: VecDeque::new(),
            holds: Vec::new(),
            last_hold: 0,
            count: 0,
            bytes: 0,
            writer: None,
            reproach: None,
            ending: None,
            socket,
            session: None,
        })))
    }

    /// The last frame for a client that falls too far behind. Without one it is cut off without a word.
    pub fn set_reproach(&self, frame: Bytes) {
        self.0.lock().reproach = Some(frame);
    }

    /// Adds a frame that answers this client.
    pub fn push(&self, frame: Bytes) {
        self.add([frame]);
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
        self.add(frames);
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

    fn add(&self, frames: impl IntoIterator<Item = Bytes>) {
        let mut state = self.0.lock();
        for frame in frames.into_iter().map(Frames::one) {
            if state.has_room(&frame) {
                state.push(frame);
            } else {
                self.reproach(&mut state);
            }
        }
    }

    /// More waits than may.
    fn reproach(&self, state: &mut State) {
        if state.ending.is_some() {
            return;
        }
        let Some(reproach) = state.reproach.take() else { return state.cut() };
        state.forget();
        state.push(Frames::one(reproach));
        state.end(Ending::InOrder(CloseCode::Policy));
        if state.socket.is_some() {
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

    /// What is written to the client, as the body of the answer to its handshake.
    pub fn body(&self) -> impl MessageBody + 'static {
        Body(self.clone())
    }

    /// From now on the connection of this outbox writes the frames of a session too.
    pub(super) fn take_over(&self, session: &Outbox) {
        let mut state = self.0.lock();
        session.0.lock().socket.clone_from(&state.socket);
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
        self.wake();
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

    /// The client does not read, or no more. Its connection's write buffer may be full, and then nothing that is
    /// put into it would ever arrive nor end it: the socket is shut from here.
    fn cut(&mut self) {
        self.forget();
        self.ending = Some(Ending::Silent);
        if let Some(socket) = self.socket.take() {
            socket.shut();
        }
        self.wake();
    }

    fn forget(&mut self) {
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

    fn poll_frames(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(frames) = self.pop() {
            return Poll::Ready(Some(frames));
        }
        match self.ending {
            Some(Ending::Silent | Ending::ByClient) => return Poll::Ready(None),
            Some(Ending::Farewell) => {
                // Whoever asks writes before asking again. Then the connection is ended from here:
                // Actix would go on reading what is no request for a second first.
                self.ending = Some(Ending::Written);
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Some(Ending::Written) => {
                self.ending = Some(Ending::Silent);
                if let Some(socket) = self.socket.take() {
                    socket.finish();
                }
                return Poll::Ready(None);
            }
            Some(Ending::InOrder(code)) => {
                self.ending = Some(Ending::Farewell);
                return Poll::Ready(Some(close_frame(code)));
            }
            None => {}
        }
        self.writer = Some(cx.waker().clone());
        match &self.session {
            // Nobody locks the two the other way round: a session's outbox has no session.
            Some(session) => session.0.lock().poll_frames(cx),
            None => Poll::Pending,
        }
    }
}

struct Body(Outbox);

impl MessageBody for Body {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.0.0.lock().poll_frames(cx).map(|frame| frame.map(Ok))
    }
}

impl Drop for Body {
    /// The connection is gone; nothing more will be written.
    fn drop(&mut self) {
        let mut state = self.0.0.lock();
        state.forget();
        state.ending = Some(Ending::Silent);
        state.socket = None;
        if let Some(session) = state.session.take() {
            let mut session = session.0.lock();
            session.forget();
            session.ending = Some(Ending::Silent);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::task::noop_waker;

    use super::*;

    const LIMIT: Limit = Limit { frames: 4, bytes: 100 };

    fn read(outbox: &Outbox) -> Vec<Bytes> {
        let waker = noop_waker();
        let mut cx = Context::from_waker(&waker);
        let mut frames = Vec::new();
        while let Poll::Ready(Some(frame)) = outbox.0.lock().poll_frames(&mut cx) {
            frames.push(frame);
        }
        frames
    }

    #[test]
    fn frames_leave_in_the_order_they_came() {
        let outbox = Outbox::new(LIMIT, None);
        outbox.push("a".into());
        outbox.push_shared("b".into(), 1);
        outbox.push("c".into());
        assert_eq!(read(&outbox), ["a", "b", "c"]);
    }

    #[test]
    fn an_answer_goes_before_the_shared_frames_that_were_held_for_it() {
        let outbox = Outbox::new(LIMIT, None);
        let hold = outbox.hold();
        outbox.push_shared("event".into(), 1);
        assert!(read(&outbox).is_empty());
        outbox.push("answer".into());
        drop(hold);
        assert_eq!(read(&outbox), ["answer", "event"]);
    }

    #[test]
    fn a_frame_waits_for_the_holds_that_there_were_when_it_came_and_for_no_later_one() {
        let outbox = Outbox::new(LIMIT, None);
        let first = outbox.hold();
        outbox.push_shared("1".into(), 1);
        let second = outbox.hold();
        outbox.push_shared("2".into(), 1);
        drop(first);
        assert_eq!(read(&outbox), ["1"]);
        let third = outbox.hold();
        drop(second);
        assert_eq!(read(&outbox), ["2"]);
        outbox.push_shared("3".into(), 1);
        drop(third);
        assert_eq!(read(&outbox), ["3"]);
    }

    #[test]
    fn a_hold_can_let_go_what_came_before_and_keep_what_comes_after() {
        let outbox = Outbox::new(LIMIT, None);
        let other = outbox.hold();
        outbox.push_shared("1".into(), 1);
        let hold = outbox.hold();
        outbox.push_shared("2".into(), 1);
        hold.let_go();
        assert!(read(&outbox).is_empty());
        drop(other);
        hold.let_go();
        outbox.push_shared("3".into(), 1);
        assert_eq!(read(&outbox), ["1", "2"]);
        drop(hold);
        assert_eq!(read(&outbox), ["3"]);
    }

    #[test]
    fn a_client_that_falls_behind_by_count_or_bytes_is_cut_off() {
        let outbox = Outbox::new(LIMIT, None);
        for _ in 0..5 {
            outbox.push_shared("x".into(), 1);
        }
        assert!(outbox.is_closed() && read(&outbox).is_empty());

        let outbox = Outbox::new(LIMIT, None);
        let hold = outbox.hold();
        outbox.push_shared(vec![0; 60].into(), 1);
        outbox.push_shared(vec![0; 60].into(), 1);
        drop(hold);
        assert!(outbox.is_closed() && read(&outbox).is_empty());
    }

    #[test]
    fn frames_that_came_together_are_written_as_one_and_polled_one_by_one() {
        let both = || Bytes::from([text_frame("4a"), text_frame("4bc")].concat());
        let outbox = Outbox::new(LIMIT, None);
        outbox.push_shared(both(), 2);
        outbox.push_shared(both(), 2);
        assert_eq!(read(&outbox), [both(), both()]);

        outbox.push_shared(both(), 2);
        let waker = noop_waker();
        let mut poll = || match outbox.poll_payload(&mut Context::from_waker(&waker), 1, 100, false)
        {
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
        let outbox = Outbox::new(LIMIT, None);
        outbox.set_reproach("too slow".into());
        let hold = outbox.hold();
        for _ in 0..9 {
            outbox.push_shared("x".into(), 1);
        }
        drop(hold);
        assert_eq!(read(&outbox), [Bytes::from("too slow"), close_frame(CloseCode::Policy)]);
    }

    #[test]
    fn what_waits_is_written_before_the_close_frame_and_nothing_after_it() {
        let outbox = Outbox::new(LIMIT, None);
        outbox.push("last words".into());
        outbox.close(CloseCode::Away);
        outbox.push("too late".into());
        assert_eq!(read(&outbox), [Bytes::from("last words"), close_frame(CloseCode::Away)]);
    }

    #[test]
    fn the_end_of_a_session_waits_for_whoever_polls_next() {
        let outbox = Outbox::new(LIMIT, None);
        outbox.close(CloseCode::Normal);
        assert!(!outbox.is_drained());
        let waker = noop_waker();
        let polled = outbox.poll_payload(&mut Context::from_waker(&waker), 1, 100, true);
        assert!(matches!(polled, Poll::Ready(Polled::Ended(packet)) if packet == CLOSE));
    }

    #[test]
    fn a_connection_that_takes_over_writes_its_own_frames_and_then_the_sessions() {
        let (session, connection) = (Outbox::new(LIMIT, None), Outbox::new(LIMIT, None));
        session.push("4message".into());
        connection.push("3probe".into());
        assert_eq!(read(&connection), ["3probe"]);
        connection.take_over(&session);
        session.close(CloseCode::Normal);
        assert_eq!(read(&connection), [Bytes::from("4message"), close_frame(CloseCode::Normal)]);
        drop(Body(connection));
        assert!(session.is_drained());
    }
}

//! Frames waiting for one client. Holds at most its limit; a client that falls further behind is cut
//! off and has to come back, so that it never sees a gap without knowing and never slows anybody else.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use parking_lot::Mutex;

use super::websocket::{CloseCode, Socket, close_frame};

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
    frames: VecDeque<Bytes>,
    /// Come in while somebody [held](Outbox::hold) them back.
    held: VecDeque<Bytes>,
    holds: usize,
    bytes: usize,
    writer: Option<Waker>,
    /// Nothing more is taken, and the connection ends once `frames` is written.
    closed: bool,
    socket: Option<Socket>,
}

impl Outbox {
    /// `socket` is what to shut when the client no longer reads.
    pub fn new(limit: Limit, socket: Option<Socket>) -> Self {
        Self(Arc::new(Mutex::new(State {
            limit,
            frames: VecDeque::new(),
            held: VecDeque::new(),
            holds: 0,
            bytes: 0,
            writer: None,
            closed: false,
            socket,
        })))
    }

    /// Adds a frame that answers this client.
    pub fn push(&self, frame: Bytes) {
        self.0.lock().push(frame, |state| &mut state.frames);
    }

    /// Adds a frame that goes to many. It waits for as long as there is a [`Hold`].
    pub fn push_shared(&self, frame: Bytes) {
        self.0.lock().push(frame, |state| match state.holds {
            0 => &mut state.frames,
            _ => &mut state.held,
        });
    }

    /// Keeps shared frames back, so that an answer that takes a while can be put before them.
    #[must_use = "dropping it lets the frames go"]
    pub fn hold(&self) -> Hold {
        self.0.lock().holds += 1;
        Hold(self.clone())
    }

    /// Ends the connection in order: what waits is written, then a close frame.
    pub fn close(&self, code: CloseCode) {
        let mut state = self.0.lock();
        state.push(close_frame(code), |state| &mut state.frames);
        state.closed = true;
        state.wake();
    }

    /// Ends the connection without a word, as when the client has ended it.
    pub fn end(&self) {
        let mut state = self.0.lock();
        state.closed = true;
        state.wake();
    }

    pub fn is_closed(&self) -> bool {
        self.0.lock().closed
    }

    /// What is written to the client, as the body of the answer to its handshake.
    pub fn body(&self) -> impl MessageBody + 'static {
        Body(self.clone())
    }
}

/// Keeps an [`Outbox`]'s shared frames back until it is dropped.
pub struct Hold(Outbox);

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.0.0.lock();
        state.holds -= 1;
        if state.holds == 0 {
            let mut held = std::mem::take(&mut state.held);
            state.frames.append(&mut held);
            state.wake();
        }
    }
}

impl State {
    fn push(&mut self, frame: Bytes, queue: impl FnOnce(&mut Self) -> &mut VecDeque<Bytes>) {
        if self.closed {
            return;
        }
        let count = self.frames.len() + self.held.len();
        if count >= self.limit.frames || self.bytes + frame.len() > self.limit.bytes {
            return self.cut();
        }
        self.bytes += frame.len();
        queue(self).push_back(frame);
        self.wake();
    }

    /// The client does not read. Its connection's write buffer may be full, and then nothing that is
    /// put into it would ever arrive nor end it: the socket is shut from here.
    fn cut(&mut self) {
        self.closed = true;
        self.frames = VecDeque::new();
        self.held = VecDeque::new();
        self.bytes = 0;
        if let Some(socket) = self.socket.take() {
            socket.shut();
        }
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.wake();
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
        let mut state = self.0.0.lock();
        match state.frames.pop_front() {
            Some(frame) => {
                state.bytes -= frame.len();
                Poll::Ready(Some(Ok(frame)))
            }
            None if state.closed => Poll::Ready(None),
            None => {
                state.writer = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Body {
    /// The connection is gone; nothing more will be written.
    fn drop(&mut self) {
        let mut state = self.0.0.lock();
        state.closed = true;
        state.frames = VecDeque::new();
        state.held = VecDeque::new();
        state.bytes = 0;
        state.socket = None;
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
        let mut body = std::mem::ManuallyDrop::new(Body(outbox.clone()));
        let mut frames = Vec::new();
        while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut *body).poll_next(&mut cx) {
            frames.push(frame);
        }
        frames
    }

    #[test]
    fn frames_leave_in_the_order_they_came() {
        let outbox = Outbox::new(LIMIT, None);
        outbox.push("a".into());
        outbox.push_shared("b".into());
        outbox.push("c".into());
        assert_eq!(read(&outbox), ["a", "b", "c"]);
    }

    #[test]
    fn an_answer_goes_before_the_shared_frames_that_were_held_for_it() {
        let outbox = Outbox::new(LIMIT, None);
        let hold = outbox.hold();
        outbox.push_shared("event".into());
        assert!(read(&outbox).is_empty());
        outbox.push("answer".into());
        drop(hold);
        assert_eq!(read(&outbox), ["answer", "event"]);
    }

    #[test]
    fn a_client_that_falls_behind_by_count_or_bytes_is_cut_off() {
        let outbox = Outbox::new(LIMIT, None);
        for _ in 0..5 {
            outbox.push_shared("x".into());
        }
        assert!(outbox.is_closed() && read(&outbox).is_empty());

        let outbox = Outbox::new(LIMIT, None);
        let hold = outbox.hold();
        outbox.push_shared(vec![0; 60].into());
        outbox.push_shared(vec![0; 60].into());
        drop(hold);
        assert!(outbox.is_closed() && read(&outbox).is_empty());
    }

    #[test]
    fn what_waits_is_written_before_the_close_frame_and_nothing_after_it() {
        let outbox = Outbox::new(LIMIT, None);
        outbox.push("last words".into());
        outbox.close(CloseCode::Away);
        outbox.push("too late".into());
        assert_eq!(read(&outbox), [Bytes::from("last words"), close_frame(CloseCode::Away)]);
    }
}

//! Bounds how many commands of one session are under way: while there are too many, nothing more is
//! read from its client, whose own send buffer then fills.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures_util::Stream;

const AT_A_TIME: usize = 64;

/// Counts commands under way; clones share the count.
#[derive(Clone, Default)]
pub struct Gate(Rc<State>);

#[derive(Default)]
struct State {
    under_way: Cell<usize>,
    waiting: RefCell<Vec<Waker>>,
}

/// A command under way, or one that nothing may overtake.
pub struct Permit {
    gate: Gate,
    weight: usize,
}

impl Gate {
    pub fn enter(&self) -> Permit {
        self.admit(1)
    }

    /// For a command that takes a while and that later ones must find done.
    pub fn enter_last(&self) -> Permit {
        self.admit(AT_A_TIME)
    }

    fn admit(&self, weight: usize) -> Permit {
        self.0.under_way.set(self.0.under_way.get() + weight);
        Permit { gate: self.clone(), weight }
    }

    /// Lets the items of a stream through while there is room.
    pub fn guard<S>(&self, stream: S) -> Guarded<S> {
        Guarded { gate: self.clone(), stream: Box::pin(stream) }
    }

    /// Waits until nothing is under way.
    pub fn emptied(&self) -> impl Future<Output = ()> + use<> {
        let gate = self.clone();
        poll_fn(move |cx| gate.poll_below(1, cx))
    }

    fn poll_below(&self, count: usize, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.under_way.get() < count {
            return Poll::Ready(());
        }
        let mut waiting = self.0.waiting.borrow_mut();
        if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
            waiting.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

impl Permit {
    /// Waits until nothing else is under way. While a permit of [`Gate::enter_last`] is out, nothing else
    /// begins.
    pub fn alone(&self) -> impl Future<Output = ()> + use<> {
        let (gate, others) = (self.gate.clone(), self.weight + 1);
        poll_fn(move |cx| gate.poll_below(others, cx))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let state = &self.gate.0;
        state.under_way.set(state.under_way.get() - self.weight);
        for waker in state.waiting.take() {
            waker.wake();
        }
    }
}

pub struct Guarded<S> {
    gate: Gate,
    stream: Pin<Box<S>>,
}

impl<S: Stream> Stream for Guarded<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        if self.gate.poll_below(AT_A_TIME, cx).is_pending() {
            return Poll::Pending;
        }
        self.stream.as_mut().poll_next(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, StreamExt, stream};

    use super::*;

    #[test]
    fn a_stream_waits_while_too_much_is_under_way() {
        let gate = Gate::default();
        let mut guarded = gate.guard(stream::iter(1..3));
        let permits: Vec<_> = (1..AT_A_TIME).map(|_| gate.enter()).collect();
        assert_eq!(guarded.next().now_or_never(), Some(Some(1)));
        let last = gate.enter();
        assert_eq!(guarded.next().now_or_never(), None);
        drop(last);
        assert_eq!(guarded.next().now_or_never(), Some(Some(2)));
        assert_eq!(gate.emptied().now_or_never(), None);
        let alone = gate.enter_last();
        assert_eq!(guarded.next().now_or_never(), None);
        drop(alone);
        drop(permits);
        assert_eq!(gate.emptied().now_or_never(), Some(()));
    }
}

//! Notices a client that is gone: pings after every interval, and waits a timeout for the answer.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::time::Sleep;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    Ping,
    Gone,
}

/// Timers fire a little late, which must not add up to a client's time to answer. Beyond this the whole
/// process stood still, and its clients have their time from then on.
const STALL: Duration = Duration::from_millis(100);

/// The rule, without a clock.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    interval: Duration,
    timeout: Duration,
    due: Instant,
    awaits_answer: bool,
}

impl Heartbeat {
    pub fn new(interval: Duration, timeout: Duration, now: Instant) -> Self {
        Self { interval, timeout, due: now + interval, awaits_answer: false }
    }

    /// When [`beat`](Self::beat) has something to say next.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// What is due at `now`, if anything.
    pub fn beat(&mut self, now: Instant) -> Option<Beat> {
        if now < self.due {
            return None;
        }
        if self.awaits_answer {
            return Some(Beat::Gone);
        }
        self.awaits_answer = true;
        let is_stalled = now - self.due > STALL;
        self.due = if is_stalled { now } else { self.due } + self.timeout;
        Some(Beat::Ping)
    }

    /// The client answered.
    pub fn answered(&mut self, now: Instant) {
        self.awaits_answer = false;
        self.due = now + self.interval;
    }
}

/// A heartbeat on the runtime's clock.
#[derive(Debug)]
pub struct Pulse {
    heartbeat: Heartbeat,
    timer: Pin<Box<Sleep>>,
}

impl Pulse {
    pub fn new(interval: Duration, timeout: Duration) -> Self {
        let heartbeat = Heartbeat::new(interval, timeout, Instant::now());
        let timer = Box::pin(tokio::time::sleep_until(heartbeat.due().into()));
        Self { heartbeat, timer }
    }

    /// The client answered a ping. A timer that fires too early finds out by itself, which is cheaper
    /// than moving it for every answer.
    pub fn answered(&mut self) {
        self.heartbeat.answered(Instant::now());
        let due = self.heartbeat.due().into();
        if due < self.timer.deadline() {
            self.timer.as_mut().reset(due);
        }
    }

    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Beat> {
        loop {
            ready!(self.timer.as_mut().poll(cx));
            let beat = self.heartbeat.beat(Instant::now());
            self.timer.as_mut().reset(self.heartbeat.due().into());
            if let Some(beat) = beat {
                return Poll::Ready(beat);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(25);
    const TIMEOUT: Duration = Duration::from_secs(20);

    #[test]
    fn a_client_that_answers_is_pinged_again_after_the_interval() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(INTERVAL, TIMEOUT, start);
        assert_eq!(heartbeat.beat(start + Duration::from_secs(24)), None);
        assert_eq!(heartbeat.beat(start + INTERVAL), Some(Beat::Ping));
        heartbeat.answered(start + Duration::from_secs(26));
        assert_eq!(heartbeat.beat(start + Duration::from_secs(50)), None);
        assert_eq!(heartbeat.beat(start + Duration::from_secs(51)), Some(Beat::Ping));
    }

    #[test]
    fn a_client_has_its_time_although_the_server_stood_still() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(INTERVAL, TIMEOUT, start);
        let woken = start + INTERVAL + 3 * TIMEOUT;
        assert_eq!(heartbeat.beat(woken), Some(Beat::Ping));
        assert_eq!(heartbeat.beat(woken), None);
        assert_eq!(heartbeat.beat(woken + TIMEOUT), Some(Beat::Gone));
    }

    #[test]
    fn a_client_that_does_not_answer_within_the_timeout_is_gone() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(INTERVAL, TIMEOUT, start);
        assert_eq!(heartbeat.beat(start + INTERVAL), Some(Beat::Ping));
        assert_eq!(heartbeat.beat(start + Duration::from_secs(44)), None);
        assert_eq!(heartbeat.beat(start + INTERVAL + TIMEOUT), Some(Beat::Gone));
    }
}

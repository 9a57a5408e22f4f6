use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Says to each of `count` listeners in turn that something is due, one every `period` for `duration`,
/// and since when. Says it from a thread of its own, since Tokio's timers are up to a millisecond late.
pub fn every(
    period: Duration,
    duration: Duration,
    count: usize,
) -> Vec<UnboundedReceiver<Instant>> {
    let (tellers, listeners): (Vec<_>, Vec<_>) = (0..count).map(|_| unbounded_channel()).unzip();
    thread::spawn(move || tell(period, duration, &tellers));
    listeners
}

fn tell(period: Duration, duration: Duration, tellers: &[UnboundedSender<Instant>]) {
    let start = Instant::now();
    let mut due = start;
    for teller in tellers.iter().cycle() {
        if due >= start + duration {
            break;
        }
        thread::sleep(due.saturating_duration_since(Instant::now()));
        if teller.send(due).is_err() {
            break;
        }
        due += period;
    }
}

use std::fmt;
use std::time::Duration;

/// How long something took, each time.
#[derive(Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    pub fn add(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time in which so many of 1,000 were done.
    pub fn of_1000(&mut self, share: usize) -> Duration {
        let last = self.0.len().checked_sub(1).expect("something was measured");
        let place = last * share / 1000;
        *self.0.select_nth_unstable(place).1
    }
}

impl FromIterator<Self> for Latencies {
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        Self(parts.into_iter().flat_map(|part| part.0).collect())
    }
}

/// Milliseconds, as a cell of a table.
pub struct Ms(pub Duration);

impl fmt::Display for Ms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = format!("{:.2}", self.0.as_secs_f64() * 1000.0);
        f.pad(&ms)
    }
}

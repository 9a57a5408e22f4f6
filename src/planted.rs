//! Bugs on purpose, to show that `tests/faults` finds them. Without the feature `planted-bugs` there are
//! none, and nothing is left of the places that ask for them.

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// What is acknowledged is not stored, as if the server acknowledged before the commit and was killed
    /// in between.
    EarlyAck,
    /// A message that is sent again is stored again.
    NoDedupe,
    /// Something is stored and not passed on.
    LostBroadcast,
    /// Two things are passed on in the wrong order.
    Swapped,
    /// A number of a room is never used.
    SkippedNumber,
    /// An edit is passed on and not stored.
    LostEdit,
}

/// Whether this is a moment at which the bug shows: with the bug that is planted, one of `every`.
#[cfg(feature = "planted-bugs")]
pub fn shows(bug: Bug, every: u64) -> bool {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static PLANTED: LazyLock<Option<Bug>> = LazyLock::new(|| {
        let name = std::env::var("STONECHAT_PLANTED_BUG").ok()?;
        let bug = match name.as_str() {
            "early-ack" => Bug::EarlyAck,
            "no-dedupe" => Bug::NoDedupe,
            "lost-broadcast" => Bug::LostBroadcast,
            "swapped" => Bug::Swapped,
            "skipped-number" => Bug::SkippedNumber,
            "lost-edit" => Bug::LostEdit,
            _ => panic!("STONECHAT_PLANTED_BUG = {name}: there is no such bug"),
        };
        log::warn!("this server has a bug on purpose: {bug:?}");
        Some(bug)
    });
    static ASKED: AtomicU64 = AtomicU64::new(0);
    *PLANTED == Some(bug) && ASKED.fetch_add(1, Ordering::Relaxed) % every == every - 1
}

#[cfg(not(feature = "planted-bugs"))]
#[inline]
pub fn shows(_: Bug, _: u64) -> bool {
    false
}

//! Pages at random places of a large room and of a small one. If a page is found through an index, the
//! large room takes about as long as the small one.

use std::time::{Duration, Instant};

use clap::Args;
use stonechat::store::{Page, Room, Store};
use uuid::Uuid;

use crate::support::{Folder, Latencies, fill};

const LIMIT: u32 = 50;

#[derive(Args)]
pub struct Options {
    /// Messages in the large room
    #[arg(long, default_value_t = 1_000_000)]
    large: u64,
    /// Messages in the small room
    #[arg(long, default_value_t = 1_000)]
    small: u64,
    /// Pages of each kind in each room
    #[arg(long, default_value_t = 2_000)]
    pages: usize,
}

/// What is asked of a room. `at` is a number of it.
#[derive(Debug, Clone, Copy)]
enum Question {
    History(Page),
    /// What changed since a number; a client that is further behind than this is told to start anew.
    Sync(u64),
}

const FURTHEST_BEHIND: u64 = 1000;

type Ask = fn(at: u64, newest: u64) -> Question;

const QUESTIONS: [(&str, Ask); 5] = [
    ("newest", |_, newest| Question::History(Page::UpTo(newest))),
    ("before", |at, _| Question::History(Page::Before(at))),
    ("after", |at, _| Question::History(Page::After(at))),
    ("around", |at, _| Question::History(Page::Around(at))),
    ("sync", |at, newest| Question::Sync(newest.saturating_sub(at % FURTHEST_BEHIND))),
];

pub async fn run(options: &Options) {
    let folder = Folder::make();
    let store = folder.open().await;
    let start = Instant::now();
    let small = fill(&store, "small", options.small).await;
    let large = fill(&store, "large", options.large).await;
    println!("{} and {} messages written in {:.1?}", small.seq, large.seq, start.elapsed());

    println!(
        "{:<10}{:>12}{:>12}{:>8}{:>12}{:>12}{:>8}",
        "history", "small p50", "large p50", "ratio", "small p99", "large p99", "ratio"
    );
    for (name, ask) in QUESTIONS {
        let mut times = [Latencies::default(), Latencies::default()];
        for _ in 0..options.pages {
            // In turn, so that both meet the same weather.
            for (room, times) in [&small, &large].into_iter().zip(&mut times) {
                times.add(read(&store, room, ask(random_place(room), room.seq)).await);
            }
        }
        let [small, large] = &mut times;
        print!("{name:<10}");
        for share in [500, 990] {
            let [small, large] = [&mut *small, &mut *large].map(|times| times.of_1000(share));
            let ratio = large.as_secs_f64() / small.as_secs_f64();
            print!("{:>12}{:>12}{ratio:>8.2}", format!("{small:.0?}"), format!("{large:.0?}"));
        }
        println!();
    }
    store.close().await;
}

/// Reads a page, and looks whether it is the right one.
async fn read(store: &Store, room: &Room, question: Question) -> Duration {
    let start = Instant::now();
    let answer = match question {
        Question::History(page) => store.history(room, page, LIMIT).await,
        Question::Sync(last) => store.changes(room, last, LIMIT).await,
    };
    let time = start.elapsed();
    let messages = answer.expect("a page").messages;
    let seqs: Vec<u64> = messages.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, expected(question, room.seq), "{question:?} of {}", room.name.as_str());
    time
}

/// The numbers of a page in a room without holes.
fn expected(question: Question, newest: u64) -> Vec<u64> {
    let limit = u64::from(LIMIT);
    let (from, to) = match question {
        Question::History(Page::UpTo(seq)) => ((seq + 1).saturating_sub(limit), seq + 1),
        Question::History(Page::Before(seq)) => (seq.saturating_sub(limit), seq),
        Question::History(Page::After(seq)) | Question::Sync(seq) => (seq + 1, seq + 1 + limit),
        Question::History(Page::Around(seq)) => (seq.saturating_sub(limit / 2), seq + limit / 2),
        Question::History(Page::At(_)) => unreachable!("only numbers are asked for"),
    };
    (from.max(1)..to.min(newest + 1)).collect()
}

/// The number of any message of a room.
fn random_place(room: &Room) -> u64 {
    Uuid::new_v4().as_u64_pair().0 % room.seq + 1
}

//! How long it takes from the start of the process until it answers a request, and what memory it has then: with
//! an empty database, and with a large one.

use std::path::Path;
use std::time::Instant;

use clap::Args;

use crate::support::{Column, Comparison, Csv, Folder, Peer, Setup, fill, number};

const COLUMNS: &[Column] = &[("answers in ms", 1), ("memory MiB", 1)];

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    setup: Setup,
    /// Messages in the large database
    #[arg(long, default_value_t = 1_000_000)]
    messages: u64,
}

pub async fn run(options: &Options) {
    let setup = &options.setup;
    setup.prepare();
    let large = Folder::make();
    let store = large.open().await;
    fill(&store, "large", options.messages).await;
    store.close().await;

    let mut csv = Csv::create(setup, &["server", "round"], COLUMNS);
    let mut comparison = Comparison::new(COLUMNS);
    for round in 0..setup.rounds {
        let mut note = |server: &str, figures: Vec<f64>| {
            csv.add(&[server, &round.to_string()], &figures);
            comparison.add(server, figures);
        };
        for peer in &setup.peers {
            let empty = Folder::make();
            note(peer.name(), measure(*peer, setup, empty.path()));
            if *peer == Peer::Stonechat {
                let name = format!("{} with {} messages", peer.name(), options.messages);
                note(&name, measure(*peer, setup, large.path()));
            }
        }
    }
    comparison.print(&format!("rounds: {}", setup.rounds));
}

fn measure(peer: Peer, setup: &Setup, data: &Path) -> Vec<f64> {
    let start = Instant::now();
    let server = peer.start_on(data, setup);
    server.wait_for_answer(peer.health());
    let time = start.elapsed().as_secs_f64();
    let memory = number(server.share_of_memory());
    if peer == Peer::Stonechat {
        // One that was killed would have a log to read at its next start.
        server.stop();
    }
    vec![time * 1e3, memory / 1024.0]
}

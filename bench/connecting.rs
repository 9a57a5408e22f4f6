//! Thousands of clients come in at once, and then stay and say nothing: how long it takes until all are in, what
//! each takes of the server's CPU and memory, and what the server does while nothing happens.
//!
//! With several numbers of clients, what one of them takes should be the same for each number: if coming in is
//! told to all who are there, it grows with them.

use std::time::{Duration, Instant};

use clap::Args;

use crate::support::{Clients, Column, Comparison, Csv, Peer, Setup, number};

/// How long a server has for what it does at its start, and after the last client is in, before its memory is
/// looked at.
const SETTLING: Duration = Duration::from_secs(1);

const COLUMNS: &[Column] = &[
    ("all in after s", 2),
    ("ms/client", 3),
    ("CPU us/client", 0),
    ("KiB/client", 2),
    ("empty MiB", 1),
    ("idle CPU %", 2),
    ("load CPU s", 2),
];

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    setup: Setup,
    /// Clients; several numbers are measured one after the other
    #[arg(long, value_delimiter = ',', default_value = "1000,2000,4000,8000")]
    clients: Vec<usize>,
    /// Rooms, to which the clients are dealt
    #[arg(long, default_value_t = 1)]
    rooms: usize,
    /// Clients on their way in at a time; the kernel keeps 4096 that the server has not taken yet, at most
    #[arg(long, default_value_t = 500)]
    at_once: usize,
    /// Seconds in which nothing happens, with the last number of clients; the default has one heartbeat of each
    #[arg(long, default_value_t = 25)]
    seconds: u64,
}

pub async fn run(options: &Options) {
    let setup = &options.setup;
    setup.prepare();
    let mut csv = Csv::create(setup, &["peer", "clients", "rooms", "round"], COLUMNS);
    for clients in &options.clients {
        let idle = (Some(clients) == options.clients.last())
            .then_some(Duration::from_secs(options.seconds));
        let mut comparison = Comparison::new(COLUMNS);
        for round in 0..setup.rounds {
            for peer in &setup.peers {
                let figures = measure(options, *peer, *clients, idle).await;
                let [clients, rooms, round] =
                    [*clients, options.rooms, round].map(|number| number.to_string());
                csv.add(&[peer.name(), &clients, &rooms, &round], &figures);
                comparison.add(peer.name(), figures);
            }
        }
        comparison.print(&format!(
            "clients: {clients}, rooms: {}, rounds: {}",
            options.rooms, setup.rounds
        ));
    }
}

async fn measure(
    options: &Options,
    peer: Peer,
    clients: usize,
    idle: Option<Duration>,
) -> Vec<f64> {
    let running = peer.start(&options.setup, options.rooms).await;
    let server = &running.server;
    actix::clock::sleep(SETTLING).await;
    let (empty, before, start) = (server.share_of_memory(), server.cpu(), Instant::now());
    let mut all = Clients::connect(peer, server.address, clients, options.rooms, options.at_once);
    let time = start.elapsed().as_secs_f64();
    all.idle(SETTLING);
    let cpu = server.cpu().since(before);
    let grown = number(server.share_of_memory() - empty);
    let idle = idle.map(|idle| {
        let before = server.cpu();
        all.idle(idle);
        server.cpu().since(before).server / idle.as_secs_f64() * 100.0
    });
    let clients = number(clients);
    vec![
        time,
        time * 1e3 / clients,
        cpu.server * 1e6 / clients,
        grown / clients,
        number(empty) / 1024.0,
        idle.unwrap_or(f64::NAN),
        cpu.load,
    ]
}

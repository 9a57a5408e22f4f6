//! Measures the service as a whole: `cargo bench --bench measure -- posting` (or any other that `--help` names),
//! and `--help` behind it for what can be set.
//!
//! A program starts the server as a process of its own, on a data folder in the target folder, and talks
//! to it over plain WebSocket. It prints a table and fails if anything came out wrong, but never because
//! something took too long: that is for whoever reads the table, who knows the machine. The CPU time
//! of the server and of the program tell who of them was the bottleneck. `fanout`, `connecting` and `starting`
//! measure other servers too, in turn: `peers/`, built when they are asked for. Reads `/proc`, so: Linux.

mod connecting;
mod crowd;
mod fanout;
mod frozen;
mod history;
mod posting;
mod starting;
mod support;

use clap::{CommandFactory, Parser, Subcommand};

#[derive(Parser)]
#[command(name = "measure", about = "Measures Stonechat as a whole")]
struct Arguments {
    #[command(subcommand)]
    program: Option<Program>,
    /// Said by cargo.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Program {
    /// Many write in rooms of their own: how many messages a second, and how soon they are on disk
    Posting(posting::Options),
    /// Pages of a large room and of a small one, at random places: how many times as long the large takes
    History(history::Options),
    /// One of many clients stops reading: what the others and the server's memory notice of it
    Frozen(frozen::Options),
    /// Thousands of rooms and of people: how long it takes to come in, to see the rooms, and to join one
    Crowd(crowd::Options),
    /// All in a room hear what some write, here and with other servers: what a delivery costs, and how long it takes
    Fanout(fanout::Options),
    /// Thousands of clients come in and stay, here and with other servers: how long it takes, and what each costs
    Connecting(connecting::Options),
    /// The time until a server that is started answers, with an empty database and with a large one
    Starting(starting::Options),
}

#[actix_web::main]
async fn main() {
    match Arguments::parse().program {
        Some(Program::Posting(options)) => posting::run(&options).await,
        Some(Program::History(options)) => history::run(&options).await,
        Some(Program::Frozen(options)) => frozen::run(&options).await,
        Some(Program::Crowd(options)) => crowd::run(&options).await,
        Some(Program::Fanout(options)) => fanout::run(&options).await,
        Some(Program::Connecting(options)) => connecting::run(&options).await,
        Some(Program::Starting(options)) => starting::run(&options).await,
        None => Arguments::command().print_help().expect("an output"),
    }
}

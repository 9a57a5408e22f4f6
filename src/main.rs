//! The program: flags, logging, settings, and then the service.

mod memory;
mod scheduling;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use stonechat::app::App;
use stonechat::config::{Config, Sources};
use stonechat::health;

/// Self-hosted chat: one process, one SQLite file, a browser UI, and a wire that any Socket.IO client
/// speaks.
///
/// Without a subcommand it serves. Settings come from the defaults, then the file of --config, then the
/// environment (STONECHAT_SECTION__KEY, as in STONECHAT_SERVER__PORT=80), then these flags.
/// RUST_LOG=debug shows more of what happens.
#[derive(Debug, Parser)]
#[command(version, about, long_about)]
struct Cli {
    /// The address to listen on; 0.0.0.0 opens it to the network [default: 127.0.0.1]
    #[arg(long, global = true)]
    host: Option<String>,

    /// The port to listen on; 0 picks a free one [default: 8080]
    #[arg(long, global = true)]
    port: Option<String>,

    /// The folder for everything that is kept; made when missing [default: data]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,

    /// A TOML file with settings; config/default.toml lists them all
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve (what it does without a subcommand)
    Serve,
    /// Ask a running server whether all is well, with the same settings; exit code 0 if so
    Health,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    scheduling::take_turns();
    let result = settings(&cli).and_then(|config| match cli.command {
        Some(Command::Health) => health::ask(&config.server),
        None | Some(Command::Serve) => serve(config),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stonechat: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn settings(cli: &Cli) -> anyhow::Result<Config> {
    let data = cli.data.as_ref().map(|data| data.display().to_string());
    let flags = [
        ("server.host", cli.host.clone()),
        ("server.port", cli.port.clone()),
        ("store.data", data),
    ];
    Ok(Config::load(Sources {
        file: cli.config.clone(),
        environment: std::env::vars().collect(),
        overrides: flags.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
    })?)
}

#[actix_web::main]
async fn serve(config: Config) -> anyhow::Result<()> {
    env_logger::Builder::new()
        .filter_level(log::LevelFilter::Info)
        // What a client does wrong is no news of ours.
        .filter_module("actix_http", log::LevelFilter::Off)
        .filter_module("actix_server", log::LevelFilter::Warn)
        .parse_default_env()
        .init();
    let app = App::build(config).await?;
    let (address, note) = address_to_open(app.address());
    let mut lines = vec![format!("Stonechat is ready at {address}{note}")];
    if let Some(token) = app.claim() {
        let link = format!("{address}/#/claim/{}", token.reveal());
        lines.push(format!("Nobody owns this server yet. Claim it at {link}"));
    }
    // At once, as whoever waits for the first line may have read enough. A closed output is no reason not to
    // serve.
    let _ = std::io::stdout().write_all((lines.join("\n") + "\n").as_bytes());
    app.run().await
}

/// And what is to be said behind it.
fn address_to_open(address: SocketAddr) -> (String, &'static str) {
    if address.ip().is_unspecified() {
        let note = " (listening on all of this machine's addresses)";
        (format!("http://localhost:{}", address.port()), note)
    } else {
        (format!("http://{address}"), "")
    }
}

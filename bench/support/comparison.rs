//! Several servers, measured in turn and several times, and what came out beside each other.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::{Peer, cpus};

/// Who is measured, and on what.
#[derive(Args)]
pub struct Setup {
    /// Who is measured in each round; the ratios are to the first
    #[arg(
        long = "peer",
        value_delimiter = ',',
        default_value = "stonechat,actix,socketioxide,socket-io"
    )]
    pub peers: Vec<Peer>,
    /// How often everything is measured, each time with a new server; what is told is the median
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// The CPUs of the server
    #[arg(long, value_delimiter = ',', default_value = "0")]
    pub server_cpus: Vec<usize>,
    /// The CPUs of the clients, which are one thread
    #[arg(long, value_delimiter = ',', default_value = "1")]
    pub load_cpus: Vec<usize>,
    /// Worker threads of the server, where it can have several [default: one for each of its CPUs]
    #[arg(long)]
    workers: Option<usize>,
    /// A file for the figures of each round; bench/plot.mjs draws them
    #[arg(long)]
    pub csv: Option<PathBuf>,
}

impl Setup {
    pub fn workers(&self) -> usize {
        self.workers.unwrap_or(self.server_cpus.len())
    }

    /// Builds what is to be measured, before anything is.
    pub fn prepare(&self) {
        for peer in &self.peers {
            peer.build();
        }
        cpus::raise_file_limit();
    }
}

/// A figure's name, and its decimals.
pub type Column = (&'static str, usize);

/// The figures of each server, one row of them for each round.
pub struct Comparison {
    columns: &'static [Column],
    servers: Vec<(String, Vec<Vec<f64>>)>,
}

impl Comparison {
    pub fn new(columns: &'static [Column]) -> Self {
        Self { columns, servers: Vec::new() }
    }

    /// Adds a round of a server. A figure that there is none of is not a number.
    pub fn add(&mut self, server: &str, figures: Vec<f64>) {
        assert_eq!(figures.len(), self.columns.len(), "one figure for each column");
        match self.servers.iter_mut().find(|(name, _)| name == server) {
            Some((_, rounds)) => rounds.push(figures),
            None => self.servers.push((server.into(), vec![figures])),
        }
    }

    /// Prints the medians, and under them what they are as ratios to the first server: the median of the ratios
    /// of each round, whose servers met the same weather.
    pub fn print(&self, title: &str) {
        println!("\n{title}");
        print!("{:<34}", "");
        for (name, _) in self.columns {
            print!("{name:>17}");
        }
        println!();
        let mut servers = self.servers.iter();
        let Some((_, first)) = servers.next() else { return };
        self.print_row(&self.servers[0].0, first, true);
        for (name, rounds) in servers {
            self.print_row(name, rounds, true);
            let ratios = rounds.iter().zip(first).map(|(figures, others)| {
                figures.iter().zip(others).map(|(figure, other)| figure / other).collect()
            });
            self.print_row("", &ratios.collect::<Vec<_>>(), false);
        }
    }

    fn print_row(&self, name: &str, rounds: &[Vec<f64>], whole: bool) {
        print!("{name:<34}");
        for (place, (_, decimals)) in self.columns.iter().enumerate() {
            let median = median(rounds.iter().map(|figures| figures[place]).collect());
            let cell = match (median.is_finite(), whole) {
                (false, true) => "-".into(),
                (false, false) => String::new(),
                (true, true) => format!("{median:.decimals$}"),
                (true, false) => format!("{median:.2}x"),
            };
            print!("{cell:>17}");
        }
        println!();
    }
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
pub fn number(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    if figures.len() % 2 == 1 {
        figures[middle]
    } else {
        f64::midpoint(figures[middle - 1], figures[middle])
    }
}

/// A file of figures: first what they were measured with, then they themselves.
pub struct Csv(Option<File>);

impl Csv {
    pub fn create(setup: &Setup, given: &[&str], columns: &[Column]) -> Self {
        let file = setup.csv.as_ref().map(|path| File::create(path).expect("a file"));
        let mut csv = Self(file);
        let columns = columns.iter().map(|(name, _)| (*name).to_owned());
        csv.line(given.iter().map(|name| (*name).to_owned()).chain(columns));
        csv
    }

    pub fn add(&mut self, given: &[&str], figures: &[f64]) {
        let figures = figures
            .iter()
            .map(|figure| if figure.is_finite() { format!("{figure:.4}") } else { String::new() });
        self.line(given.iter().map(|value| (*value).to_owned()).chain(figures));
    }

    fn line(&mut self, cells: impl Iterator<Item = String>) {
        if let Some(file) = &mut self.0 {
            let line = cells.collect::<Vec<_>>().join(",");
            writeln!(file, "{line}").expect("the file can be written");
        }
    }
}

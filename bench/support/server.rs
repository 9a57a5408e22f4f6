use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{self, Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Ticks of a second in `/proc`, the same on every Linux.
const TICKS: f64 = 100.0;

/// A server as a process of its own. It ends with this.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts Stonechat on a folder; `environment` are further settings.
    pub fn start(data: &Path, environment: &[(&str, &str)]) -> Self {
        Self::spawn(stonechat(data).envs(environment.iter().copied()))
    }

    /// Starts any server whose first line ends with its address.
    pub fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("an output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let address = line.trim_end().rsplit_once("http://");
        let address = address.and_then(|(_, address)| address.parse().ok());
        Self { child, address: address.unwrap_or_else(|| panic!("no address is named: {line}")) }
    }

    /// Asks for a page until it answers that all is well.
    pub fn wait_for_answer(&self, page: &str) {
        let until = Instant::now() + PATIENCE;
        while self.ask(page).is_err() {
            assert!(Instant::now() < until, "the server does not answer");
            thread::yield_now();
        }
    }

    fn ask(&self, page: &str) -> io::Result<()> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET {page} HTTP/1.1\r\nHost: stonechat\r\n\r\n")?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        if line.starts_with("HTTP/1.1 200 ") { Ok(()) } else { Err(ErrorKind::InvalidData.into()) }
    }

    /// Tells it to end, and waits until it has.
    pub fn stop(mut self) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process");
        kill_process(id, Signal::TERM).expect("it can be told");
        assert!(self.child.wait().expect("a status").success(), "the server ends well");
    }

    pub fn cpu(&self) -> Cpu {
        Cpu { server: cpu_seconds(self.child.id()), load: cpu_seconds(process::id()) }
    }

    /// Its memory, in MiB.
    pub fn memory(&self) -> u64 {
        self.kilobytes("status", "VmRSS:") / 1024
    }

    /// Its share of the memory, in KiB: what it has for itself, and its part of what it shares with others.
    pub fn share_of_memory(&self) -> u64 {
        self.kilobytes("smaps_rollup", "Pss:")
    }

    fn kilobytes(&self, file: &str, name: &str) -> u64 {
        let text = read(&format!("/proc/{}/{file}", self.child.id()));
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
        kilobytes.expect("its memory")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The CPU time of the server and of the program that measures it, in seconds.
#[derive(Clone, Copy)]
pub struct Cpu {
    pub server: f64,
    pub load: f64,
}

impl Cpu {
    pub fn since(self, before: Self) -> Self {
        Self { server: self.server - before.server, load: self.load - before.load }
    }
}

/// Stonechat on any port, without limits to what one client may do.
fn stonechat(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stonechat"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("RUST_LOG", "warn")
        .env("STONECHAT_LIMITS__MESSAGES_PER_SECOND", "0")
        .env("STONECHAT_LIMITS__COMMANDS_PER_SECOND", "0")
        .env("STONECHAT_LIMITS__CONNECTIONS_PER_IP", "0")
        .args(["--port", "0", "--data"])
        .arg(data);
    command
}

fn cpu_seconds(process: u32) -> f64 {
    let stat = read(&format!("/proc/{process}/stat"));
    // The name of the program may have spaces and is in parentheses; behind it, the 12th and 13th field.
    let (_, fields) = stat.rsplit_once(')').expect("a name");
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks.map(|ticks| ticks.parse::<f64>().expect("a number")).sum::<f64>() / TICKS
}

fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// How long a server may take for anything that a program waits for.
pub const PATIENCE: Duration = Duration::from_secs(30);

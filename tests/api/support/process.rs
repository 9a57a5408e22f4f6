use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::{PATIENCE, Served};

/// The program itself, on a free port. It ends with this.
pub struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    /// Starts it on a folder; `environment` are settings.
    pub async fn start(data: &Path, environment: &[(&str, &str)]) -> Self {
        let mut command = command(environment);
        command.args(["--port", "0", "--data"]).arg(data);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("an output"));
        let line = timeout(PATIENCE, output.lines().next_line()).await.expect("a line in time");
        let line = line.expect("a line").expect("a line before the end");
        let address = line.rsplit_once("http://").and_then(|(_, address)| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("no address is named: {line}"));
        Self { child, address }
    }

    pub fn tell(&self, signal: Signal) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(id.expect("it runs"), signal).expect("it can be told");
    }

    /// Ends it without a word, and waits until it is gone.
    pub async fn kill(mut self) {
        self.tell(Signal::KILL);
        self.ended().await;
    }

    /// How it ends.
    pub async fn ended(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.expect("the end in time").expect("a status")
    }
}

impl Served for Process {
    fn address(&self) -> SocketAddr {
        self.address
    }
}

/// The program with settings, and arguments still to come.
pub fn command(environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stonechat"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .envs(environment.iter().copied())
        .kill_on_drop(true);
    command
}

//! The built program as a child process.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// A server that serves; killed when it is dropped.
pub struct Program {
    pub address: SocketAddr,
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Program {
    /// Starts on a free port and waits until it is ready.
    pub fn start(data: &Path) -> Self {
        let mut child = command()
            .args(["--port", "0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program is built");
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        let address = line.trim_end().rsplit('/').next().and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| {
            let _ = child.kill();
            panic!("no address in {line:?}; the log:\n{}", read(&mut child).join("\n"));
        });
        Self { address, child, output }
    }

    /// The rest of what it prints, once it is told to end.
    pub fn rest(mut self) -> String {
        self.terminate();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("text");
        rest
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM and waits for the end.
    pub fn terminate(&mut self) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it runs");
        self.child.wait().expect("it is ours")
    }

    /// The lines of its log, once it has ended.
    pub fn log(&mut self) -> Vec<String> {
        read(&mut self.child)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it prints when all is well.
pub fn prints(arguments: &[&str]) -> String {
    let output = command().args(arguments).output().expect("the program is built");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {} {error}", output.status);
    String::from_utf8(output.stdout).expect("text")
}

/// What it says when it ends with code 1.
pub fn fails(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = command()
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .expect("the program is built");
    assert_eq!(output.status.code(), Some(1), "{arguments:?} {environment:?}: {output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).expect("text")
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stonechat"));
    command.env_remove("RUST_LOG");
    command
}

fn read(child: &mut Child) -> Vec<String> {
    let mut log = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut log);
    }
    log.lines().map(str::to_owned).collect()
}

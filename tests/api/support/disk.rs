//! Trouble for a database: a disk that is full, and another program that locks it.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sqlx::{AnyConnection, Connection, Executor};
use tempfile::TempDir;

/// A file system in memory that is soon full.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// None, said loudly, where this user may not mount one.
    pub fn mount() -> Option<Self> {
        let folder = TempDir::new().expect("the temporary folder can be written");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m", "stonechat"]).arg(folder.path());
        let mounted = mount.stderr(Stdio::null()).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(folder));
        }
        eprintln!("SKIPPED: a small file system cannot be mounted; only root may");
        None
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// Leaves no room.
    pub fn fill(&self) {
        let file = OpenOptions::new().create(true).append(true).open(self.filler());
        let mut file = file.expect("a file can be made");
        for size in [1 << 16, 1 << 12, 1] {
            let bytes = vec![0; size];
            let full = loop {
                if let Err(error) = file.write_all(&bytes) {
                    break error;
                }
            };
            assert_eq!(full.kind(), ErrorKind::StorageFull, "{full}");
        }
    }

    /// Makes room again.
    pub fn empty(&self) {
        fs::remove_file(self.filler()).expect("the file can be removed");
    }

    fn filler(&self) -> PathBuf {
        self.0.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A program that is still ending may use it for a moment.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// Keeps everybody else from writing to the database in a folder for as long as it lives.
pub async fn lock(data: &Path) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let url = format!("sqlite:{}", data.join("stonechat.db").display());
    let mut connection = AnyConnection::connect(&url).await.expect("the database opens");
    connection.execute("BEGIN IMMEDIATE").await.expect("nobody else writes just now");
    connection
}

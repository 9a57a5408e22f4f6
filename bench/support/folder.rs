use std::path::Path;

use stonechat::config;
use stonechat::domain::RoomName;
use stonechat::store::{self, Room, Store};
use tempfile::TempDir;

/// A data folder that goes when this goes. On the disk of the target folder: what is kept in memory, as
/// `/tmp` often is, has no commit to wait for.
pub struct Folder(TempDir);

impl Folder {
    pub fn make() -> Self {
        Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The store in it, which only one may have open at a time.
    pub async fn open(&self) -> Store {
        let config = config::Store { data: self.path().to_owned(), url: String::new() };
        store::open(&config).await.expect("a store")
    }
}

/// A room of a store, made if there is none.
pub async fn room(store: &Store, name: &str) -> Room {
    let name = RoomName::parse(name).expect("a slug");
    store.create_room(&name, 0).await.expect("it is made");
    store.room(&name).await.expect("an answer").expect("it was made")
}

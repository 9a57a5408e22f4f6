//! A log on a database of its own, and what was committed to it.

use std::sync::{Arc, Mutex};

use actix::prelude::*;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use stonechat::access::{Role, Standing};
use stonechat::config;
use stonechat::domain::{Body, Message, MessageId, RoomId, RoomName, User};
use stonechat::store::{
    self, Action, AppendError, Committed, Draft, History, Page, Receipt, Room, Store, Writer,
};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// An empty database, to be opened as often as one likes.
pub struct Database {
    config: config::Store,
    _folder: tempfile::TempDir,
}

/// One of each kind that there is.
pub async fn databases() -> Vec<Database> {
    let mut urls = vec![String::new()];
    if let Ok(server) = std::env::var("STONECHAT_TEST_POSTGRES") {
        urls.push(make_postgres(&server).await);
    }
    let database = |url| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("a folder? with #odd% characters");
        Database { config: config::Store { data, url }, _folder: folder }
    };
    urls.into_iter().map(database).collect()
}

impl Database {
    /// As another program does it.
    pub async fn execute(&self, sql: &'static str) {
        let url = match self.config.url.as_str() {
            "" => sqlite_url(&self.config.data.join("stonechat.db")),
            url => url.to_owned(),
        };
        let options: AnyConnectOptions = url.parse().expect("an address");
        let mut connection = AnyConnection::connect_with(&options).await.expect("it opens");
        sqlx::query(sql).execute(&mut connection).await.expect(sql);
        connection.close().await.expect("it closes");
    }
}

/// The folder's name has characters that mean something in an address.
fn sqlite_url(file: &std::path::Path) -> String {
    let path = file.display().to_string();
    let quoted = [("%", "%25"), ("?", "%3F"), ("#", "%23"), (" ", "%20")];
    let path = quoted.iter().fold(path, |path, (from, to)| path.replace(from, to));
    format!("sqlite:{path}")
}

/// Makes a database; they go with the server, which lives for the tests only.
async fn make_postgres(server: &str) -> String {
    sqlx::any::install_default_drivers();
    let name = format!("stonechat_{}", Uuid::new_v4().simple());
    let options: AnyConnectOptions = server.parse().expect("the address of a server");
    let mut connection = AnyConnection::connect_with(&options).await.expect("a server");
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&mut connection).await.expect("databases may be made");
    let mut url = options.database_url;
    url.set_path(&name);
    url.to_string()
}

pub struct Log {
    pub store: Store,
    writer: Writer,
    writing: JoinHandle<()>,
    committed: Arc<Mutex<Vec<u64>>>,
    room: Room,
}

/// Stands where the `ChatServer` stands.
struct Listener(Arc<Mutex<Vec<u64>>>);

impl Actor for Listener {
    type Context = Context<Self>;
}

impl Handler<Committed> for Listener {
    type Result = ();

    fn handle(&mut self, committed: Committed, _: &mut Self::Context) {
        let seqs = committed.changes.iter().map(|(_, message)| message.last_seq());
        self.0.lock().expect("no panic").extend(seqs);
        for appended in committed.appended {
            appended.tell();
        }
    }
}

impl Log {
    pub async fn open(database: &Database) -> Self {
        let store = store::open(&database.config).await.expect("it opens");
        let room = store.room(&RoomName::lobby()).await.expect("an answer").expect("the lobby");
        let committed = Arc::default();
        let listener = Listener(Arc::clone(&committed)).start();
        let position = store.position().await.expect("a position");
        let (writer, writing) = Writer::start(store.clone(), position, 1000, listener.recipient());
        Self { store, writer, writing, committed, room }
    }

    pub async fn close(self) {
        drop(self.writer);
        self.writing.await.expect("it ends");
        self.store.close().await;
    }

    pub fn draft(&self, author: &User, body: &str) -> Draft {
        Draft {
            room: self.room.id,
            room_name: self.room.name.clone(),
            id: MessageId::fresh(),
            author: author.clone(),
            role: Role::Guest,
            place: self.room.place(Standing::Member),
            action: Action::Post { body: Self::body(body), mentions: Vec::new() },
        }
    }

    fn body(text: &str) -> Body {
        Body::parse(text, usize::MAX).expect("a body")
    }

    /// What changes the message of a draft.
    pub fn edit(of: &Draft, body: &str) -> Draft {
        Draft { action: Action::Edit { body: Self::body(body), version: None }, ..of.clone() }
    }

    pub fn deletion(of: &Draft) -> Draft {
        Draft { action: Action::Delete, ..of.clone() }
    }

    /// What changed after a number.
    pub async fn changes(&self, after: u64, limit: u32) -> Read {
        Read(self.store.changes(&self.room().await, after, limit).await.expect("a page"))
    }

    pub async fn append(&self, draft: Draft) -> Result<Receipt, AppendError> {
        self.writer.append(draft).await.expect("an answer")
    }

    /// Hands all drafts over at once, so that they share transactions.
    pub async fn append_all(
        &self,
        drafts: impl IntoIterator<Item = Draft>,
    ) -> Vec<Result<Receipt, AppendError>> {
        let receipts: Vec<_> = drafts.into_iter().map(|draft| self.writer.append(draft)).collect();
        let receipts = futures_util::future::join_all(receipts).await;
        receipts.into_iter().map(|receipt| receipt.expect("an answer")).collect()
    }

    pub async fn history(&self, page: Page, limit: u32) -> Read {
        Read(self.store.history(&self.room().await, page, limit).await.expect("a page"))
    }

    pub async fn room(&self) -> Room {
        self.store.room(&self.room.name).await.expect("an answer").expect("the lobby")
    }

    pub async fn other_room(&self, name: &str) -> RoomId {
        let name = RoomName::parse(name).expect("a slug");
        self.store.create_room(&name, 0).await.expect("it is made");
        self.store.room(&name).await.expect("an answer").expect("it was made").id
    }

    /// The numbers of all that happened, in the order in which they were passed on.
    pub fn committed_seqs(&self) -> Vec<u64> {
        self.committed.lock().expect("no panic").clone()
    }
}

pub struct Read(History);

impl Read {
    pub fn bodies(&self) -> Vec<String> {
        self.0.messages.iter().map(|message| message.body.as_str().to_owned()).collect()
    }

    pub fn seqs(&self) -> Vec<u64> {
        self.0.messages.iter().map(|message| message.seq).collect()
    }

    /// The numbers of the last changes.
    pub fn last_seqs(&self) -> Vec<u64> {
        self.0.messages.iter().map(Message::last_seq).collect()
    }
}

impl std::ops::Deref for Read {
    type Target = History;

    fn deref(&self) -> &History {
        &self.0
    }
}

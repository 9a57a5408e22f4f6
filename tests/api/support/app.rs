use std::net::SocketAddr;
use std::path::Path;

use serde_json::json;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use stonechat::app::Chat;
use stonechat::config::{Config, Sources};
use stonechat::domain::RoomName;
use tempfile::TempDir;
use uuid::Uuid;

use super::workers::Workers;
use super::{Client, Dress, Served};

/// Settings as `("section.key", value)`.
type Settings = &'static [(&'static str, &'static str)];

/// A Stonechat of its own on a free port, with a folder of its own; where STONECHAT_TEST_API_POSTGRES names a
/// server, with a database of its own on that. Nothing is limited by rate.
pub struct TestApp {
    pub chat: Chat,
    server: Workers,
    data: TempDir,
    settings: Settings,
    /// The address of its database; empty for the one in its folder.
    database: String,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// `settings` come over those that fit most tests.
    pub async fn start_with(settings: Settings) -> Self {
        let data = TempDir::new().expect("the temporary folder can be written");
        let database = match std::env::var("STONECHAT_TEST_API_POSTGRES") {
            Ok(server) => make_postgres(&server).await,
            Err(_) => String::new(),
        };
        Self::start_in(data, settings, database).await
    }

    async fn start_in(data: TempDir, settings: Settings, database: String) -> Self {
        let chat = Chat::start(config(&data, settings, &database)).await.expect("the chat starts");
        let mounted = chat.clone();
        let server = Workers::start(move |app| mounted.mount(app)).await;
        Self { chat, server, data, settings, database }
    }

    /// Stops, and starts again on the same folder.
    pub async fn restart(self) -> Self {
        let Self { chat, server, data, settings, database } = self;
        chat.keep_read().await;
        chat.stop().await;
        drop(server);
        chat.store().close().await;
        drop(chat);
        Self::start_in(data, settings, database).await
    }

    /// A connection of another program to its database.
    pub async fn database(&self) -> AnyConnection {
        let url = match self.database.as_str() {
            "" => format!("sqlite:{}", self.data().join("stonechat.db").display()),
            url => url.to_owned(),
        };
        connect(&url).await
    }

    /// The folder in which everything is kept.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Somebody who was welcomed.
    pub async fn client(&self, dress: Dress, name: &str) -> Client {
        Client::welcomed(self, dress, &json!({ "name": name })).await
    }

    /// The owner of a token, once more.
    pub async fn client_again(&self, dress: Dress, token: &str) -> Client {
        Client::welcomed(self, dress, &json!({ "token": token })).await
    }

    /// Some people in the lobby, and nobody else. All that is to be told of their coming is told.
    pub async fn people<const N: usize>(&self, dress: Dress, names: [&str; N]) -> [Client; N] {
        let clients = names.map(|name| self.client(dress, name));
        let mut clients: [Client; N] = futures_util::future::join_all(clients)
            .await
            .try_into()
            .unwrap_or_else(|_| unreachable!("there is a client for each name"));
        for client in &mut clients {
            while client.next_event("joined").await["members"] != N {}
        }
        clients
    }

    pub async fn create_room(&self, name: &str) {
        let name = RoomName::parse(name).expect("a slug");
        self.chat.store().create_room(&name, 0).await.expect("the room is made");
    }
}

impl Served for TestApp {
    fn address(&self) -> SocketAddr {
        self.server.address()
    }
}

/// The settings of a test's server on a folder.
fn config(data: &TempDir, settings: Settings, database: &str) -> Config {
    let folder = data.path().display().to_string();
    let files = concat!(env!("CARGO_MANIFEST_DIR"), "/static");
    let ours = [
        ("server.port", "0"),
        ("server.static_dir", files),
        ("store.data", folder.as_str()),
        ("store.url", database),
        ("limits.messages_per_second", "0"),
        ("limits.commands_per_second", "0"),
        ("limits.connections_per_ip", "0"),
        ("limits.sign_ins_per_minute", "0"),
    ];
    let overrides = ours.iter().chain(settings).map(|(key, value)| (*key, (*value).to_owned()));
    let sources = Sources { overrides: overrides.collect(), ..Sources::default() };
    Config::load(sources).expect("the settings make sense")
}

/// Makes a database; they go with the server, which lives for the tests only.
async fn make_postgres(server: &str) -> String {
    sqlx::any::install_default_drivers();
    let name = format!("stonechat_{}", Uuid::new_v4().simple());
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    let mut connection = connect(server).await;
    sqlx::query(create).execute(&mut connection).await.expect("databases may be made");
    let options: AnyConnectOptions = server.parse().expect("the address of a server");
    let mut url = options.database_url;
    url.set_path(&name);
    url.to_string()
}

async fn connect(url: &str) -> AnyConnection {
    let options: AnyConnectOptions = url.parse().expect("an address");
    AnyConnection::connect_with(&options).await.expect("a database")
}

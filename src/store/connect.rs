//! Opening the database: the folder, the connections and their settings, the migrations.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Any, AnyConnection, AssertSqlSafe, ConnectOptions, Connection, Executor, Transaction};

use super::Store;
use crate::config;

static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations");

const DATABASE_FILE: &str = "stonechat.db";

/// What sqlx calls it.
pub(super) const SQLITE: &str = "SQLite";

/// How SQLite begins a transaction that writes; see [`begin_statement`].
pub(super) const BEGIN_WRITING: &str = "BEGIN IMMEDIATE";

/// Enough for reading pages of history beside the writer, which has a connection of its own.
const READERS: u32 = 4;

/// How long the writer waits for another program that has the database locked.
const WRITER_PATIENCE: Duration = Duration::from_secs(5);

/// How long everybody else does; shorter than a server takes to stop.
const READER_PATIENCE: Duration = Duration::from_millis(1500);

/// Why the database cannot be used; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "store.data = {folder} cannot be made or written: {why}; name a folder that this user may write, with --data"
    )]
    Folder { folder: String, why: std::io::Error },
    #[error(
        "store.data = {folder} is in use by the server with process id {holder}; end it, or name another folder with --data"
    )]
    InUse { folder: String, holder: String },
    #[error("the database {database} cannot be opened: {why}")]
    Unreachable { database: String, why: sqlx::Error },
    #[error(
        "the database {database} was made by a newer version of Stonechat (it has migration {migration}, unknown here); run that version, or name another folder with --data"
    )]
    Newer { database: String, migration: i64 },
    #[error("the database {database} cannot be brought to this version: {why}")]
    Migration { database: String, why: MigrateError },
}

/// Opens the database that the settings name, makes it if there is none, and brings it up to date.
pub async fn open(config: &config::Store) -> Result<Store, OpenError> {
    sqlx::any::install_default_drivers();
    make_folder(&config.data)?;
    let url = match config.url.as_str() {
        "" => sqlite_url(&config.data.join(DATABASE_FILE)),
        url => url.to_owned(),
    };
    let database = shown(config);
    let unreachable = |why| OpenError::Unreachable { database: database.clone(), why };

    let options: AnyConnectOptions = url.parse().map_err(unreachable)?;
    let options = options
        .log_statements(log::LevelFilter::Trace)
        .log_slow_statements(log::LevelFilter::Debug, Duration::from_secs(1));

    // Not from the pool, which would try again and again what cannot be opened.
    let mut connection = connect(&options).await.map_err(unreachable)?;
    MIGRATIONS.run(&mut connection).await.map_err(|why| match why {
        MigrateError::VersionMissing(migration) => {
            OpenError::Newer { database: database.clone(), migration }
        }
        why => OpenError::Migration { database: database.clone(), why },
    })?;

    let pool = AnyPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(|connection, _| Box::pin(tune(connection, READER_PATIENCE)))
        .connect_lazy_with(options.clone());
    let writing = AnyPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(|connection, _| Box::pin(tune(connection, READER_PATIENCE)))
        // After a full disk SQLite has taken the transaction back by itself, and sqlx does not know.
        .after_release(|connection, _| {
            let sound = !connection.is_in_transaction();
            Box::pin(async move { Ok(sound) })
        })
        .connect_lazy_with(options.clone());
    // Only once there is another: with the last connection SQLite writes the whole log back into the database,
    // which takes long after a crash, and would have to be waited for.
    drop(pool.acquire().await.map_err(unreachable)?);
    connection.close().await.map_err(unreachable)?;
    Ok(Store {
        pool,
        writing,
        options,
        writable: Arc::new(AtomicBool::new(true)),
        write_lock: Arc::default(),
        writes: Arc::default(),
    })
}

impl Store {
    /// A connection outside the pool.
    pub(super) async fn connect(&self) -> sqlx::Result<AnyConnection> {
        connect(&self.options).await
    }
}

/// For writing: pages that many commits change are written back to the database seldom, after 32 MB of them, and
/// up to 1.5 MB of pages are kept at hand. Ten times as many would make a tenth more messages a second, all of them
/// by a hit more often in the index of ids, and be most of the memory of a small server.
async fn connect(options: &AnyConnectOptions) -> sqlx::Result<AnyConnection> {
    let mut connection = AnyConnection::connect_with(options).await?;
    tune(&mut connection, WRITER_PATIENCE).await?;
    if connection.backend_name() == SQLITE {
        connection.execute("PRAGMA wal_autocheckpoint = 8000").await?;
        connection.execute("PRAGMA cache_size = -1500").await?;
    }
    Ok(connection)
}

/// With WAL, readers and the writer do not wait for each other; with FULL, a commit is on disk when
/// it returns, also if the power fails the moment after; and what is deleted is overwritten.
async fn tune(connection: &mut AnyConnection, patience: Duration) -> sqlx::Result<()> {
    if connection.backend_name() == SQLITE {
        connection.execute("PRAGMA journal_mode = WAL").await?;
        connection.execute("PRAGMA synchronous = FULL").await?;
        connection.execute("PRAGMA secure_delete = ON").await?;
        let patience = format!("PRAGMA busy_timeout = {}", patience.as_millis());
        connection.execute(AssertSqlSafe(patience)).await?;
    }
    Ok(())
}

/// Begins a transaction that will write. SQLite gives up at once on one that reads first and finds another
/// writer when it wants to write; one that says so at its beginning waits its turn.
pub(super) fn begin_statement(connection: &AnyConnection) -> &'static str {
    match connection.backend_name() {
        SQLITE => BEGIN_WRITING,
        _ => "BEGIN",
    }
}

/// See [`begin_statement`].
pub(super) async fn begin_writing(
    connection: &mut AnyConnection,
) -> sqlx::Result<Transaction<'_, Any>> {
    let statement = begin_statement(connection);
    connection.begin_with(statement).await
}

pub(super) fn make_folder(folder: &Path) -> Result<(), OpenError> {
    let refused = |why| OpenError::Folder { folder: folder.display().to_string(), why };
    std::fs::create_dir_all(folder).map_err(refused)?;
    // SQLite's own words for a folder that cannot be written name neither the folder nor the cause.
    let probe = folder.join(".stonechat-probe");
    std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).map_err(refused)
}

/// What messages call the database; its address may hold a password.
fn shown(config: &config::Store) -> String {
    match config.url.as_str() {
        "" => config.data.join(DATABASE_FILE).display().to_string(),
        url => url.rsplit_once('@').map_or(url, |(_, place)| place).to_owned(),
    }
}

fn sqlite_url(file: &Path) -> String {
    let mut path = String::new();
    for byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                path.push(char::from(*byte));
            }
            other => path.extend(['%', hex(other >> 4), hex(other & 15)]),
        }
    }
    format!("sqlite:{path}?mode=rwc")
}

fn hex(half: u8) -> char {
    char::from_digit(half.into(), 16).unwrap_or_default().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_odd_characters_stays_itself_in_the_address() {
        assert_eq!(sqlite_url(Path::new("/a b/?#%/x.db")), "sqlite:/a%20b/%3F%23%25/x.db?mode=rwc");
    }
}

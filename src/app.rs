//! Builds the service from its settings: opens what it keeps, starts the actors, binds the port.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{HttpServer, web};
use anyhow::{Context as _, anyhow};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;

use crate::accounts::Accounts;
use crate::auth::{Secret, Signer};
use crate::chat::messages::{AddRelay, KeepRead, Stop};
use crate::chat::{ChatServer, Clock, FORGOTTEN_EVERY, Rates, Relay};
use crate::config::Config;
use crate::domain::{RoomName, now};
use crate::http::{self, patience};
use crate::rooms::Registry;
use crate::session::{PerAddress, Services};
use crate::socketio::engine::Engine;
use crate::socketio::engine::tcp::Socket;
use crate::store::{self, FolderLock, Room, Store};

/// How long a stopping server waits for WebSockets to end.
const GOODBYE: Duration = Duration::from_secs(3);

/// And then for requests that are being answered, in seconds.
const LAST_REQUESTS_SECONDS: u64 = 1;

/// How long a stopping server takes to write down how far people have read.
const LAST_READ: Duration = Duration::from_millis(500);

/// How long a stopping server waits for what still asks the database.
const LAST_QUESTIONS: Duration = Duration::from_secs(2);

/// Connections that the kernel keeps while none of the workers takes them, as after a restart.
const BACKLOG: u32 = 4096;

/// What there is once of everything, whatever the number of worker threads.
#[derive(Clone)]
pub struct Chat {
    config: Config,
    store: Store,
    signer: Arc<Signer>,
    accounts: Accounts,
    /// By which the first owner comes, while there is none.
    claim: Option<Secret>,
    server: Addr<ChatServer>,
    rooms: Registry,
    requests: Arc<Rates>,
    clock: Clock,
    lobby: Room,
    engine: Engine,
    per_address: PerAddress,
}

impl Chat {
    /// Opens the store and starts the central actor on the current arbiter.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let store = store::open(&config.store).await?;
        let signer = Arc::new(Signer::load(&store).await?);
        let lobby = RoomName::lobby();
        store.create_room(&lobby, now()).await?;
        let lobby = store.room(&lobby).await?.ok_or_else(|| anyhow!("the lobby is gone"))?;
        store.forget_old_guests(now()).await?;
        let position = store.position().await?;
        let (accounts, claim) =
            Accounts::start(store.clone(), Arc::clone(&signer), &config).await?;
        let reserved = accounts.reserved_names();
        let server = ChatServer::new(store.clone(), position, &config.limits, reserved);
        let clock = server.clock();
        let server = server.start();
        accounts.tell(server.clone().recipient());
        let rooms = Registry::new(store.clone(), server.clone(), clock.clone(), &config.limits);
        actix::spawn(rooms.clone().erase_deleted());
        let requests = Arc::new(Rates::new(config.limits.commands_per_second));
        actix::spawn(forget_idle(Arc::clone(&requests)));
        let per_address = PerAddress::new(config.limits.connections_per_ip);
        let engine = http::engine(&config);
        Ok(Self {
            config,
            store,
            signer,
            accounts,
            claim,
            server,
            rooms,
            requests,
            clock,
            lobby,
            engine,
            per_address,
        })
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The token by which somebody becomes the owner of a server that had none when it started.
    pub fn claim(&self) -> Option<&Secret> {
        self.claim.as_ref()
    }

    /// Mounts the service on a worker thread, which gets a relay of its own.
    pub fn mount(&self, app: &mut web::ServiceConfig) {
        let relay = Relay::default().start();
        self.server.do_send(AddRelay(relay.clone()));
        let services = Services {
            config: self.config.clone(),
            server: self.server.clone(),
            relay,
            store: self.store.clone(),
            signer: Arc::clone(&self.signer),
            rooms: self.rooms.clone(),
            requests: Arc::clone(&self.requests),
            clock: self.clock.clone(),
            lobby: self.lobby.clone(),
            accounts: self.accounts.clone(),
        };
        app.app_data(web::Data::new(Rc::new(services)))
            .app_data(web::Data::new(self.engine.clone()))
            .app_data(web::Data::new(self.per_address.clone()));
        http::configure(app, &self.config.server);
    }

    /// Writes down how far people have read. If it takes long, it is lost; they read again what they had read
    /// in the last second.
    pub async fn keep_read(&self) {
        let _ = timeout(LAST_READ, self.server.send(KeepRead)).await;
    }

    /// Takes no more messages, stores and answers what was taken, and says goodbye to everyone.
    pub async fn stop(&self) {
        // The actor is there for as long as this address is.
        let _ = self.server.send(Stop).await;
    }
}

/// The service on its port.
pub struct App {
    chat: Chat,
    server: Server,
    address: SocketAddr,
    folder: FolderLock,
    end: End,
}

impl App {
    pub async fn build(config: Config) -> anyhow::Result<Self> {
        // Whoever tells it to end while it starts is heard as soon as it has started.
        let end = End::listen()?;
        let wanted = SocketAddr::new(config.server.host, config.server.port);
        raise_file_limit();
        // The port first: a second server must not open a database that it will not serve.
        let listener = listen(wanted)?;
        let address = listener.local_addr().context("the port that was bound has no address")?;
        let workers = match config.server.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        };
        let folder = store::lock_folder(&config.store.data)?;
        let request_timeout = config.server.request_timeout();
        let chat = Chat::start(config).await?;
        let mounted = chat.clone();
        let server = HttpServer::new(move || {
            let chat = mounted.clone();
            actix_web::App::new()
                .wrap(from_fn(patience::watch))
                .configure(move |app| chat.mount(app))
        })
        .workers(workers)
        .tcp_nodelay(true)
        .keep_alive(patience::KEPT)
        .client_request_timeout(request_timeout)
        .on_connect(move |io, connection| {
            Socket::remember(io, connection);
            patience::remember(connection, request_timeout);
        })
        .disable_signals()
        .shutdown_timeout(LAST_REQUESTS_SECONDS)
        .listen(listener)
        .context("the port cannot be listened on")?
        .run();
        Ok(Self { chat, server, address, folder, end })
    }

    /// Where the service is to be found.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// See [`Chat::claim`].
    pub fn claim(&self) -> Option<&Secret> {
        self.chat.claim()
    }

    /// Serves until the process is told to end, by SIGTERM or Ctrl-C.
    pub async fn run(self) -> anyhow::Result<()> {
        let Self { chat, server, folder, end, .. } = self;
        let stopping = actix::spawn(stop_when_told(end, chat.clone(), server.handle()));
        server.await?;
        // What still asks the database must not be dropped with the runtime.
        let _ = timeout(LAST_QUESTIONS, stopping).await;
        drop((chat, folder));
        Ok(())
    }
}

async fn stop_when_told(mut end: End, chat: Chat, server: ServerHandle) {
    end.told().await;
    log::info!("stopping");
    chat.keep_read().await;
    server.pause().await;
    let ended = timeout(GOODBYE, async {
        chat.stop().await;
        chat.engine.emptied().await;
    });
    // No question to the database may be left when the worker threads end: sqlx panics there.
    let _ = futures_util::future::join(ended, chat.store.close()).await;
    server.stop(true).await;
}

/// What tells the process to end.
struct End {
    terminate: Signal,
    interrupt: Signal,
}

impl End {
    /// From here on the process no longer ends without ado.
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("signals cannot be listened for");
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn forget_idle(requests: Arc<Rates>) {
    loop {
        actix::clock::sleep(FORGOTTEN_EVERY).await;
        requests.forget_idle();
    }
}

/// A connection is a file, and for its handshake two, one of them a [`Socket`]; the usual limit of 1,024 would be
/// soon reached.
fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        log::warn!("the limit of open files stays at {:?}: {error}", limit.current);
    }
}

fn listen(address: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    let socket = socket2::Socket::new(
        socket2::Domain::for_address(address),
        socket2::Type::STREAM,
        Some(socket2::Protocol::TCP),
    )?;
    // Connections of the server before this one may still be closing.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into()).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "server.port = {}: another program listens on {address}; end it, or choose another port with --port",
            address.port()
        ),
        ErrorKind::AddrNotAvailable => anyhow!(
            "server.host = {}: this machine has no such address; 127.0.0.1 (only this machine) or 0.0.0.0 (everyone) would do",
            address.ip()
        ),
        ErrorKind::PermissionDenied => anyhow!(
            "server.port = {}: this user may not listen on it; choose one above 1023 with --port",
            address.port()
        ),
        _ => anyhow!("{address} cannot be listened on: {error}"),
    })?;
    socket.listen(i32::try_from(BACKLOG).unwrap_or(i32::MAX))?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

//! Actix's test server, on two worker threads, so that what is said crosses threads.

use std::net::{SocketAddr, TcpListener};

use actix_http::HttpService;
use actix_http_test::{TestServer, test_server_with_addr};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, map_config};
use actix_web::dev::{AppConfig, Extensions};
use actix_web::rt::net::TcpStream;
use actix_web::{App, web};
use stonechat::socketio::engine::tcp::Socket;

/// Each takes connections from the same port.
pub struct Workers([TestServer; 2]);

impl Workers {
    /// `mount` makes the service on each of the threads.
    pub async fn start<F>(mount: F) -> Self
    where
        F: Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let other = listener.try_clone().expect("a port can be shared");
        let (one, other) = (worker(listener, mount.clone()), worker(other, mount));
        Self([one.await, other.await])
    }

    pub fn address(&self) -> SocketAddr {
        self.0[0].addr()
    }
}

async fn worker<F>(listener: TcpListener, mount: F) -> TestServer
where
    F: Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
{
    test_server_with_addr(listener, move || {
        let app = App::new().configure(mount.clone());
        let app = app.into_factory().map_err(|error: actix_web::Error| error.error_response());
        let remember =
            |io: &TcpStream, connection: &mut Extensions| Socket::remember(io, connection);
        HttpService::build()
            .tcp_nodelay(true)
            .on_connect_ext(remember)
            .h1(map_config(app, |()| AppConfig::default()))
            .tcp()
    })
    .await
}

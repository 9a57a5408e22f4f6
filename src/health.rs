//! Asks a running server whether all is well, for a container that has no other client.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::config;

const TIMEOUT: Duration = Duration::from_secs(3);

/// An error says what is not well.
pub fn ask(config: &config::Server) -> anyhow::Result<()> {
    let host = match config.host {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    let address = SocketAddr::new(host, config.port);
    let nobody = || format!("no server answers at {address}");
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT).with_context(nobody)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut status = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut status).with_context(nobody)?;
    ensure!(status.ends_with(b" 200"), "the server at {address} is not well");
    Ok(())
}

//! A connection's TCP socket, for what Actix's HTTP server does not let one do with it.
//!
//! A connection that speaks WebSocket is taken out of its hands: for each it would keep two buffers of
//! 8 KiB and a task of more than a kilobyte, copy every frame on its way, and not look at the connection
//! any more while its client does not read (actix-web issue 2441).

use std::any::Any;
use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::net;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Bytes of one read; the buffer is the thread's, so that an idle connection has none.
const READ_BYTES: usize = 16 * 1024;

/// The socket of a connection, beside Actix's own. It is open until both are dropped.
#[derive(Clone)]
pub struct Socket(Rc<RefCell<Option<OwnedFd>>>);

impl Socket {
    /// For `HttpServer::on_connect`, without which WebSocket is refused: keeps the socket where the
    /// handshake finds it.
    pub fn remember(io: &dyn Any, connection: &mut Extensions) {
        let stream = io.downcast_ref::<TcpStream>();
        if let Some(fd) = stream.and_then(|stream| stream.as_fd().try_clone_to_owned().ok()) {
            connection.insert(Self(Rc::new(RefCell::new(Some(fd)))));
        }
    }

    /// Ends the connection, which Actix may not look at, unless it is not HTTP's any more.
    pub fn shut(&self) {
        if let Some(socket) = &*self.0.borrow() {
            // An error means that it is not connected any more.
            let _ = rustix::net::shutdown(socket, rustix::net::Shutdown::Both);
        }
    }

    /// Takes the two directions, on this thread's runtime.
    pub fn split(&self) -> io::Result<(Reader, Writer)> {
        let socket = self.0.take().ok_or(io::ErrorKind::NotConnected)?;
        let stream = TcpStream::from_std(net::TcpStream::from(socket))?;
        let (reader, writer) = stream.into_split();
        Ok((Reader(reader), Writer(writer)))
    }
}

/// What comes in.
pub struct Reader(OwnedReadHalf);

impl Reader {
    /// Adds to `buffer` what has come in, and answers with its length; 0 bytes are the end.
    pub fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut BytesMut,
    ) -> Poll<io::Result<usize>> {
        thread_local! {
            static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
        }
        SCRATCH.with_borrow_mut(|scratch| {
            let mut scratch = ReadBuf::new(scratch);
            ready!(Pin::new(&mut self.0).poll_read(cx, &mut scratch))?;
            buffer.extend_from_slice(scratch.filled());
            Poll::Ready(Ok(scratch.filled().len()))
        })
    }
}

/// Where bytes go.
pub trait Sink {
    /// Writes as many of the bytes as are taken now, and answers with their number.
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[IoSlice]) -> Poll<io::Result<usize>>;
}

/// What goes out. Dropped, it ends the connection in both directions, after what was written.
pub struct Writer(OwnedWriteHalf);

impl Sink for Writer {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[IoSlice]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bytes)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // The reader sees an end, and drops its half too.
        let _ = rustix::net::shutdown(self.0.as_ref(), rustix::net::Shutdown::Both);
    }
}

/// The body of an answer that Actix must not write: its failure makes the dispatcher let go of the
/// connection there and then, without closing what others hold of it.
pub struct Release;

/// Never said to anybody.
#[derive(Debug, thiserror::Error)]
#[error("the connection does not speak HTTP any more")]
pub struct Released;

impl MessageBody for Release {
    type Error = Released;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Released>>> {
        Poll::Ready(Some(Err(Released)))
    }
}

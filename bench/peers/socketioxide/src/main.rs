//! The chat of Socket.IO's tutorial, with rooms, on socketioxide and axum. How many workers it has is said by
//! `TOKIO_WORKER_THREADS`.

use std::io;

use axum::Router;
use axum::serve::ListenerExt as _;
use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{Data, SocketRef};
use tokio::net::TcpSocket;

#[derive(Deserialize)]
struct Auth {
    room: String,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let (layer, io) = SocketIo::new_layer();
    io.ns("/", async |socket: SocketRef, Data(Auth { room }): Data<Auth>| {
        socket.join(room.clone());
        socket.on("chat message", async move |socket: SocketRef, Data(text): Data<String>| {
            socket.within(room).emit("chat message", &text).await.expect("all of them can be told");
        });
    });
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let listener = socket.listen(4096)?;
    println!("ready at http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|connection| {
        connection.set_nodelay(true).expect("a connection that can be set");
    });
    axum::serve(listener, Router::new().layer(layer)).await
}

//! What the stack of Stonechat takes by itself: actors that hand each text to all in the room, and nothing
//! else. No Socket.IO, no heartbeat, no bounds, nothing kept.
//!
//! A text goes from the [`Session`] that read it to the one [`Chat`], from there to a [`Relay`] for each
//! worker, and from that to its connections, whose answers to the handshake have a channel for a body. It is
//! encoded once. The room is the path of the request.
//!
//! Its argument is how many workers it has.

use std::collections::HashMap;
use std::convert::Infallible;
use std::env;
use std::io;

use actix::prelude::*;
use actix_codec::Encoder;
use actix_http::ws::{Codec, Frame, Message as Outgoing, ProtocolError};
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, web};
use actix_web_actors::ws;
use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use futures_util::TryStreamExt;
use futures_util::stream::poll_fn;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_util::codec::FramedRead;
use tokio_util::io::StreamReader;

/// Something that was said in a room.
#[derive(Message)]
#[rtype(result = "()")]
struct Say {
    room: String,
    text: ByteString,
}

/// The frame of it, for all in the room.
#[derive(Message, Clone)]
#[rtype(result = "()")]
struct Deliver {
    room: String,
    frame: Bytes,
}

#[derive(Message)]
#[rtype(result = "()")]
struct Enter {
    room: String,
    connection: UnboundedSender<Bytes>,
}

#[derive(Message)]
#[rtype(result = "()")]
struct AddRelay(Addr<Relay>);

#[derive(Default)]
struct Chat {
    relays: Vec<Addr<Relay>>,
}

impl Actor for Chat {
    type Context = Context<Self>;
}

impl Handler<AddRelay> for Chat {
    type Result = ();

    fn handle(&mut self, AddRelay(relay): AddRelay, _: &mut Self::Context) {
        self.relays.push(relay);
    }
}

impl Handler<Say> for Chat {
    type Result = ();

    fn handle(&mut self, Say { room, text }: Say, _: &mut Self::Context) {
        let mut frame = BytesMut::new();
        Codec::new().encode(Outgoing::Text(text), &mut frame).expect("a text can be encoded");
        let deliver = Deliver { room, frame: frame.freeze() };
        for relay in &self.relays {
            relay.do_send(deliver.clone());
        }
    }
}

#[derive(Default)]
struct Relay {
    rooms: HashMap<String, Vec<UnboundedSender<Bytes>>>,
}

impl Actor for Relay {
    type Context = Context<Self>;
}

impl Handler<Enter> for Relay {
    type Result = ();

    fn handle(&mut self, Enter { room, connection }: Enter, _: &mut Self::Context) {
        self.rooms.entry(room).or_default().push(connection);
    }
}

impl Handler<Deliver> for Relay {
    type Result = ();

    fn handle(&mut self, Deliver { room, frame }: Deliver, _: &mut Self::Context) {
        if let Some(connections) = self.rooms.get_mut(&room) {
            connections.retain(|connection| connection.send(frame.clone()).is_ok());
        }
    }
}

/// One connection, as far as it is read.
struct Session {
    chat: Addr<Chat>,
    room: String,
}

impl Actor for Session {
    type Context = Context<Self>;
}

impl StreamHandler<Result<Frame, ProtocolError>> for Session {
    fn handle(&mut self, frame: Result<Frame, ProtocolError>, context: &mut Self::Context) {
        match frame {
            Ok(Frame::Text(text)) => match text.try_into() {
                Ok(text) => self.chat.do_send(Say { room: self.room.clone(), text }),
                Err(_) => context.stop(),
            },
            Ok(Frame::Close(_)) | Err(_) => context.stop(),
            Ok(_) => {}
        }
    }
}

async fn connect(
    request: HttpRequest,
    payload: web::Payload,
    chat: web::Data<Addr<Chat>>,
    relay: web::Data<Addr<Relay>>,
) -> Result<HttpResponse, Error> {
    let mut response = ws::handshake(&request)?;
    let room = request.path().to_owned();
    let (connection, mut frames) = unbounded_channel();
    // Whoever is answered gets all that is said from then on.
    let entered = relay.send(Enter { room: room.clone(), connection }).await;
    entered.expect("the relay is there");
    let chat = chat.get_ref().clone();
    Session::create(|context| {
        let bytes = StreamReader::new(payload.map_err(io::Error::other));
        // Without a place for frames before there are any.
        context.add_stream(FramedRead::with_capacity(bytes, Codec::new(), 0));
        Session { chat, room }
    });
    let body = poll_fn(move |cx| frames.poll_recv(cx).map(|frame| frame.map(Ok::<_, Infallible>)));
    Ok(response.streaming(body))
}

#[actix_web::main]
async fn main() -> io::Result<()> {
    let workers = env::args().nth(1).and_then(|workers| workers.parse().ok()).unwrap_or(1);
    let chat = Chat::default().start();
    let server = HttpServer::new(move || {
        let relay = Relay::default().start();
        chat.do_send(AddRelay(relay.clone()));
        App::new()
            .app_data(web::Data::new(chat.clone()))
            .app_data(web::Data::new(relay))
            .route("/health", web::get().to(HttpResponse::Ok))
            .default_service(web::get().to(connect))
    })
    .workers(workers)
    .tcp_nodelay(true)
    .backlog(4096)
    .bind(("127.0.0.1", 0))?;
    println!("ready at http://{}", server.addrs()[0]);
    server.run().await
}

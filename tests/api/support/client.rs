use std::collections::VecDeque;
use std::time::Duration;

use actix_codec::Framed;
use awc::BoxedSocket;
use awc::error::{WsClientError, WsProtocolError as ProtocolError};
use awc::http::StatusCode;
use awc::ws::{Codec, Frame, Message};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::time::{error::Elapsed, timeout};

use super::dress::Recoverable;
use super::{Dress, Incoming, NOTICES, PATIENCE, SILENCE, Served};

/// The largest frame that a test gets: a page of 200 long messages.
const LARGEST_FRAME: usize = 16 << 20;

const TOO_MANY: &str = "not too many connections";

/// One connection. A failing test prints what went over it.
pub struct Client {
    pub dress: Dress,
    /// Whether pings are answered, as they are by every decent client.
    pub answers_pings: bool,
    /// The first packet of Socket.IO.
    pub opened: Value,
    /// The `welcome`, once there is one.
    pub welcome: Value,
    /// The longest that anything is waited for.
    pub patience: Duration,
    /// What Socket.IO needs to recover the connection: its secret name, and how far it has come.
    pub pid: Value,
    pub offset: Value,
    socket: Framed<BoxedSocket, Codec>,
    /// What came in before it was asked for.
    unread: VecDeque<Incoming>,
    asked: u64,
    transcript: Vec<String>,
}

impl Client {
    /// Somebody who has not said who they are.
    pub async fn open(app: &impl Served, dress: Dress) -> Self {
        match dress {
            Dress::SocketIo => Self::socket_io(app).await,
            Dress::Plain => Self::plain(app, "").await,
        }
    }

    pub async fn socket_io(app: &impl Served) -> Self {
        let client = Self::connect(app, Dress::SocketIo.path(), Dress::SocketIo).await;
        client.expect(TOO_MANY).opened().await
    }

    /// `query` is what follows the question mark.
    pub async fn plain(app: &impl Served, query: &str) -> Self {
        Self::connect(app, &format!("/ws?{query}"), Dress::Plain).await.expect(TOO_MANY)
    }

    /// A connection of a browser that sends these headers, or none if it is refused.
    pub async fn browser(
        app: &impl Served,
        dress: Dress,
        headers: &[(&str, &str)],
    ) -> Option<Self> {
        let mut request = awc::Client::new().ws(app.url(dress.path()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let connected = timeout(PATIENCE, request.connect()).await.expect("an answer in time");
        let socket = match connected {
            Err(WsClientError::InvalidResponseStatus(StatusCode::FORBIDDEN)) => return None,
            connected => connected.expect("a WebSocket").1,
        };
        let client = Self::over(socket, dress, dress.path());
        Some(match dress {
            Dress::SocketIo => client.opened().await,
            Dress::Plain => client,
        })
    }

    /// A connection, or none if there are too many from this address.
    pub async fn try_open(app: &impl Served, dress: Dress) -> Option<Self> {
        let client = Self::connect(app, dress.path(), dress).await?;
        Some(match dress {
            Dress::SocketIo => client.opened().await,
            Dress::Plain => client,
        })
    }

    pub async fn welcomed(app: &impl Served, dress: Dress, identity: &Value) -> Self {
        let mut client = Self::open(app, dress).await;
        client.introduce(identity).await;
        client.next_welcome().await;
        client
    }

    async fn connect(app: &impl Served, path: &str, dress: Dress) -> Option<Self> {
        let request = awc::Client::new().ws(app.url(path)).max_frame_size(LARGEST_FRAME);
        let connected = timeout(PATIENCE, request.connect()).await.expect("an answer in time");
        let (_, socket) = match connected {
            Err(WsClientError::InvalidResponseStatus(StatusCode::TOO_MANY_REQUESTS)) => {
                return None;
            }
            connected => connected.expect("a WebSocket"),
        };
        Some(Self::over(socket, dress, path))
    }

    fn over(socket: Framed<BoxedSocket, Codec>, dress: Dress, path: &str) -> Self {
        Self {
            dress,
            answers_pings: true,
            opened: Value::Null,
            welcome: Value::Null,
            patience: PATIENCE,
            pid: Value::Null,
            offset: Value::Null,
            socket,
            unread: VecDeque::new(),
            asked: 0,
            transcript: vec![format!("   {path}")],
        }
    }

    /// After the open packet of Socket.IO.
    async fn opened(mut self) -> Self {
        let open = self.receive_text().await;
        let open = open.strip_prefix('0').and_then(|json| serde_json::from_str(json).ok());
        self.opened = open.unwrap_or_else(|| self.fail("there is no open packet"));
        self
    }

    /// As others see it in messages and notices.
    pub fn user(&self) -> Value {
        let user = &self.welcome["user"];
        json!({ "id": user["id"], "name": user["name"] })
    }

    /// As others see it in lists.
    pub fn person(&self) -> Value {
        self.welcome["user"].clone()
    }

    pub fn name(&self) -> &str {
        self.welcome["user"]["name"].as_str().expect("a name")
    }

    pub fn token(&self) -> &str {
        self.welcome["token"].as_str().expect("a token")
    }

    // Sending

    /// Says who one is.
    pub async fn introduce(&mut self, identity: &Value) {
        self.send_text(&self.dress.connect(&identity.to_string())).await;
    }

    /// A command that wants no answer.
    pub async fn say(&mut self, event: &str, data: impl Into<Value>) {
        self.send_text(&self.dress.command(event, &data.into().to_string(), None)).await;
    }

    /// A command; the number is for [`answer`](Self::answer).
    pub async fn ask(&mut self, event: &str, data: impl Into<Value>) -> u64 {
        self.ask_json(event, &data.into().to_string()).await
    }

    /// Commands in one burst.
    pub async fn ask_all<T: Into<Value>>(
        &mut self,
        event: &str,
        all: impl IntoIterator<Item = T>,
    ) -> Vec<u64> {
        let mut asked = Vec::new();
        for data in all {
            let text = self.command(event, &data.into().to_string());
            self.note("->", &text);
            let fed = timeout(PATIENCE, self.socket.feed(Message::Text(text.into()))).await;
            self.assert_sent(&fed);
            asked.push(self.asked);
        }
        let sent = timeout(PATIENCE, self.socket.flush()).await;
        self.assert_sent(&sent);
        asked
    }

    /// A command whose data is text that need not be JSON.
    pub async fn ask_json(&mut self, event: &str, data: &str) -> u64 {
        let text = self.command(event, data);
        self.send_text(&text).await;
        self.asked
    }

    /// The text of a command with a new number.
    fn command(&mut self, event: &str, data: &str) -> String {
        self.asked += 1;
        self.dress.command(event, data, Some(self.asked))
    }

    pub async fn send_text(&mut self, text: &str) {
        self.send_frame(Message::Text(text.into())).await;
    }

    /// Texts in one piece, so that the server reads them together.
    pub async fn send_texts(&mut self, texts: &[&str]) {
        for text in texts {
            self.note("->", text);
            let fed = timeout(PATIENCE, self.socket.feed(Message::Text((*text).into()))).await;
            self.assert_sent(&fed);
        }
        let sent = timeout(PATIENCE, self.socket.flush()).await;
        self.assert_sent(&sent);
    }

    pub async fn send_frame(&mut self, frame: Message) {
        match &frame {
            Message::Text(text) => self.note("->", text),
            other => self.note("->", &format!("{other:?}")),
        }
        let sent = timeout(PATIENCE, self.socket.send(frame)).await;
        self.assert_sent(&sent);
    }

    fn assert_sent(&self, sent: &Result<Result<(), ProtocolError>, Elapsed>) {
        if !matches!(sent, Ok(Ok(()))) {
            self.fail(&format!("nothing can be sent: {sent:?}"));
        }
    }

    // Commands and their answers

    pub async fn call(&mut self, event: &str, data: impl Into<Value>) -> Value {
        let ack = self.ask(event, data).await;
        self.answer(ack).await
    }

    /// The answer of a command that has to succeed.
    pub async fn done(&mut self, event: &str, data: impl Into<Value>) -> Value {
        let answer = self.call(event, data).await;
        if answer["ok"] != true {
            self.fail(&format!("{event} is refused: {answer}"));
        }
        answer
    }

    /// The code of a command that has to be refused.
    pub async fn refused(&mut self, event: &str, data: impl Into<Value>) -> String {
        let answer = self.call(event, data).await;
        self.code(&answer)
    }

    /// The code of a refusal, which has to have its proper form.
    pub fn code(&self, answer: &Value) -> String {
        let error = &answer["error"];
        let message = error["message"].as_str().unwrap_or_default();
        match error["code"].as_str() {
            Some(code) if answer["ok"] == false && !message.is_empty() => code.to_owned(),
            _ => self.fail(&format!("this is no refusal: {answer}")),
        }
    }

    pub async fn post(&mut self, room: &str, body: &str) -> Value {
        self.done("send", json!({ "room": room, "body": body })).await
    }

    pub async fn join(&mut self, room: &str) -> Value {
        self.done("join", json!({ "room": room })).await
    }

    pub async fn leave(&mut self, room: &str) -> Value {
        self.done("leave", json!({ "room": room })).await
    }

    /// Many messages with their numbers as bodies.
    pub async fn fill(&mut self, room: &str, count: u64) {
        let message = |number: u64| json!({ "room": room, "body": number.to_string() });
        for ack in self.ask_all("send", (1..=count).map(message)).await {
            let answer = self.answer(ack).await;
            assert_eq!(answer["ok"], true, "{answer}");
        }
    }

    // Receiving

    /// The answer to a command, whatever else comes first.
    pub async fn answer(&mut self, ack: u64) -> Value {
        let mut unread = std::mem::take(&mut self.unread).into_iter();
        for incoming in &mut unread {
            match incoming {
                Incoming::Answer { ack: Some(number), data } if number == ack => {
                    self.unread.extend(unread);
                    return data;
                }
                other => self.unread.push_back(other),
            }
        }
        loop {
            match self.receive().await {
                Incoming::Answer { ack: Some(number), data } if number == ack => return data,
                Incoming::Closed(code) => self.fail(&format!("closed with {code:?}, unanswered")),
                Incoming::Ping => {}
                other => self.unread.push_back(other),
            }
        }
    }

    /// Whether an event of this name came in while an answer was waited for.
    pub fn has_unread(&self, wanted: &str) -> bool {
        let is_wanted =
            |it: &Incoming| matches!(it, Incoming::Event { name, .. } if name == wanted);
        self.unread.iter().any(is_wanted)
    }

    /// Passes over what came in while an answer was waited for.
    pub fn forget_unread(&mut self) {
        self.unread.clear();
    }

    /// Whatever comes next.
    pub async fn next(&mut self) -> Incoming {
        if let Some(incoming) = self.unread.pop_front() {
            return incoming;
        }
        loop {
            match self.receive().await {
                Incoming::Ping => {}
                other => return other,
            }
        }
    }

    /// What comes next; who came and went is passed over, as it comes in its own time.
    pub async fn next_news(&mut self) -> Incoming {
        loop {
            match self.next().await {
                Incoming::Event { name, .. } if matches!(name.as_str(), "joined" | "left") => {}
                other => return other,
            }
        }
    }

    /// The data of the next event, which has to be of this name.
    pub async fn next_event(&mut self, wanted: &str) -> Value {
        let incoming = match wanted {
            "joined" | "left" => self.next().await,
            _ => self.next_news().await,
        };
        match incoming {
            Incoming::Event { name, data } if name == wanted => data,
            other => self.fail(&format!("{wanted} was to come, and not {other:?}")),
        }
    }

    pub async fn next_welcome(&mut self) -> &Value {
        self.welcome = self.next_event("welcome").await;
        &self.welcome
    }

    /// The code of a refused identity.
    pub async fn next_connect_error(&mut self) -> String {
        let error = self.next_event("connect_error").await;
        if error["message"].as_str().unwrap_or_default().is_empty() {
            self.fail("a refusal says why");
        }
        error["data"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The code of a failed command that wanted no answer.
    pub async fn next_failure(&mut self) -> String {
        let data = match (self.dress, self.next_news().await) {
            (Dress::SocketIo, Incoming::Event { name, data }) if name == "error" => data,
            (Dress::Plain, Incoming::Answer { ack: None, data }) => data,
            (_, other) => self.fail(&format!("a failure was to come, and not {other:?}")),
        };
        self.code(&data)
    }

    pub async fn next_ping(&mut self) {
        while self.receive().await != Incoming::Ping {}
    }

    /// The code with which the connection ends, which has to be next.
    pub async fn next_close(&mut self) -> Option<u16> {
        match self.next_news().await {
            Incoming::Closed(code) => code,
            other => self.fail(&format!("the end was to come, and not {other:?}")),
        }
    }

    /// The code with which the server says farewell, which has to be next; the end follows.
    pub async fn next_bye(&mut self) -> String {
        let bye = self.next_event("bye").await;
        self.next_close().await;
        bye["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The events that come before the one of this name, and that one.
    pub async fn events_until(&mut self, wanted: &str) -> (Vec<(String, Value)>, Value) {
        let mut before = Vec::new();
        loop {
            match self.next_news().await {
                Incoming::Event { name, data } if name == wanted => return (before, data),
                Incoming::Event { name, data } => before.push((name, data)),
                other => self.fail(&format!("{wanted} was to come, and not {other:?}")),
            }
        }
    }

    /// Waits until everybody who came into a room is told of.
    pub async fn see_people(&mut self, room: &str, members: u64) {
        loop {
            let joined = self.next_event("joined").await;
            if joined["room"] == room && joined["members"] == members {
                return;
            }
        }
    }

    /// Nothing comes, but for news of who came and went.
    pub async fn assert_silent(&mut self) {
        if let Ok(incoming) = timeout(SILENCE, self.next_news()).await {
            self.fail(&format!("nothing was to come, and not {incoming:?}"));
        }
    }

    /// Nothing at all comes, and nobody is told to have come or gone.
    pub async fn assert_nobody_comes_or_goes(&mut self) {
        if let Ok(incoming) = timeout(NOTICES, self.next()).await {
            self.fail(&format!("nothing was to come, and not {incoming:?}"));
        }
    }

    /// Ends the connection as a browser does when its tab is closed.
    pub async fn disconnect(mut self) {
        let _ = timeout(PATIENCE, self.socket.close()).await;
    }

    async fn receive_text(&mut self) -> String {
        match timeout(PATIENCE, self.socket.next()).await {
            Ok(Some(Ok(Frame::Text(bytes)))) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                self.note("<-", &text);
                text
            }
            other => self.fail(&format!("a text was to come, and not {other:?}")),
        }
    }

    async fn receive(&mut self) -> Incoming {
        loop {
            let Ok(frame) = timeout(self.patience, self.socket.next()).await else {
                self.fail("nothing comes");
            };
            let frame = match frame {
                Some(Ok(Frame::Text(bytes))) => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    self.note("<-", &text);
                    self.remember(&text);
                    let incoming = self.dress.read(&text);
                    match incoming.unwrap_or_else(|| self.fail("the server never says this")) {
                        Incoming::Consent => continue,
                        Incoming::Ping if self.answers_pings => self.send_text("3").await,
                        Incoming::Ping => {}
                        incoming => return incoming,
                    }
                    return Incoming::Ping;
                }
                other => other,
            };
            self.note("<-", &format!("{frame:?}"));
            match frame {
                Some(Ok(Frame::Ping(bytes))) => {
                    if self.answers_pings {
                        self.send_frame(Message::Pong(bytes)).await;
                    }
                    return Incoming::Ping;
                }
                Some(Ok(Frame::Pong(_))) => {}
                Some(Ok(Frame::Close(reason))) => {
                    return Incoming::Closed(reason.map(|reason| reason.code.into()));
                }
                None | Some(Err(_)) => return Incoming::Closed(None),
                Some(Ok(other)) => self.fail(&format!("the server never sends {other:?}")),
            }
        }
    }

    fn remember(&mut self, text: &str) {
        let Recoverable { pid, offset } = self.dress.recoverable(text);
        self.pid = pid.map_or(self.pid.take(), Value::from);
        self.offset = offset.map_or(self.offset.take(), Value::from);
    }

    /// Keeps what went over the connection; of what is long, the beginning.
    fn note(&mut self, direction: &str, what: &str) {
        let beginning: String = what.chars().take(300).collect();
        self.transcript.push(format!("{direction} {beginning}"));
    }

    fn fail(&self, why: &str) -> ! {
        panic!("{}: {why}", self.welcome["user"]["name"].as_str().unwrap_or("somebody"));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let who = &self.welcome["user"]["name"];
            eprintln!("What went over the connection of {who}:\n{}", self.transcript.join("\n"));
        }
    }
}

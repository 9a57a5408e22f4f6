use serde_json::{Value, json};

/// The two envelopes of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    SocketIo,
    Plain,
}

/// What a server says, whatever the envelope.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// Only who looks for them sees pings.
    Ping,
    /// The consent to a connection; what counts is the welcome after it.
    Consent,
    Event {
        name: String,
        data: Value,
    },
    Answer {
        ack: Option<u64>,
        data: Value,
    },
    /// The connection has ended, with the code of its close frame.
    Closed(Option<u16>),
}

/// What a text of the server has for the recovery of the connection.
#[derive(Default)]
pub struct Recoverable {
    pub pid: Option<String>,
    pub offset: Option<String>,
}

impl Dress {
    /// Where one connects.
    pub fn path(self) -> &'static str {
        match self {
            Self::SocketIo => "/socket.io/?EIO=4&transport=websocket",
            Self::Plain => "/ws",
        }
    }

    /// The text that says who one is; `identity` is JSON, or should be.
    pub fn connect(self, identity: &str) -> String {
        match self {
            Self::SocketIo => format!("40{identity}"),
            Self::Plain => format!(r#"{{"event":"connect","data":{identity}}}"#),
        }
    }

    /// The text of a command; `data` is JSON, or should be.
    pub fn command(self, event: &str, data: &str, ack: Option<u64>) -> String {
        let event = json!(event);
        match (self, ack) {
            (Self::SocketIo, None) => format!("42[{event},{data}]"),
            (Self::SocketIo, Some(ack)) => format!("42{ack}[{event},{data}]"),
            (Self::Plain, None) => format!(r#"{{"event":{event},"data":{data}}}"#),
            (Self::Plain, Some(ack)) => {
                format!(r#"{{"event":{event},"data":{data},"ack":{ack}}}"#)
            }
        }
    }

    pub fn recoverable(self, text: &str) -> Recoverable {
        match (self, text.split_at_checked(2)) {
            (Self::SocketIo, Some(("40", json))) => {
                let connected: Value = serde_json::from_str(json).unwrap_or_default();
                let pid = connected["pid"].as_str().map(str::to_owned);
                Recoverable { pid, ..Recoverable::default() }
            }
            (Self::SocketIo, Some(("42", json))) => {
                let event: Result<(String, Value, String), _> = serde_json::from_str(json);
                let offset = event.ok().map(|(_, _, offset)| offset);
                Recoverable { offset, ..Recoverable::default() }
            }
            _ => Recoverable::default(),
        }
    }

    /// What a text of the server says, if it is one that a server says.
    pub fn read(self, text: &str) -> Option<Incoming> {
        match self {
            Self::SocketIo => read_packet(text),
            Self::Plain => read_frame(text),
        }
    }
}

fn read_packet(text: &str) -> Option<Incoming> {
    if text == "2" {
        return Some(Incoming::Ping);
    }
    Some(match text.split_at_checked(2)? {
        ("40", json) if json.starts_with(r#"{"sid":"#) => Incoming::Consent,
        ("42", json) => {
            // What can be recovered has an offset behind it.
            let (name, data, _) = serde_json::from_str::<(_, _, String)>(json)
                .or_else(|_| {
                    serde_json::from_str(json).map(|(name, data)| (name, data, String::new()))
                })
                .ok()?;
            Incoming::Event { name, data }
        }
        ("43", rest) => {
            let (number, json) = rest.split_at(rest.find('[')?);
            let [data] = serde_json::from_str(json).ok()?;
            Incoming::Answer { ack: Some(number.parse().ok()?), data }
        }
        ("44", json) => {
            // Before the JSON may be the name of a namespace.
            let data = serde_json::from_str(&json[json.find('{')?..]).ok()?;
            Incoming::Event { name: "connect_error".into(), data }
        }
        _ => return None,
    })
}

fn read_frame(text: &str) -> Option<Incoming> {
    let mut frame: Value = serde_json::from_str(text).ok()?;
    let data = frame.get_mut("data")?.take();
    Some(match (frame.get("event"), frame.get("ack")) {
        (Some(name), None) => Incoming::Event { name: name.as_str()?.into(), data },
        (None, Some(ack)) => Incoming::Answer { ack: ack.as_u64(), data },
        _ => return None,
    })
}

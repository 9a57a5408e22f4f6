//! The first request of a connection, and the open packet that answers it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Bounds;

/// The query of a request to the engine's path. `EIO` 4 is the protocol's number.
#[derive(Debug, Deserialize)]
pub struct Query {
    #[serde(rename = "EIO")]
    pub protocol: Option<String>,
    pub transport: Option<String>,
    pub sid: Option<String>,
}

/// Why a handshake is refused, with the reference server's codes and sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Transport unknown")]
    TransportUnknown,
    #[error("Session ID unknown")]
    SessionUnknown,
    #[error("Bad handshake method")]
    BadMethod,
    #[error("Bad request")]
    BadRequest,
    #[error("Unsupported protocol version")]
    UnsupportedVersion,
}

impl Refusal {
    /// The body of the answer, which has status 400.
    pub fn body(self) -> impl Serialize {
        #[derive(Serialize)]
        struct Body {
            code: u8,
            message: String,
        }
        let code = match self {
            Self::TransportUnknown => 0,
            Self::SessionUnknown => 1,
            Self::BadMethod => 2,
            Self::BadRequest => 3,
            Self::UnsupportedVersion => 5,
        };
        Body { code, message: self.to_string() }
    }
}

/// Whether a request asks for a new session over WebSocket, the one transport there is today.
pub fn check(query: &Query) -> Result<(), Refusal> {
    if query.transport.as_deref() != Some("websocket") {
        Err(Refusal::TransportUnknown)
    } else if query.protocol.as_deref() != Some("4") {
        Err(Refusal::UnsupportedVersion)
    } else if query.sid.is_some() {
        Err(Refusal::SessionUnknown)
    } else {
        Ok(())
    }
}

/// The packet that opens a session; `sid` is its secret name.
pub fn open_packet(sid: Uuid, bounds: &Bounds) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Open {
        sid: String,
        upgrades: [&'static str; 0],
        ping_interval: u128,
        ping_timeout: u128,
        max_payload: usize,
    }
    let open = Open {
        sid: sid.simple().to_string(),
        upgrades: [],
        ping_interval: bounds.ping_interval.as_millis(),
        ping_timeout: bounds.ping_timeout.as_millis(),
        max_payload: bounds.max_payload,
    };
    let json = serde_json::to_string(&open).expect("strings and numbers are JSON");
    format!("0{json}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        serde_json::from_str(text).expect("a query")
    }

    #[test]
    fn only_a_new_websocket_session_of_protocol_4_is_opened() {
        assert_eq!(check(&query(r#"{"EIO":"4","transport":"websocket"}"#)), Ok(()));
        for (text, refusal) in [
            (r#"{"EIO":"4"}"#, Refusal::TransportUnknown),
            (r#"{"EIO":"4","transport":"abc"}"#, Refusal::TransportUnknown),
            (r#"{"EIO":"3","transport":"websocket"}"#, Refusal::UnsupportedVersion),
            (r#"{"transport":"websocket"}"#, Refusal::UnsupportedVersion),
            (r#"{"EIO":"4","transport":"websocket","sid":"x"}"#, Refusal::SessionUnknown),
        ] {
            assert_eq!(check(&query(text)), Err(refusal), "{text}");
        }
    }
}

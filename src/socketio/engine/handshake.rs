//! What a request asks for, why it may be refused, and the packet that opens a session.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Bounds;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Polling,
    WebSocket,
}

/// The query of a request to the engine's path.
#[derive(Debug, PartialEq, Eq)]
pub struct Query {
    /// `EIO`, the number of the protocol.
    pub protocol: Option<String>,
    pub transport: Transport,
    /// The session that the request belongs to; none begins one.
    pub sid: Option<String>,
}

impl Query {
    pub fn of(request: &HttpRequest) -> Result<Self, Refusal> {
        Self::parse(request.query_string())
    }

    fn parse(text: &str) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        struct Fields {
            #[serde(rename = "EIO")]
            protocol: Option<String>,
            transport: Option<String>,
            sid: Option<String>,
        }
        let fields = web::Query::<Fields>::from_query(text).map_err(|_| Refusal::BadRequest)?;
        let Fields { protocol, transport, sid } = fields.into_inner();
        let transport = match transport.as_deref() {
            Some("polling") => Transport::Polling,
            Some("websocket") => Transport::WebSocket,
            _ => return Err(Refusal::TransportUnknown),
        };
        Ok(Self { protocol, transport, sid: sid.filter(|sid| !sid.is_empty()) })
    }
}

/// Why a request is refused, with the reference server's codes and sentences.
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
    #[error("Forbidden")]
    Forbidden,
    #[error("Unsupported protocol version")]
    UnsupportedVersion,
    #[error("Payload too large")]
    TooLarge,
    #[error("The request took too long to come in")]
    TooSlow,
}

impl Refusal {
    pub fn response(self) -> HttpResponse {
        #[derive(Serialize)]
        struct Body {
            code: u8,
            message: String,
        }
        let (mut response, code) = match self {
            Self::TransportUnknown => (HttpResponse::BadRequest(), 0),
            Self::SessionUnknown => (HttpResponse::BadRequest(), 1),
            Self::BadMethod => (HttpResponse::BadRequest(), 2),
            Self::BadRequest => (HttpResponse::BadRequest(), 3),
            Self::Forbidden => (HttpResponse::Forbidden(), 4),
            Self::UnsupportedVersion => (HttpResponse::BadRequest(), 5),
            // The reference server says nothing else.
            Self::TooLarge => return HttpResponse::PayloadTooLarge().finish(),
            Self::TooSlow => return HttpResponse::RequestTimeout().force_close().finish(),
        };
        response.json(Body { code, message: self.to_string() })
    }
}

/// The packet that opens a session; `sid` is its secret name.
pub fn open_packet(sid: Uuid, transport: Transport, bounds: &Bounds) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Open {
        sid: String,
        upgrades: &'static [&'static str],
        ping_interval: u128,
        ping_timeout: u128,
        max_payload: usize,
    }
    let open = Open {
        sid: sid.simple().to_string(),
        upgrades: match transport {
            Transport::Polling => &["websocket"],
            Transport::WebSocket => &[],
        },
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

    #[test]
    fn a_query_names_a_transport_that_there_is() {
        let query = Query::parse("EIO=4&transport=polling&t=abc&sid=x");
        assert_eq!(
            query,
            Ok(Query {
                protocol: Some("4".into()),
                transport: Transport::Polling,
                sid: Some("x".into())
            })
        );
        assert_eq!(Query::parse("EIO=4&transport=websocket&sid=").map(|q| q.sid), Ok(None));
        assert_eq!(Query::parse("EIO=4"), Err(Refusal::TransportUnknown));
        assert_eq!(Query::parse("EIO=4&transport=abc"), Err(Refusal::TransportUnknown));
        assert_eq!(Query::parse("EIO=4&EIO=4&transport=polling"), Err(Refusal::BadRequest));
    }
}

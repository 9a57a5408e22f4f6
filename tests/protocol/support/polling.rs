use awc::http::StatusCode;
use serde_json::Value;
use tokio::time::timeout;

use super::{PATIENCE, Server};

/// A session on HTTP long-polling.
pub struct Poller {
    url: String,
}

impl Poller {
    /// A session that is in no namespace yet.
    pub async fn open(server: &Server) -> Self {
        let (status, open) =
            read(awc::Client::new().get(server.url("transport=polling")), "").await;
        assert_eq!(status, StatusCode::OK, "{open}");
        let open: Value =
            serde_json::from_str(open.strip_prefix('0').expect("a packet that opens"))
                .expect("a packet that opens has JSON");
        let sid = open["sid"].as_str().expect("a session id");
        Self { url: server.url(&format!("transport=polling&sid={sid}")) }
    }

    /// A session in the default namespace.
    pub async fn connect(server: &Server) -> Self {
        let poller = Self::open(server).await;
        poller.say("40").await;
        assert_eq!(poller.hear().await, r#"40{"sid":"x"}"#);
        poller
    }

    pub async fn get(&self) -> (StatusCode, String) {
        read(awc::Client::new().get(&self.url), "").await
    }

    pub async fn post(&self, payload: &str) -> (StatusCode, String) {
        read(awc::Client::new().post(&self.url), payload).await
    }

    /// What has come in for the client.
    pub async fn hear(&self) -> String {
        let (status, payload) = self.get().await;
        assert_eq!(status, StatusCode::OK, "{payload}");
        payload
    }

    /// Says what the server takes.
    pub async fn say(&self, payload: &str) {
        assert_eq!(self.post(payload).await, (StatusCode::OK, "ok".into()), "{payload}");
    }

    /// The server knows the session no more.
    pub async fn assert_gone(&self, why: &str) {
        let unknown = r#"{"code":1,"message":"Session ID unknown"}"#.into();
        assert_eq!(self.get().await, (StatusCode::BAD_REQUEST, unknown), "{why}");
    }
}

/// The status and the body of the response to a request.
async fn read(request: awc::ClientRequest, body: &str) -> (StatusCode, String) {
    let response = request.timeout(PATIENCE).send_body(body.to_owned()).await;
    let mut response = response.expect("a response");
    let body = timeout(PATIENCE, response.body()).await.expect("a body in time");
    let body = body.expect("a whole body").to_vec();
    (response.status(), String::from_utf8(body).expect("UTF-8"))
}

//! Somebody who uses the HTTP API, as a page in a browser or as a program.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use awc::http::Method;
use awc::http::header::{
    AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, ORIGIN, SET_COOKIE, USER_AGENT,
};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{PATIENCE, Served, TestApp};

/// The longest body of an answer.
const LARGEST: usize = 16 << 20;

/// A password that is one.
pub const PASSWORD: &str = "correct horse";

/// Keeps cookies as a browser does, and says whose page asks.
#[derive(Clone)]
pub struct Api {
    address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    /// In the place of the cookie, if there is one.
    pub token: Option<String>,
    /// Whose page asks; none for a program.
    pub origin: Option<String>,
    pub user_agent: &'static str,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Bytes,
    /// Null if it is no JSON.
    pub json: Value,
}

impl Api {
    /// A page of the server itself.
    pub fn page(app: &impl Served) -> Self {
        let address = app.address();
        Self {
            address,
            cookies: BTreeMap::new(),
            token: None,
            origin: Some(format!("http://{address}")),
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        }
    }

    /// A program with a token.
    pub fn program(app: &impl Served, token: &str) -> Self {
        let token = Some(token.to_owned());
        Self { token, origin: None, user_agent: "curl/8.5.0", ..Self::page(app) }
    }

    /// The first owner of a new server.
    pub async fn owner(app: &TestApp) -> Self {
        let mut owner = Self::page(app);
        let token = app.chat.claim().expect("nobody owns it").reveal();
        let claim = json!({ "token": token, "name": "Olga", "password": PASSWORD });
        owner.post("/claim", claim).await.expect(201);
        owner
    }

    /// Somebody with an account, by an invite of the owner's.
    pub async fn member(app: &TestApp, owner: &mut Self, name: &str) -> Self {
        let invite = owner.invite(json!({ "uses": 1 })).await;
        let mut member = Self::page(app);
        let body = json!({ "name": name, "password": PASSWORD, "invite": invite });
        member.post("/accounts", body).await.expect(201);
        member
    }

    /// The token of a new invite.
    pub async fn invite(&mut self, terms: Value) -> String {
        token_of(&self.post("/invites", terms).await.expect(201)["url"])
    }

    pub async fn id(&mut self) -> String {
        let me = self.get("/session").await.expect(200);
        me["user"]["id"].as_str().expect("an id").to_owned()
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.ask(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Reply {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub async fn put(&mut self, path: &str, body: Value) -> Reply {
        self.ask(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&mut self, path: &str, body: Value) -> Reply {
        self.ask(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&mut self, path: &str) -> Reply {
        self.ask(Method::DELETE, path, None).await
    }

    async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let body = body.map(|body| ("application/json", body.to_string().into()));
        self.send(method, path, body).await
    }

    /// A request with any body.
    pub async fn send(&mut self, method: Method, path: &str, body: Option<(&str, Bytes)>) -> Reply {
        let url = format!("http://{}/api/v1{path}", self.address);
        let client = awc::Client::builder().timeout(2 * PATIENCE).disable_redirects().finish();
        let mut request = client.request(method, url).insert_header((USER_AGENT, self.user_agent));
        if !self.cookies.is_empty() {
            let pairs: Vec<_> =
                self.cookies.iter().map(|(name, it)| format!("{name}={it}")).collect();
            request = request.insert_header((COOKIE, pairs.join("; ")));
        }
        if let Some(origin) = &self.origin {
            request = request.insert_header((ORIGIN, origin.as_str()));
        }
        if let Some(token) = &self.token {
            request = request.insert_header((AUTHORIZATION, format!("Bearer {token}")));
        }
        let sent = match body {
            Some((media_type, body)) => {
                request.insert_header((CONTENT_TYPE, media_type)).send_body(body)
            }
            None => request.send(),
        };
        let mut response = timeout(2 * PATIENCE, sent).await.expect("in time").expect("a response");
        let bytes = response.body().limit(LARGEST).await.expect("a body");
        let headers = response.headers().clone();
        for cookie in headers.get_all(SET_COOKIE) {
            self.keep(cookie.to_str().expect("ASCII"));
        }
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Reply { status: response.status().as_u16(), headers, bytes, json }
    }

    fn keep(&mut self, cookie: &str) {
        let (name, rest) = cookie.split_once('=').expect("a cookie");
        let value = rest.split(';').next().unwrap_or_default();
        if rest.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Reply {
    /// The JSON of an answer that has to have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json
    }

    /// Of a refusal, which has to be a problem of this status.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) {
        let json = &self.json;
        assert_eq!((self.status, json["code"].as_str()), (status, Some(code)), "{json}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(json["status"], status);
        for text in ["type", "title", "detail"] {
            assert!(json[text].as_str().is_some_and(|text| !text.is_empty()), "{json}");
        }
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().expect("ASCII"));
        value.unwrap_or_default()
    }
}

/// What is behind the last slash of a link.
pub fn token_of(url: &Value) -> String {
    let url = url.as_str().expect("a link");
    url.rsplit('/').next().expect("it has a slash").to_owned()
}

//! What is served besides the wire: the browser UI, and whether all is well.

use std::path::{Path, PathBuf};

use actix_web::web::Bytes;
use awc::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH};
use serde_json::{Value, json};

use crate::support::{Raw, Served, TestApp};

#[actix_web::test]
async fn the_page_is_served_with_what_browsers_may_do_with_it() {
    let app = TestApp::start().await;
    for path in ["/", "/index.html"] {
        let page = get(&app, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header(CONTENT_TYPE.as_str()), "text/html; charset=utf-8");
        assert_eq!(page.header(CACHE_CONTROL.as_str()), "no-cache");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(page.header("permissions-policy").contains("camera=()"));
        let policy = page.header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(page.body[..15].eq_ignore_ascii_case(b"<!doctype html>"));
    }
}

#[actix_web::test]
async fn a_file_is_told_to_be_unchanged_to_who_has_it() {
    let app = TestApp::start().await;
    for path in ["/", "/js/main.js", "/css/main.css"] {
        let etag = get(&app, path).await.header(ETAG.as_str()).to_owned();
        let response = get_unless(&app, path, &etag).await;
        assert_eq!(response.status, 304, "{path}");
        assert!(response.body.is_empty());
        assert!(!response.header("content-security-policy").is_empty());
    }
}

#[actix_web::test]
async fn only_files_with_a_version_in_their_path_are_kept_without_asking() {
    let app = TestApp::start().await;
    let main = get(&app, "/js/main.js").await;
    assert_eq!(main.header(CACHE_CONTROL.as_str()), "no-cache");
    assert!(main.header(CONTENT_TYPE.as_str()).starts_with("text/javascript"));

    let vendor = concat!(env!("CARGO_MANIFEST_DIR"), "/static/js/vendor");
    let vendored = first_file_below(vendor.as_ref()).expect("there is a vendored file");
    let path = vendored.strip_prefix(vendor).expect("it is below").display();
    let vendored = get(&app, &format!("/js/vendor/{path}")).await;
    assert_eq!(vendored.status, 200);
    let caching = vendored.header(CACHE_CONTROL.as_str());
    assert!(caching.contains("immutable") && caching.contains("max-age=31536000"), "{caching}");

    // What is not there today may be tomorrow.
    let missing = get(&app, "/js/vendor/none.js").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.header(CACHE_CONTROL.as_str()), "no-cache");
}

#[actix_web::test]
async fn what_is_not_there_is_not_found() {
    let app = TestApp::start().await;
    for path in ["/nothing", "/index.htm", "/js/", "/css", "/socket.io/x", "/ws/", "/health/x"] {
        let response = get(&app, path).await;
        assert_eq!(response.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn nothing_outside_of_its_folder_is_served() {
    let app = TestApp::start().await;
    for path in [
        "/../Cargo.toml",
        "/js/../../Cargo.toml",
        "/js/../../../../../../etc/passwd",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "/js%2f..%2f..%2fCargo.toml",
        "/%2e%2e%2fCargo.toml",
        "/..%5cCargo.toml",
        "/.%00./Cargo.toml",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/%252e%252e/Cargo.toml",
        "/js/%2e%2e/%2e%2e/Cargo.toml",
        "//../Cargo.toml",
    ] {
        let mut raw = Raw::connect(&app).await;
        raw.send(format!("GET {path} HTTP/1.1\r\nHost: stonechat\r\n\r\n").as_bytes()).await;
        let head = raw.read_head().await;
        assert!(head.starts_with("HTTP/1.1 4"), "{path}: {head}");
    }
    assert_eq!(get(&app, "/").await.status, 200);
}

#[actix_web::test]
async fn a_server_that_is_well_says_so() {
    let app = TestApp::start().await;
    let response = get(&app, "/health").await;
    assert_eq!(response.status, 200);
    let body: Value = serde_json::from_slice(&response.body).expect("JSON");
    assert_eq!(body, json!({ "status": "ok" }));
}

#[actix_web::test]
async fn a_server_whose_database_does_not_answer_says_so() {
    let app = TestApp::start().await;
    app.chat.store().close().await;
    assert_eq!(get(&app, "/health").await.status, 503);
}

/// What came back.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().expect("ASCII"));
        value.unwrap_or_default()
    }
}

async fn get(app: &TestApp, path: &str) -> Answer {
    get_unless(app, path, "").await
}

/// Asks for a file, unless it is still the one with this tag.
async fn get_unless(app: &TestApp, path: &str, etag: &str) -> Answer {
    let request = awc::Client::new().get(app.url(path)).insert_header((IF_NONE_MATCH, etag));
    let mut response = request.send().await.expect("a response");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.body().await.expect("a body") }
}

fn first_file_below(folder: &Path) -> Option<PathBuf> {
    let mut entries = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    entries.find_map(|path| if path.is_dir() { first_file_below(&path) } else { Some(path) })
}

//! What is served besides the wire: the browser UI, and whether all is well.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use actix_web::web::Bytes;
use awc::http::Method;
use awc::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderName, IF_NONE_MATCH, RANGE, VARY,
};
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
        let response = ask(&app, Method::GET, path, [(IF_NONE_MATCH, &etag)]).await;
        assert_eq!(response.status, 304, "{path}");
        assert!(response.body.is_empty());
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        assert_eq!(response.header(CACHE_CONTROL.as_str()), "no-cache");
    }
}

#[actix_web::test]
async fn a_text_comes_as_short_as_the_one_who_asks_can_read_it() {
    let app = TestApp::start().await;
    for path in TEXTS {
        let plain = get(&app, path).await;
        assert_eq!(plain.header(CONTENT_ENCODING.as_str()), "", "{path}");
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1, br;q=0.1", "br"),
            ("br;q=0, gzip", "gzip"),
            ("deflate, gzip", "gzip"),
            ("identity", ""),
            ("deflate, *", ""),
            ("no such thing;;", ""),
        ] {
            // The second time it is made already.
            for _ in 0..2 {
                let short = ask(&app, Method::GET, path, [(ACCEPT_ENCODING, accepted)]).await;
                assert_eq!(short.status, 200, "{path} {accepted}");
                assert_eq!(short.header(CONTENT_ENCODING.as_str()), coding, "{path} {accepted}");
                assert!(decode(coding, &short.body) == plain.body, "{path} {accepted}");
                assert_eq!(
                    short.header(CONTENT_TYPE.as_str()),
                    plain.header(CONTENT_TYPE.as_str())
                );
                assert_eq!(short.header(VARY.as_str()), "accept-encoding");
                assert_eq!(short.header(CONTENT_LENGTH.as_str()), short.body.len().to_string());
                assert!(coding.is_empty() || short.body.len() < plain.body.len(), "{path}");
            }
        }
    }
}

#[actix_web::test]
async fn a_short_text_is_told_to_be_unchanged_and_to_be_there_like_a_long_one() {
    let app = TestApp::start().await;
    for path in TEXTS {
        for accepted in ["br", "gzip", "identity"] {
            let short = ask(&app, Method::GET, path, [(ACCEPT_ENCODING, accepted)]).await;
            let tag = short.header(ETAG.as_str());
            // The bytes are others, and so the tag has to be a weak one.
            assert_eq!(tag.starts_with("W/"), accepted != "identity", "{path} {tag}");

            let headers = [(ACCEPT_ENCODING, accepted), (IF_NONE_MATCH, tag)];
            let unchanged = ask(&app, Method::GET, path, headers).await;
            assert_eq!((unchanged.status, unchanged.body.len()), (304, 0), "{path} {accepted}");
            assert_eq!(unchanged.header(ETAG.as_str()), tag);
            assert_eq!(unchanged.header(VARY.as_str()), "accept-encoding");
            assert_eq!(unchanged.header(CONTENT_ENCODING.as_str()), "");

            let head = ask(&app, Method::HEAD, path, [(ACCEPT_ENCODING, accepted)]).await;
            assert_eq!((head.status, head.body.len()), (200, 0), "{path} {accepted}");
            for name in [ETAG, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY] {
                assert_eq!(
                    head.header(name.as_str()),
                    short.header(name.as_str()),
                    "{path} {name}"
                );
            }
        }
    }
}

#[actix_web::test]
async fn a_part_of_a_file_is_one_of_the_file_as_it_is() {
    let app = TestApp::start().await;
    let whole = get(&app, "/js/helpers/dom.js").await;
    let headers = [(ACCEPT_ENCODING, "br"), (RANGE, "bytes=2-9")];
    let part = ask(&app, Method::GET, "/js/helpers/dom.js", headers).await;
    assert_eq!((part.status, &part.body[..]), (206, &whole.body[2..10]));
    assert_eq!(part.header(CONTENT_ENCODING.as_str()), "");
}

#[actix_web::test]
async fn what_may_have_a_secret_in_it_is_as_long_as_it_is() {
    let app = TestApp::start().await;
    for path in ["/api/v1/server", "/api/v1/openapi.json", "/health"] {
        let answer = ask(&app, Method::GET, path, [(ACCEPT_ENCODING, "gzip, br")]).await;
        assert_eq!((answer.status, answer.header(CONTENT_ENCODING.as_str())), (200, ""), "{path}");
    }
}

#[actix_web::test]
async fn the_page_begins_with_one_script_and_loads_others_that_have_what_is_not_there() {
    let app = TestApp::start().await;
    let script = async |path: &str| {
        let script = get(&app, path).await;
        assert_eq!(script.status, 200, "{path}");
        assert_eq!(script.header(CONTENT_TYPE.as_str()), "text/javascript; charset=utf-8");
        String::from_utf8(script.body.to_vec()).expect("text")
    };
    // Each that is loaded later brings what is not there by then.
    let mut texts = Vec::new();
    for (path, own) in [
        ("/js/main.js", "views/entry.js"),
        ("/js/app.js", "views/dialog.js"),
        ("/js/views/person_dialog.js", "views/person_dialog.js"),
    ] {
        texts.push((script(path).await, format!("\"{own}\": ")));
    }
    for (at, (text, _)) in texts.iter().enumerate() {
        for (owner, (_, own)) in texts.iter().enumerate() {
            assert_eq!(text.contains(own), at == owner, "{own} in script {at}");
        }
    }
    let main = &texts[0].0;
    for loaded in main.split("$load(\"").skip(1) {
        let (name, _) = loaded.split_once('"').expect("a name");
        assert!(script(&format!("/js/{name}")).await.contains(&format!("\"{name}\": ")));
    }
    let list = get(&app, "/files.json").await;
    let list: Vec<String> = serde_json::from_slice(&list.body).expect("a list");
    for path in [
        "js/main.js",
        "js/app.js",
        "js/views/person_dialog.js",
        "js/i18n/texts/de.js",
        "css/main.css",
    ] {
        assert!(list.iter().any(|listed| listed == path), "{path} is not in {list:?}");
    }
    for path in list {
        assert_eq!(get(&app, &format!("/{path}")).await.status, 200, "{path}");
    }
    // What nobody loads by itself is as it was written.
    let plain = get(&app, "/js/helpers/dom.js").await;
    assert!(String::from_utf8_lossy(&plain.body).contains("export function find("));
}

#[actix_web::test]
async fn the_style_sheet_has_all_that_it_imports_in_it() {
    let app = TestApp::start().await;
    let sheet = get(&app, "/css/main.css").await;
    assert_eq!(sheet.header(CONTENT_TYPE.as_str()), "text/css; charset=utf-8");
    let sheet = String::from_utf8(sheet.body.to_vec()).expect("text");
    assert!(!sheet.contains("@import"), "{sheet}");
    for part in ["/css/reset.css", "/css/components/message.css", "/css/utilities.css"] {
        let part = get(&app, part).await.body;
        let part = std::str::from_utf8(&part).expect("text");
        assert!(sheet.contains(part), "{part}");
    }
    let place = |text: &str| sheet.find(text).unwrap_or_else(|| panic!("{text} is not there"));
    assert!(place("@layer reset, tokens") < place("@layer reset {"));
    assert!(place("@layer reset {") < place("@layer utilities {"));
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

/// A page, modules, a style sheet, a picture and a list.
const TEXTS: [&str; 6] = [
    "/",
    "/js/main.js",
    "/js/helpers/dom.js",
    "/css/main.css",
    "/favicon.svg",
    "/manifest.webmanifest",
];

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
    ask(app, Method::GET, path, [(ACCEPT_ENCODING, "identity")]).await
}

async fn ask<const N: usize>(
    app: &TestApp,
    method: Method,
    path: &str,
    headers: [(HeaderName, &str); N],
) -> Answer {
    let mut request = awc::Client::new().request(method, app.url(path));
    for header in headers {
        request = request.insert_header(header);
    }
    let mut response = request.send().await.expect("a response");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.body().await.expect("a body") }
}

fn decode(coding: &str, body: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    match coding {
        "br" => brotli::Decompressor::new(body, 4096).read_to_end(&mut text),
        "gzip" => flate2::read::GzDecoder::new(body).read_to_end(&mut text),
        _ => return body.to_vec(),
    }
    .expect(coding);
    text
}

fn first_file_below(folder: &Path) -> Option<PathBuf> {
    let mut entries = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    entries.find_map(|path| if path.is_dir() { first_file_below(&path) } else { Some(path) })
}

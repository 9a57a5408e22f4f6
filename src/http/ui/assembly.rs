//! Files that are sent with all that they import. Each is a file of its own in the folder, and the page works
//! with those too; but a browser would ask for a hundred of them, one after another, before it shows anything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ETAG, EntityTag, Header as _, IfNoneMatch};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use bytes::Bytes;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::{modules, stylesheet};

const STYLE_SHEET: &str = "css/main.css";

/// What there is, for who wants to keep all of it.
const LIST: &str = "files.json";

/// How long the files count as the same.
const FRESH: Duration = Duration::from_secs(1);

/// How much of a hash tells one text from another.
const TAG_BYTES: usize = 16;

/// What was put together last.
static LATEST: Mutex<Option<Latest>> = Mutex::new(None);

struct Latest {
    folder: PathBuf,
    since: Instant,
    assembly: Arc<Assembly>,
}

/// By the path below the folder.
type Assembly = BTreeMap<String, Assembled>;

struct Assembled {
    content_type: String,
    text: Bytes,
    tag: EntityTag,
}

/// Answers what is put together, and leaves the rest to others.
pub async fn serve(
    folder: &Path,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let assembly = latest(folder).await?;
        if let Some(found) = assembly.get(request.path().trim_start_matches('/')) {
            let answer = found.answer(request.request());
            return Ok(request.into_response(answer));
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

async fn latest(folder: &Path) -> Result<Arc<Assembly>, Error> {
    if let Some(latest) = &*LATEST.lock()
        && latest.folder == folder
        && latest.since.elapsed() < FRESH
    {
        return Ok(Arc::clone(&latest.assembly));
    }
    let since = Instant::now();
    let (folder, place) = (folder.to_owned(), folder.to_owned());
    let assembly = Arc::new(web::block(move || assemble(&place)).await?);
    *LATEST.lock() = Some(Latest { folder, since, assembly: Arc::clone(&assembly) });
    Ok(assembly)
}

/// What cannot be put together is sent file by file.
fn assemble(folder: &Path) -> Assembly {
    let mut assembly = Assembly::new();
    let mut vendored = Vec::new();
    match stylesheet::join(&folder.join(STYLE_SHEET)) {
        Ok(sheet) => add(&mut assembly, STYLE_SHEET.to_owned(), "text/css", sheet),
        Err(why) => warn(&why),
    }
    match modules::join(&folder.join("js")) {
        Ok(joined) => {
            for (name, text) in joined.texts {
                add(&mut assembly, format!("js/{name}"), "text/javascript", text);
            }
            vendored.extend(joined.vendored.into_iter().map(|name| format!("js/{name}")));
        }
        Err(why) => warn(&why),
    }
    let paths: Vec<_> = assembly.keys().chain(&vendored).collect();
    let list = serde_json::json!(paths).to_string();
    add(&mut assembly, LIST.to_owned(), "application/json", list);
    assembly
}

fn add(assembly: &mut Assembly, path: String, kind: &str, text: String) {
    let hash = Sha256::digest(&text);
    let tag = EntityTag::new_strong(BASE64.encode(&hash[..TAG_BYTES]));
    let content_type = format!("{kind}; charset=utf-8");
    assembly.insert(path, Assembled { content_type, text: text.into(), tag });
}

fn warn(why: &str) {
    log::warn!("files of the page are sent one by one: {why}");
}

impl Assembled {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let is_known = match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&self.tag)),
            _ => false,
        };
        let tag = (ETAG, self.tag.to_string());
        if is_known {
            return HttpResponse::NotModified().insert_header(tag).finish();
        }
        HttpResponse::Ok()
            .insert_header(tag)
            .content_type(self.content_type.as_str())
            .body(self.text.clone())
    }
}

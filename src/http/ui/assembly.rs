//! Files that are sent with all that they import. Each is a file of its own in the folder, and the page works
//! with those too; but a browser would ask for a hundred of them, one after another, before it shows anything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ETAG, EntityTag, Header as _, IfNoneMatch};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use super::{modules, stylesheet};

const STYLE_SHEET: &str = "css/main.css";

/// What there is, for who wants to keep all of it.
const LIST: &str = "files.json";

/// How long the files count as the same without a look at them.
const FRESH: Duration = Duration::from_secs(1);

/// Where the files are that are put together.
const PARTS: [&str; 2] = ["css", "js"];

/// How much of a hash tells one text from another.
const TAG_BYTES: usize = 16;

/// What was put together last. Whoever comes while it is put together waits for that.
static LATEST: Mutex<Option<Latest>> = Mutex::const_new(None);

struct Latest {
    folder: PathBuf,
    looked: Instant,
    files: Vec<Seen>,
    assembly: Arc<Assembly>,
}

/// A file as it was, as far as one sees without reading it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    path: PathBuf,
    changed: SystemTime,
    bytes: u64,
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
    let mut latest = LATEST.lock().await;
    let known = latest.take_if(|latest| latest.folder == folder);
    let known = match known {
        Some(known) if known.looked.elapsed() < FRESH => known,
        known => {
            let folder = folder.to_owned();
            web::block(move || look_again(folder, known)).await?
        }
    };
    Ok(Arc::clone(&latest.insert(known).assembly))
}

/// Puts together what has changed since.
fn look_again(folder: PathBuf, known: Option<Latest>) -> Latest {
    let looked = Instant::now();
    let files = files_in(&folder);
    let assembly = match known {
        Some(known) if known.files == files => known.assembly,
        _ => Arc::new(assemble(&folder)),
    };
    Latest { folder, looked, files, assembly }
}

/// What is vendored has its version in its path.
fn files_in(folder: &Path) -> Vec<Seen> {
    let mut files = Vec::new();
    let mut folders: Vec<_> = PARTS.iter().map(|part| folder.join(part)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() && entry.file_name() != "vendor" {
                folders.push(entry.path());
            } else if let (true, Ok(changed)) = (about.is_file(), about.modified()) {
                files.push(Seen { path: entry.path(), changed, bytes: about.len() });
            }
        }
    }
    files.sort_unstable();
    files
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_put_together_again_when_a_file_has_changed_and_only_then() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            std::fs::write(path, text).expect("it can be written");
        };
        let look = |known| look_again(folder.path().to_owned(), known);
        write("js/main.js", "import { a } from \"./views/a.js\"\na()\n");
        write("js/views/a.js", "export function a() {}\n");
        let first = look(None);
        let assembly = Arc::clone(&first.assembly);
        let again = look(Some(first));
        assert!(Arc::ptr_eq(&assembly, &again.assembly));
        write("js/views/a.js", "export function a() { return 1 }\n");
        let changed = look(Some(again)).assembly;
        let text = std::str::from_utf8(&changed["js/main.js"].text).expect("text");
        assert!(text.contains("return 1"), "{text}");
    }
}

//! Texts as short as the one who asks can read them. This is for files alone: how short an answer becomes
//! tells something of a secret in it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use actix_web::body::{self, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::ErrorInternalServerError;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, CONTENT_ENCODING, ContentEncoding, ETAG, Encoding, EntityTag,
    Header as _, HeaderMap, HeaderValue, Quality, RANGE, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, rt, web};
use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use log::warn;
use parking_lot::Mutex;
use tokio::sync::{OnceCell, Semaphore};

/// What gets shorter.
const TEXTS: [&str; 7] = ["css", "html", "js", "json", "svg", "txt", "webmanifest"];

/// There are a few hundred; files that change again and again cannot make more of it.
const MOST_KEPT: usize = 1000;

/// Larger than any of the files.
const WINDOW_BITS: i32 = 18;

/// What the first who asks for a file gets: a tenth longer than it could be, and a hundred times as soon.
const QUICK: i32 = 5;

/// What everybody after that gets. What is not optimized would take minutes for all of them.
const SHORTEST: Option<i32> = if cfg!(debug_assertions) { None } else { Some(11) };

/// What was made short is kept, since that takes a thousand times as long as reading it.
static KEPT: Mutex<Kept> = Mutex::new(BTreeMap::new());

/// One file after the other is made as short as can be, so that those who ask meanwhile are answered.
static SHORTENING: Semaphore = Semaphore::const_new(1);

type Kept = BTreeMap<Key, Arc<OnceCell<Bytes>>>;

/// The tag of the text as it is, which is another when the file changes.
type Key = (HeaderValue, Coding);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Coding {
    Brotli,
    Gzip,
}

pub async fn compress(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_text = is_text(request.path());
    // A part of a file is one of the file as it is.
    let is_part = request.headers().contains_key(RANGE);
    let coding = Coding::wanted(&request).filter(|_| is_text && !is_part);
    let mut response = next.call(request).await?;
    let found = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    if is_text && found {
        response.headers_mut().insert(VARY, HeaderValue::from_static(ACCEPT_ENCODING.as_str()));
    }
    match (coding, response.headers().get(ETAG).cloned()) {
        (Some(coding), Some(tag)) if found => shorten(response, tag, coding).await,
        _ => Ok(response.map_into_boxed_body()),
    }
}

/// By the name of a file; that of a folder stands for its page.
fn is_text(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(|it| it.to_str());
    path.ends_with('/') || extension.is_some_and(|extension| TEXTS.contains(&extension))
}

async fn shorten(
    response: ServiceResponse<impl MessageBody + 'static>,
    tag: HeaderValue,
    coding: Coding,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    weaken(response.headers_mut());
    if response.status() == StatusCode::NOT_MODIFIED {
        return Ok(ServiceResponse::new(request, response.set_body(body).map_into_boxed_body()));
    }
    // Everybody else who asks meanwhile waits for this one.
    let key = (tag, coding);
    let short = place(key.clone()).get_or_try_init(|| encode(body, key)).await?.clone();
    response
        .headers_mut()
        .insert(CONTENT_ENCODING, HeaderValue::from_static(coding.header().as_str()));
    Ok(ServiceResponse::new(request, response.set_body(short).map_into_boxed_body()))
}

fn place(key: Key) -> Arc<OnceCell<Bytes>> {
    let mut kept = KEPT.lock();
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    Arc::clone(kept.entry(key).or_default())
}

async fn encode(body: impl MessageBody, key: Key) -> Result<Bytes, Error> {
    let text = body::to_bytes(body).await.map_err(Into::into)?;
    let (_, coding) = key;
    let quick = encode_at(text.clone(), coding, QUICK).await?;
    if let (Coding::Brotli, Some(quality)) = (coding, SHORTEST) {
        rt::spawn(async move {
            let _turn = SHORTENING.acquire().await;
            match encode_at(text, coding, quality).await {
                Ok(short) => replace(&key, short),
                Err(error) => warn!("a file stays longer than it could be: {error}"),
            }
        });
    }
    Ok(quick)
}

async fn encode_at(text: Bytes, coding: Coding, quality: i32) -> Result<Bytes, Error> {
    let short = web::block(move || coding.encode(&text, quality)).await?;
    short.map_err(ErrorInternalServerError)
}

fn replace(key: &Key, short: Bytes) {
    if let Some(place) = KEPT.lock().get_mut(key) {
        *place = Arc::new(OnceCell::new_with(Some(short)));
    }
}

/// The same text in other bytes: a weak tag is for all of them.
fn weaken(headers: &mut HeaderMap) {
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok()?.parse::<EntityTag>().ok());
    let weak = tag.map(|tag| EntityTag::new_weak(tag.tag().to_owned()).to_string());
    if let Some(weak) = weak.and_then(|weak| weak.parse().ok()) {
        headers.insert(ETAG, weak);
    }
}

impl Coding {
    /// The one that makes it shortest.
    fn wanted(request: &ServiceRequest) -> Option<Self> {
        let accepted = AcceptEncoding::parse(request).ok()?;
        let accepts = |coding: &Self| {
            let encoding = Encoding::Known(coding.header());
            accepted
                .iter()
                .any(|it| it.item.item() == Some(&encoding) && it.quality > Quality::ZERO)
        };
        [Self::Brotli, Self::Gzip].into_iter().find(accepts)
    }

    fn header(self) -> ContentEncoding {
        match self {
            Self::Brotli => ContentEncoding::Brotli,
            Self::Gzip => ContentEncoding::Gzip,
        }
    }

    /// The quality is Brotli's; Gzip is at its best soon enough.
    fn encode(self, text: &[u8], quality: i32) -> std::io::Result<Bytes> {
        let mut short = Vec::new();
        match self {
            Self::Brotli => {
                let size_hint = text.len();
                let params = BrotliEncoderParams {
                    quality,
                    lgwin: WINDOW_BITS,
                    size_hint,
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut &*text, &mut short, &params)?;
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(&mut short, Compression::best());
                encoder.write_all(text)?;
                encoder.finish()?;
            }
        }
        Ok(short.into())
    }
}

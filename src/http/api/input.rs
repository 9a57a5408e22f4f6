//! What comes in with a request: JSON, bytes, and the part of the address behind the question mark.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, dev, web};
use bytes::Bytes;
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize as _, Deserializer};
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

use super::problem::Problem;
use crate::session::Services;
use crate::wire::{ErrorCode, Failure};

/// The longest JSON.
const JSON_BYTES: usize = 64 * 1024;

/// The longest picture.
pub const IMAGE_BYTES: usize = 5_000_000;

/// Pictures that come in at a time, so that they take no more than 40 MB.
const IMAGES_AT_ONCE: usize = 8;

/// How much longer than other requests a picture may take to come in.
const IMAGE_PATIENCE: u32 = 12;

/// The most that a problem says of why a field is wrong.
const REASON_CHARS: usize = 200;

/// The most that is listed at a time, and what is without being asked for.
const MOST_LISTED: u32 = 200;
const LISTED: u32 = 50;

/// The largest number of anything: as databases and the `int64` of the description have it.
const LARGEST_NUMBER: u64 = i64::MAX.cast_unsigned();

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// A body of JSON.
pub struct Json<T>(pub T);

/// A body of any bytes, as long as a picture may be.
pub struct Image {
    pub bytes: Bytes,
    _place: SemaphorePermit<'static>,
}

/// What follows the question mark.
pub struct Params(HashMap<String, String>);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        // No form of another site can say this of itself.
        let is_json = request.headers().get(CONTENT_TYPE).is_some_and(|it| {
            let media_type = it.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            media_type.trim().eq_ignore_ascii_case("application/json")
        });
        let body = read(request, payload.take(), JSON_BYTES, 1);
        Box::pin(async move {
            if !is_json {
                let why = "The body has to be application/json.";
                return Err(Problem::unreadable(Failure::new(ErrorCode::BadField, why)));
            }
            parse(&body.await?).map(Self)
        })
    }
}

impl FromRequest for Image {
    type Error = Problem;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        static PLACES: Semaphore = Semaphore::const_new(IMAGES_AT_ONCE);
        let body = read(request, payload.take(), IMAGE_BYTES, IMAGE_PATIENCE);
        Box::pin(async move {
            let place = PLACES.try_acquire().map_err(|_| {
                Failure::new(ErrorCode::Overloaded, "Too many pictures come in. Try again.")
            })?;
            Ok(Self { bytes: body.await?, _place: place })
        })
    }
}

fn read(
    request: &HttpRequest,
    payload: dev::Payload,
    limit: usize,
    patience: u32,
) -> impl Future<Output = Result<Bytes, Problem>> + 'static {
    let services = request.app_data::<web::Data<Rc<Services>>>();
    let time = services
        .map_or(Duration::from_secs(5), |services| services.config.server.request_timeout());
    let body = web::Payload::from_request(request, &mut { payload }).into_inner();
    async move {
        let body = body.map_err(|_| Problem::not_found())?;
        match tokio::time::timeout(time * patience, body.to_bytes_limited(limit)).await {
            Err(_) => Err(Problem::too_slow()),
            Ok(Err(_)) => {
                let why = format!("The body is longer than {limit} bytes.");
                Err(Failure::new(ErrorCode::TooLarge, why).into())
            }
            Ok(Ok(Err(_))) => {
                let why = "The body ended too soon.";
                Err(Problem::unreadable(Failure::new(ErrorCode::BadField, why)))
            }
            Ok(Ok(Ok(bytes))) => Ok(bytes),
        }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let unreadable = |why: &str| {
        Problem::unreadable(Failure::new(ErrorCode::BadField, format!("The body is wrong: {why}.")))
    };
    // An array would otherwise count as the fields in their order.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(unreadable("an object is expected, not an array"));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let parsed = serde_path_to_error::deserialize(&mut json);
    let parsed = parsed.map_err(|error| {
        let why = error.inner().to_string();
        // It may quote what the client said, however much that was.
        let why: String = why.chars().take(REASON_CHARS).collect();
        // The parser calls some wrong values wrong JSON.
        if serde_json::from_slice::<IgnoredAny>(body).is_err() {
            return unreadable(&why);
        }
        // Line and column say nothing to somebody who never saw this text as lines.
        let why = why.split(" at line ").next().unwrap_or_default();
        let missing = why.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        let path = error.path().to_string();
        let field = match (error.path().iter().next(), missing) {
            (_, Some(missing)) => missing,
            (Some(_), None) => path.as_str(),
            (None, None) => return unreadable(why),
        };
        let message = format!("\"{field}\" is wrong: {why}.");
        Failure::of_field(ErrorCode::BadField, field, message).into()
    })?;
    json.end().map_err(|_| unreadable("there is something behind it"))?;
    Ok(parsed)
}

impl FromRequest for Params {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let params = web::Query::<HashMap<String, String>>::from_query(request.query_string());
        std::future::ready(params.map(|params| Self(params.into_inner())).map_err(|_| {
            let why = "What follows the question mark cannot be read.";
            Problem::unreadable(Failure::new(ErrorCode::BadField, why))
        }))
    }
}

impl Params {
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    pub fn id(&self, name: &str) -> Result<Option<Uuid>, Problem> {
        let parse = |text: &String| text.parse().map_err(|_| wrong(name, "a UUID would do"));
        self.0.get(name).map(parse).transpose()
    }

    pub fn number(&self, name: &str) -> Result<Option<u64>, Problem> {
        let parse = |text: &String| {
            let number = text.parse().ok().filter(|number| *number <= LARGEST_NUMBER);
            number.ok_or_else(|| wrong(name, "a number would do"))
        };
        self.0.get(name).map(parse).transpose()
    }

    /// How many are wanted: 50 unless said, 200 at most.
    pub fn limit(&self) -> Result<u32, Problem> {
        let limit = self.number("limit")?.unwrap_or(LISTED.into());
        match u32::try_from(limit) {
            Ok(limit) if (1..=MOST_LISTED).contains(&limit) => Ok(limit),
            _ => Err(wrong("limit", &format!("1 to {MOST_LISTED} would do"))),
        }
    }
}

/// The number of a message or of a change.
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match u64::deserialize(deserializer)? {
        number if number <= LARGEST_NUMBER => Ok(number),
        _ => Err(D::Error::custom(format!("0 to {LARGEST_NUMBER} would do"))),
    }
}

pub fn some_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    number(deserializer).map(Some)
}

/// The problem of a parameter or field that is none of what would do.
pub fn wrong(field: &str, wanted: &str) -> Problem {
    let message = format!("\"{field}\" is wrong: {wanted}.");
    Failure::of_field(ErrorCode::BadField, field, message).into()
}

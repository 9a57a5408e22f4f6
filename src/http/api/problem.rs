//! Refusals over HTTP: `application/problem+json` of RFC 9457.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{ErrorCode, Failure};

const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was refused.
#[derive(Debug)]
pub struct Problem {
    failure: Failure,
    status: StatusCode,
    /// What the path can be asked instead.
    allow: Option<String>,
}

/// The same as JSON.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Nothing more is to be read anywhere.
    #[schema(value_type = String, example = "about:blank")]
    r#type: &'static str,
    #[schema(value_type = String, example = "Unprocessable Entity")]
    title: &'a str,
    status: u16,
    /// For people.
    #[schema(value_type = String)]
    detail: &'a str,
    /// For programs: one of a closed list.
    #[schema(value_type = String, example = "bad_field")]
    code: ErrorCode,
    /// Which part of what was said is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    field: Option<&'a str>,
    /// After how long another try is worth it.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
}

impl Problem {
    /// JSON that cannot be read at all.
    pub fn unreadable(failure: Failure) -> Self {
        Self { failure, status: StatusCode::BAD_REQUEST, allow: None }
    }

    /// A request that takes too long to come in.
    pub fn too_slow() -> Self {
        let failure = Failure::new(ErrorCode::Slow, "The request took too long to come in.");
        Self { failure, status: StatusCode::REQUEST_TIMEOUT, allow: None }
    }

    pub fn not_found() -> Self {
        Failure::new(ErrorCode::NotFound, "There is nothing at this path.").into()
    }

    /// `allow` is what the path can be asked.
    pub fn method_not_allowed(allow: String) -> Self {
        let failure = Failure::new(ErrorCode::NotFound, "This path is not asked in this way.");
        Self { failure, status: StatusCode::METHOD_NOT_ALLOWED, allow: Some(allow) }
    }
}

impl<E: Into<Failure>> From<E> for Problem {
    fn from(error: E) -> Self {
        let failure = error.into();
        Self { status: status_of(failure.code), failure, allow: None }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.failure.fmt(f)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let Failure { code, message, retry_after_ms, field } = &self.failure;
        // Not the message, which may quote what was said.
        log::debug!("a request is refused: {code:?}");
        let mut response = HttpResponse::build(self.status);
        response.insert_header((CONTENT_TYPE, MEDIA_TYPE));
        if let Some(wait) = retry_after_ms {
            response.insert_header((RETRY_AFTER, wait.div_ceil(1000).to_string()));
        }
        if let Some(allow) = &self.allow {
            response.insert_header((ALLOW, allow.as_str()));
        }
        if self.status == StatusCode::REQUEST_TIMEOUT {
            response.force_close();
        }
        response.json(ProblemBody {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or_default(),
            status: self.status.as_u16(),
            detail: message,
            code: *code,
            field: field.as_deref(),
            retry_after_ms: *retry_after_ms,
        })
    }
}

fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadFrame | ErrorCode::UnknownEvent | ErrorCode::NotConnected => {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::SignedOut | ErrorCode::NotSignedIn | ErrorCode::CredentialsWrong => {
            StatusCode::UNAUTHORIZED
        }
        ErrorCode::GuestsOff
        | ErrorCode::NotInRoom
        | ErrorCode::NotAuthor
        | ErrorCode::Forbidden
        | ErrorCode::Banned
        | ErrorCode::Muted
        | ErrorCode::ReadOnly
        | ErrorCode::SignUpClosed
        | ErrorCode::OriginRefused => StatusCode::FORBIDDEN,
        ErrorCode::RoomUnknown
        | ErrorCode::MessageUnknown
        | ErrorCode::LinkInvalid
        | ErrorCode::PersonUnknown
        | ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::TooManyRooms
        | ErrorCode::IdTaken
        | ErrorCode::Outdated
        | ErrorCode::Archived
        | ErrorCode::NameTaken
        | ErrorCode::Claimed
        | ErrorCode::TooManyAccounts => StatusCode::CONFLICT,
        ErrorCode::MessageDeleted => StatusCode::GONE,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::BadField
        | ErrorCode::NameInvalid
        | ErrorCode::TokenInvalid
        | ErrorCode::BodyEmpty
        | ErrorCode::BodyTooLong
        | ErrorCode::ImageInvalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::TooManySessions
        | ErrorCode::Slow
        | ErrorCode::RateLimited
        | ErrorCode::SlowMode => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Overloaded | ErrorCode::Storage | ErrorCode::Restart => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

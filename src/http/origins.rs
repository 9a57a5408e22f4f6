//! Which sites' pages may connect.
//!
//! A browser says with each request whose page makes it. Pages of this server may connect, and those of
//! the origins in the settings, which also get the headers by which a browser lets them read the answers.
//! What is no browser says nothing, and may.

use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, HOST,
    HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

use crate::session::Services;
use crate::socketio::engine::handshake::Refusal;

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const ANY: &str = "*";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// No page of another site asks.
    Ours,
    Allowed,
    /// Every site is, so that none is let use what it knows of its visitors here.
    AllowedLikeAll,
    Refused,
}

/// Middleware for what browsers connect to.
pub async fn check(
    services: web::Data<Rc<Services>>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let verdict = judge(request.headers(), &services.config.access.origins);
    let origin = request.headers().get(ORIGIN).cloned();
    if verdict == Verdict::Refused {
        let response = request.into_response(Refusal::Forbidden.response());
        return Ok(response.map_into_right_body());
    }
    let mut response = if request.method() == Method::OPTIONS {
        let wanted = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
        request.into_response(preflight(wanted)).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    let headers = response.headers_mut();
    match (verdict, origin) {
        (Verdict::Allowed, Some(origin)) => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.insert(VARY, HeaderValue::from_static("Origin"));
        }
        (Verdict::AllowedLikeAll, _) => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static(ANY));
        }
        _ => {}
    }
    Ok(response)
}

fn preflight(wanted: Option<HeaderValue>) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    response.insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"));
    response.insert_header((ACCESS_CONTROL_MAX_AGE, "600"));
    if let Some(wanted) = wanted {
        response.insert_header((ACCESS_CONTROL_ALLOW_HEADERS, wanted));
    }
    response.finish()
}

fn judge(headers: &HeaderMap, allowed: &[String]) -> Verdict {
    let Some(origin) = headers.get(ORIGIN) else { return Verdict::Ours };
    let Ok(origin) = origin.to_str() else { return Verdict::Refused };
    if is_own(headers, origin) {
        Verdict::Ours
    } else if allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)) {
        Verdict::Allowed
    } else if allowed.iter().any(|allowed| allowed == ANY) {
        Verdict::AllowedLikeAll
    } else {
        Verdict::Refused
    }
}

/// Whether an origin is that of this server's own pages.
pub fn is_own(headers: &HeaderMap, origin: &str) -> bool {
    let host = origin.split_once("://").map(|(_, host)| host);
    // A proxy may ask under a name of its own; no page can make a browser say another one.
    [HOST, FORWARDED_HOST].iter().any(|name| {
        let asked = headers.get(name).and_then(|asked| asked.to_str().ok());
        host.is_some_and(|host| asked.is_some_and(|asked| asked.eq_ignore_ascii_case(host)))
    })
}

/// Whether a page of this server asks, or what is no page at all.
pub fn is_own_page(headers: &HeaderMap) -> bool {
    let site = headers.get(FETCH_SITE).is_none_or(|site| site == "same-origin" || site == "none");
    let origin = headers
        .get(ORIGIN)
        .is_none_or(|origin| origin.to_str().is_ok_and(|origin| is_own(headers, origin)));
    site && origin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(origin: &'static str, host: &'static str, allowed: &[&str]) -> Verdict {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        headers.insert(ORIGIN, HeaderValue::from_static(origin));
        let allowed: Vec<_> = allowed.iter().map(ToString::to_string).collect();
        judge(&headers, &allowed)
    }

    #[test]
    fn pages_of_this_server_may_connect_and_others_may_if_allowed() {
        let here = "chat.example:8080";
        assert_eq!(verdict("http://chat.example:8080", here, &[]), Verdict::Ours);
        assert_eq!(verdict("https://Chat.example:8080", here, &[]), Verdict::Ours);
        assert_eq!(verdict("http://chat.example", here, &[]), Verdict::Refused);
        assert_eq!(verdict("http://evil.example", here, &[]), Verdict::Refused);
        assert_eq!(verdict("null", here, &[]), Verdict::Refused);
        assert_eq!(verdict("null", here, &["https://a.example"]), Verdict::Refused);
        assert_eq!(verdict("https://a.example", here, &["https://a.example"]), Verdict::Allowed);
        assert_eq!(verdict("http://a.example", here, &["https://a.example"]), Verdict::Refused);
        assert_eq!(verdict("null", here, &["*"]), Verdict::AllowedLikeAll);
    }

    #[test]
    fn what_is_no_browser_names_no_origin_and_may_connect() {
        assert_eq!(judge(&HeaderMap::new(), &[]), Verdict::Ours);
    }

    #[test]
    fn a_proxy_may_ask_under_its_own_name() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("127.0.0.1:8080"));
        headers.insert(FORWARDED_HOST, HeaderValue::from_static("chat.example"));
        headers.insert(ORIGIN, HeaderValue::from_static("https://chat.example"));
        assert_eq!(judge(&headers, &[]), Verdict::Ours);
    }
}

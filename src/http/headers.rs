//! What every answer tells browsers not to do.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Adds the headers of an answer; a policy or caching that is there already stays.
pub fn harden(headers: &mut HeaderMap, policy: &'static str, caching: &'static str) {
    add(headers, CONTENT_SECURITY_POLICY, policy);
    harden_part(headers, caching);
    for (name, value) in [(REFERRER_POLICY, "no-referrer"), (PERMISSIONS_POLICY, PERMISSIONS)] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The same of what is only a part of a document, and heeds no policy.
pub fn harden_part(headers: &mut HeaderMap, caching: &'static str) {
    add(headers, CACHE_CONTROL, caching);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

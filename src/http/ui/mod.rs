//! The browser UI: files, with what browsers may do with them.

mod assembly;
mod compression;
mod modules;
mod stylesheet;

use actix_files::Files;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{HttpServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, web};

use super::headers::{harden, harden_part};
use crate::config;

/// Files below it carry their version in their path and never change.
const IMMUTABLE: &str = "/js/vendor/";

/// Where no documents are, which alone heed a policy; there are many files there, and small ones.
const PARTS: [&str; 2] = ["/css/", "/js/"];

/// Everything comes from here, and nothing inline is run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

pub fn files(config: &config::Server) -> impl HttpServiceFactory + use<> {
    let files = Files::new("/", &config.static_dir).index_file("index.html").prefer_utf8(true);
    let folder = config.static_dir.clone();
    web::scope("")
        .wrap(from_fn(move |request, next: Next<BoxBody>| {
            let folder = folder.clone();
            async move { assembly::serve(&folder, request, next).await }
        }))
        .wrap(from_fn(compression::compress))
        .wrap(from_fn(add_headers))
        .service(files)
}

async fn add_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let immutable = request.path().starts_with(IMMUTABLE);
    let is_part = PARTS.iter().any(|folder| request.path().starts_with(folder));
    let mut response = next.call(request).await?;
    let found = response.status().is_success() || response.status().as_u16() == 304;
    let caching = if immutable && found {
        "public, max-age=31536000, immutable"
    } else {
        // Kept, but asked about each time; the answer is a short 304 while nothing has changed.
        "no-cache"
    };
    if is_part {
        harden_part(response.headers_mut(), caching);
    } else {
        harden(response.headers_mut(), POLICY, caching);
    }
    Ok(response)
}

//! The client library from the server, where pages of the reference server find it.

use actix_files::NamedFile;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Responder, web};

use super::origins;
use crate::config;

/// Below the folder of the UI; unmodified from npm.
const FOLDER: &str = "js/vendor/socket.io-client-4.8.4";

const FILES: [&str; 6] = [
    "socket.io.js",
    "socket.io.js.map",
    "socket.io.min.js",
    "socket.io.min.js.map",
    "socket.io.esm.min.js",
    "socket.io.esm.min.js.map",
];

pub fn configure(app: &mut web::ServiceConfig, config: &config::Server) {
    for name in FILES {
        let file = config.static_dir.join(FOLDER).join(name);
        let serve = move |request| {
            let file = file.clone();
            async move {
                let Ok(file) = NamedFile::open(file) else {
                    return HttpResponse::NotFound().finish();
                };
                let mut response = file.prefer_utf8(true).respond_to(&request);
                // Kept, but asked about each time, as the reference server has it.
                let caching = HeaderValue::from_static("public, max-age=0");
                response.headers_mut().insert(CACHE_CONTROL, caching);
                response.map_into_boxed_body()
            }
        };
        let resource = web::resource(format!("/socket.io/{name}")).route(web::get().to(serve));
        app.service(resource.wrap(from_fn(origins::check)));
    }
}

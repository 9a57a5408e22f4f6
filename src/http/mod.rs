//! What is served over HTTP: the browser UI, the API, the handshakes of both dresses, and whether all is
//! well.

pub mod api;
mod client;
mod connections;
mod headers;
mod health;
mod origins;
pub mod patience;
mod ui;

use actix_web::web;

use crate::config;
pub use connections::engine;

/// Mounts everything. `Rc<Services>`, `Engine` and `PerAddress` have to be in the application's data.
pub fn configure(app: &mut web::ServiceConfig, config: &config::Server) {
    app.configure(health::configure)
        .configure(|app| client::configure(app, config))
        .configure(connections::configure)
        .configure(api::configure)
        .service(ui::files(config));
}

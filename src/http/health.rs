use std::rc::Rc;

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::session::Services;

pub fn configure(app: &mut web::ServiceConfig) {
    app.route("/health", web::get().to(health));
}

/// 200 while messages can be read, 503 while they cannot.
async fn health(services: web::Data<Rc<Services>>) -> HttpResponse {
    match services.store.check().await {
        Ok(()) => HttpResponse::Ok().json(json!({"status": "ok"})),
        Err(error) => {
            log::error!("the database does not answer: {error}");
            HttpResponse::ServiceUnavailable().json(json!({"status": "storage"}))
        }
    }
}

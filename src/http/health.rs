use std::rc::Rc;

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::session::Services;

pub fn configure(app: &mut web::ServiceConfig) {
    app.route("/health", web::get().to(health));
}

/// 200 while messages can be stored and read, 503 while they cannot.
async fn health(services: web::Data<Rc<Services>>) -> HttpResponse {
    let message = match services.store.check().await {
        Ok(()) if services.store.is_writable() => {
            return HttpResponse::Ok().json(json!({"status": "ok"}));
        }
        Ok(()) => "Messages cannot be stored. The server tries again each second.",
        Err(error) => {
            log::error!("the database does not answer: {error}");
            "The database does not answer."
        }
    };
    HttpResponse::ServiceUnavailable().json(json!({"status": "storage", "message": message}))
}

//! The API at `/api/v1`: JSON in, JSON or a problem out. One file for each area; [`openapi`] describes all
//! of it from the code.

mod accounts;
mod audit;
mod bans;
mod bots;
mod caller;
mod input;
mod invites;
mod me;
mod members;
mod messages;
mod objects;
mod openapi;
mod people;
mod problem;
mod reports;
mod rooms;
mod server;
mod session;
mod settings;

use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpResponse, Resource, Route, rt, web};
use tokio::time::timeout;

pub use caller::{Caller, Connection, Member, address, session_cookie};
pub use input::{Json, Params};
pub use problem::Problem;

use super::headers::harden;
use crate::accounts::AccountError;
use crate::session::Services;
use crate::store::StoreError;
use crate::wire::{ErrorCode, Failure};

/// Nothing of the API is a page, nor is it kept.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
const CACHING: &str = "no-store";

/// How long a change may take, its turn to write included.
const LONGEST: Duration = Duration::from_secs(30);

type Shared = web::Data<Rc<Services>>;

/// What a handler answers.
type Answer = Result<HttpResponse, Problem>;

pub fn configure(app: &mut web::ServiceConfig) {
    let scope = web::scope("/api/v1")
        .app_data(web::PathConfig::default().error_handler(|_, _| Problem::not_found().into()))
        // The last of them is the first that a request meets.
        .wrap(from_fn(caller::guard))
        .wrap(from_fn(answer_with_headers))
        .configure(server::configure)
        .configure(session::configure)
        .configure(me::configure)
        .configure(people::configure)
        .configure(invites::configure)
        .configure(accounts::configure)
        .configure(bots::configure)
        .configure(bans::configure)
        .configure(settings::configure)
        .configure(reports::configure)
        .configure(audit::configure)
        .configure(rooms::configure)
        .configure(members::configure)
        .configure(messages::configure)
        .configure(openapi::configure)
        .default_service(web::to(|| async { Answer::Err(Problem::not_found()) }));
    app.service(scope);
}

async fn answer_with_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    harden(response.headers_mut(), POLICY, CACHING);
    Ok(response)
}

/// What a path can be asked; anything else is refused with a problem that says so.
pub fn at<const N: usize>(path: &str, routes: [(Method, Route); N]) -> Resource {
    let methods: Vec<_> = routes.iter().map(|(method, _)| method.as_str()).collect();
    let allow = methods.join(", ");
    let resource = routes.into_iter().fold(web::resource(path), |resource, (method, route)| {
        resource.route(route.method(method))
    });
    resource.default_service(web::to(move || {
        let problem = Problem::method_not_allowed(allow.clone());
        async move { Answer::Err(problem) }
    }))
}

/// Does something to its end, also if whoever asked goes away in between: what is in the database has to
/// be told to those who are there.
pub async fn to_the_end<T: 'static, E: Into<Failure> + 'static>(
    work: impl Future<Output = Result<T, E>> + 'static,
) -> Result<T, Failure> {
    match rt::spawn(timeout(LONGEST, work)).await {
        Ok(Ok(result)) => result.map_err(Into::into),
        Ok(Err(_)) => Err(AccountError::from(StoreError::Silent).into()),
        Err(error) => {
            log::error!("a request was not carried out: {error}");
            Err(Failure::new(ErrorCode::Internal, "Something went wrong here. Try again."))
        }
    }
}

fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

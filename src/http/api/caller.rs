//! Who asks, and from where.
//!
//! A token in `Authorization` comes before the cookie. The cookie counts for changes only if a page of
//! this server asks: browsers send it along whoever makes them ask. No origin in the settings changes
//! that, `*` least of all.

use std::future::{Future, Ready, ready};
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, ORIGIN, USER_AGENT};
use actix_web::http::uri::Authority;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpRequest, ResponseError as _, web};

use super::problem::Problem;
use crate::access::{Role, ServerAction, decide_on_server};
use crate::accounts::{AccountError, SignedIn, Visit, device_name};
use crate::auth::{KnownDevice, Secret, Signer, TokenKind};
use crate::domain::User;
use crate::http::origins;
use crate::rooms::Actor;
use crate::session::Services;
use crate::views::too_fast;
use crate::wire::{ErrorCode, Failure};

/// Holds the token of a sign-in, out of the reach of scripts.
pub const SESSION_COOKIE: &str = "stonechat_session";

/// Says of a device that an account was signed in on it; see [`crate::auth::Throttle`].
const DEVICE_COOKIE: &str = "stonechat_device";

/// As long as a sign-in lasts that is not used.
const SESSION_DAYS: i64 = 90;

/// As long as browsers keep any cookie.
const DEVICE_DAYS: i64 = 400;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whoever asks.
pub enum Caller {
    Account(SignedIn),
    Guest(User),
}

/// Somebody with an account.
pub struct Member(pub SignedIn);

/// From where a request comes, and where the server is for whoever sent it.
pub struct Connection {
    pub visit: Visit,
    /// Scheme and host, for links.
    pub base: String,
}

impl Caller {
    pub fn role(&self) -> Role {
        match self {
            Self::Account(who) => who.account.role,
            Self::Guest(_) => Role::Guest,
        }
    }
}

impl Caller {
    pub fn user(&self) -> User {
        match self {
            Self::Account(SignedIn { account, .. }) => {
                User { id: account.id, name: account.name.clone() }
            }
            Self::Guest(user) => user.clone(),
        }
    }

    pub fn actor(&self) -> Actor {
        Actor { user: self.user(), session: None }
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = token(request);
        let address = address(request);
        let services = services(request);
        Box::pin(async move {
            let (token, services) = (token?, services?);
            let accounts = &services.accounts;
            let caller = if TokenKind::is_of_account(token.reveal()) {
                Self::Account(accounts.authenticate(&token).await?)
            } else {
                Self::Guest(accounts.authenticate_guest(&token, address).await?)
            };
            services.requests.check(caller.user().id).map_err(too_fast)?;
            Ok(caller)
        })
    }
}

impl FromRequest for Member {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        Box::pin(async move {
            match caller.await? {
                Caller::Account(who) => Ok(Self(who)),
                Caller::Guest(_) => {
                    let denied = decide_on_server(Role::Guest, ServerAction::OwnAccount).err();
                    Err(denied.map_or(AccountError::NotSignedIn, AccountError::from).into())
                }
            }
        })
    }
}

impl FromRequest for Connection {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let services = match services(request) {
            Ok(services) => services,
            Err(problem) => return ready(Err(problem)),
        };
        let user_agent = request.headers().get(USER_AGENT).and_then(|it| it.to_str().ok());
        let visit = Visit {
            address: address(request),
            device: device_name(user_agent.unwrap_or_default()),
            known: cookie(request.headers(), DEVICE_COOKIE)
                .and_then(|token| services.signer.verify_device(token).ok()),
        };
        ready(Ok(Self { visit, base: base(request) }))
    }
}

/// Middleware: lets no page of another site change anything in the name of its visitors, nor sign them in
/// as somebody else.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if !request.method().is_safe() && !may_change(request.headers()) {
        let why = "Only pages of this server may do that.";
        let problem = Problem::from(Failure::new(ErrorCode::OriginRefused, why));
        // As an error it would pass by the headers that every answer has.
        return Ok(request.into_response(problem.error_response()).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn may_change(headers: &HeaderMap) -> bool {
    // No page can add this to a request of another site without being let by that.
    if headers.contains_key(AUTHORIZATION) {
        return true;
    }
    match (headers.get(ORIGIN), headers.get(FETCH_SITE)) {
        (Some(origin), _) => origin.to_str().is_ok_and(|origin| origins::is_own(headers, origin)),
        (None, Some(site)) => site == "same-origin" || site == "none",
        // No browser asks; what is no browser has no reason to send a cookie.
        (None, None) => cookie(headers, SESSION_COOKIE).is_none(),
    }
}

fn services(request: &HttpRequest) -> Result<web::Data<Rc<Services>>, Problem> {
    let services = request.app_data::<web::Data<Rc<Services>>>();
    Ok(services.cloned().ok_or(Failure::new(ErrorCode::Internal, "There is no chat here."))?)
}

fn token(request: &HttpRequest) -> Result<Secret, AccountError> {
    let token = match request.headers().get(AUTHORIZATION) {
        Some(value) => {
            let value = value.to_str().ok().and_then(|value| value.split_once(' '));
            value
                .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
                .map(|(_, it)| it.trim())
        }
        None => cookie(request.headers(), SESSION_COOKIE),
    };
    token.map(Secret::new).ok_or(AccountError::NotSignedIn)
}

/// The session's token, if a cookie holds it.
pub fn session_cookie(request: &HttpRequest) -> Option<&str> {
    let by_cookie = !request.headers().contains_key(AUTHORIZATION);
    cookie(request.headers(), SESSION_COOKIE).filter(|_| by_cookie)
}

/// The value of a cookie that a request brings.
pub fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|it| it.split_once('='));
    cookies.find(|(name, _)| name.trim() == wanted).map(|(_, value)| value.trim())
}

/// Where a request comes from. A connection without an address is one of this machine's own.
pub fn address(request: &HttpRequest) -> IpAddr {
    request.peer_addr().map_or(Ipv4Addr::LOCALHOST.into(), |peer| peer.ip().to_canonical())
}

/// The address of a page of this server that asks; otherwise that at which it is asked.
fn base(request: &HttpRequest) -> String {
    let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if let Some(origin) = origin.filter(|origin| origins::is_own(request.headers(), origin)) {
        return origin.to_owned();
    }
    let info = request.connection_info();
    let scheme = if info.scheme() == "https" { "https" } else { "http" };
    let host = info.host().parse::<Authority>();
    format!("{scheme}://{}", host.as_ref().map_or("localhost", Authority::as_str))
}

/// The cookie of a sign-in.
pub fn sign_in_cookie(request: &HttpRequest, token: &str) -> Cookie<'static> {
    kept(request, SESSION_COOKIE, token.to_owned(), SESSION_DAYS)
}

/// The cookie of a device, which outlives the sign-in.
pub fn device_cookie(
    request: &HttpRequest,
    signer: &Signer,
    known: KnownDevice,
) -> Cookie<'static> {
    kept(request, DEVICE_COOKIE, signer.device(known), DEVICE_DAYS)
}

/// Takes the cookie of a sign-in away.
pub fn no_cookie(request: &HttpRequest) -> Cookie<'static> {
    kept(request, SESSION_COOKIE, String::new(), 0)
}

fn kept(request: &HttpRequest, name: &'static str, value: String, days: i64) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(request.connection_info().scheme() == "https")
        .max_age(time::Duration::days(days))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HOST, HeaderValue};

    fn may(pairs: &[(HeaderName, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("chat.example"));
        for (name, value) in pairs {
            headers.insert(name.clone(), HeaderValue::from_static(value));
        }
        may_change(&headers)
    }

    #[test]
    fn only_pages_of_this_server_change_something_with_a_cookie() {
        let signed_in = (COOKIE, "a=b; stonechat_session=s1.x");
        assert!(!may(std::slice::from_ref(&signed_in)));
        for (header, allowed) in [
            ((ORIGIN, "https://chat.example"), true),
            ((ORIGIN, "https://evil.example"), false),
            ((ORIGIN, "null"), false),
            ((FETCH_SITE, "same-origin"), true),
            ((FETCH_SITE, "none"), true),
            ((FETCH_SITE, "same-site"), false),
            ((FETCH_SITE, "cross-site"), false),
            ((AUTHORIZATION, "Bearer s1.x"), true),
        ] {
            assert_eq!(may(&[signed_in.clone(), header.clone()]), allowed, "{header:?}");
        }
        assert!(may(&[]));
        assert!(!may(&[(ORIGIN, "https://evil.example"), (FETCH_SITE, "same-origin")]));
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("x=1; stonechat_sessions=2"));
        headers.append(COOKIE, HeaderValue::from_static("stonechat_session=3"));
        assert_eq!(cookie(&headers, SESSION_COOKIE), Some("3"));
        assert_eq!(cookie(&headers, "none"), None);
    }
}

//! Sessions on HTTP long-polling.

use std::time::{Duration, Instant};

use futures_util::future::join;

use crate::support::{Poller, Server};

const INTERVAL: Duration = Duration::from_millis(100);
const TIMEOUT: Duration = Duration::from_millis(300);

#[actix_web::test]
async fn a_client_that_answers_pings_is_pinged_again() {
    let server = Server::start_with(INTERVAL, TIMEOUT).await;
    let ada = Poller::connect(&server).await;
    let since = Instant::now();
    // Longer than anybody lives who does not answer.
    while since.elapsed() < 2 * (INTERVAL + TIMEOUT) {
        assert_eq!(ada.hear().await, "2");
        ada.say("3").await;
    }
    ada.say(r#"421["x"]"#).await;
    assert_eq!(ada.hear().await, "431[]");
}

#[actix_web::test]
async fn a_client_that_answers_no_ping_is_gone_after_the_timeout() {
    let server = Server::start_with(INTERVAL, TIMEOUT).await;
    let ada = Poller::connect(&server).await;
    assert_eq!(ada.hear().await, "2");
    let since = Instant::now();
    assert_eq!(ada.hear().await, "1");
    assert!(since.elapsed() + INTERVAL >= TIMEOUT);
    ada.assert_gone("no ping was answered").await;
}

#[actix_web::test]
async fn a_session_that_the_server_closes_gets_what_waits_for_it_and_then_the_end() {
    let server = Server::start().await;
    let ada = Poller::connect(&server).await;
    ada.say("42[\"x\",\"before\"]\u{1e}42[\"send me away\"]\u{1e}42[\"x\",\"after\"]").await;
    assert_eq!(
        ada.hear().await,
        "42[\"x\",\"before\"]\u{1e}42[\"word\",\"fare\"]\u{1e}42[\"word\",\"well\"]"
    );
    assert_eq!(ada.hear().await, "1");
    ada.assert_gone("it was told so").await;
}

#[actix_web::test]
async fn a_request_that_waits_is_answered_when_the_server_closes_the_session() {
    let server = Server::start().await;
    let ada = Poller::connect(&server).await;
    let (heard, ()) = join(ada.hear(), ada.say(r#"42["send me away"]"#)).await;
    assert!(heard.starts_with(r#"42["word","fare"]"#), "{heard}");
    let mut rest = ada.hear().await;
    if rest == r#"42["word","well"]"# {
        rest = ada.hear().await;
    }
    assert_eq!(rest, "1");
    ada.assert_gone("it was told so").await;
}

#[actix_web::test]
async fn a_close_packet_ends_the_session_at_once() {
    let server = Server::start().await;
    let ada = Poller::connect(&server).await;
    ada.say("1").await;
    assert_eq!(ada.hear().await, "6", "a poll that was on its way is answered");
    ada.assert_gone("the client said so").await;
}

#[actix_web::test]
async fn a_client_that_enters_no_namespace_is_sent_away() {
    let server = Server::start().await;
    let ada = Poller::open(&server).await;
    assert_eq!(ada.hear().await, "1");
    ada.assert_gone("nothing was said").await;
}

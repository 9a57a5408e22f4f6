//! Questions and answers, in both directions.

use crate::support::{Server, WebSocket};

const PLACE: &str = r#"{"_placeholder":true,"num":0}"#;

#[actix_web::test]
async fn a_client_that_asks_is_answered_under_its_number() {
    let server = Server::start().await;
    let mut ada = WebSocket::connect(&server).await;
    ada.send(r#"427["x",1,{"a":[null]}]"#).await;
    assert_eq!(ada.next_text().await, r#"437[1,{"a":[null]}]"#);
    ada.send(r#"4218446744073709551615["x"]"#).await;
    assert_eq!(ada.next_text().await, "4318446744073709551615[]");
    ada.assert_silent().await;
}

#[actix_web::test]
async fn a_server_that_asks_hears_the_answer_under_its_number() {
    let server = Server::start().await;
    let mut ada = WebSocket::connect(&server).await;
    ada.send(r#"42["ask me",true]"#).await;
    assert_eq!(ada.next_text().await, r#"427["question",true]"#);
    ada.send(r#"437["yes",2]"#).await;
    assert_eq!(ada.next_text().await, r#"42["answer 7","yes",2]"#);
}

#[actix_web::test]
async fn attachments_go_with_questions_and_answers() {
    let server = Server::start().await;
    let mut ada = WebSocket::connect(&server).await;
    ada.send(&format!(r#"451-8["x",{PLACE}]"#)).await;
    ada.send_binary(&[0, 1, 255]).await;
    assert_eq!(ada.next_text().await, format!("461-8[{PLACE}]"));
    assert_eq!(ada.next_binary().await, [0, 1, 255]);

    ada.send(r#"42["ask me"]"#).await;
    assert_eq!(ada.next_text().await, r#"427["question"]"#);
    ada.send(&format!("461-7[{PLACE}]")).await;
    ada.send_binary(b"").await;
    assert_eq!(ada.next_text().await, format!(r#"451-["answer 7",{PLACE}]"#));
    assert_eq!(ada.next_binary().await, b"");
}

#[actix_web::test]
async fn every_namespace_has_questions_of_its_own() {
    let server = Server::start().await;
    let mut ada = WebSocket::connect(&server).await;
    ada.send("40/custom,").await;
    assert_eq!(ada.next_text().await, r#"40/custom,{"sid":"x"}"#);
    ada.send(r#"42/custom,0["x"]"#).await;
    ada.send(r#"420["x","here"]"#).await;
    assert_eq!(ada.next_text().await, "43/custom,0[]");
    assert_eq!(ada.next_text().await, r#"430["here"]"#);
}

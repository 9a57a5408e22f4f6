use actix::prelude::*;
use futures_util::future::join_all;
use stonechat::access::{Role, Standing};
use stonechat::domain::{Body, MessageId, User, UserId, UserName};
use stonechat::store::{Action, Committed, Draft, Room, Store, Writer};
use uuid::Uuid;

use super::folder::room;

/// Messages that are handed to the writer at a time.
const AT_A_TIME: usize = 8192;

/// Fills a room through the writer, as the server does.
pub async fn fill(store: &Store, name: &str, count: u64) -> Room {
    let target = room(store, name).await;
    let author = User { id: UserId::random(), name: UserName::parse("ada").expect("a name") };
    let position = store.position().await.expect("a position");
    let (writer, writing) =
        Writer::start(store.clone(), position, AT_A_TIME, Told.start().recipient());
    for first in (1..=count).step_by(AT_A_TIME) {
        let drafts = (first..=count).take(AT_A_TIME).map(|number| Draft {
            room: target.id,
            room_name: target.name.clone(),
            id: MessageId(Uuid::new_v4()),
            author: author.clone(),
            role: Role::Guest,
            place: target.place(Standing::Member),
            action: Action::Post { body: body(number), mentions: Vec::new() },
        });
        let receipts: Vec<_> = drafts.map(|draft| writer.append(draft)).collect();
        for receipt in join_all(receipts).await {
            receipt.expect("an answer").expect("it is stored");
        }
    }
    drop(writer);
    writing.await.expect("it ends");
    let filled = room(store, name).await;
    assert_eq!(filled.seq, count, "messages in {name}");
    filled
}

fn body(number: u64) -> Body {
    Body::parse(&format!("Message {number} of a room that has many."), usize::MAX).expect("a body")
}

/// Stands where the `ChatServer` stands.
struct Told;

impl Actor for Told {
    type Context = Context<Self>;
}

impl Handler<Committed> for Told {
    type Result = ();

    fn handle(&mut self, committed: Committed, _: &mut Self::Context) {
        for appended in committed.appended {
            appended.tell();
        }
    }
}

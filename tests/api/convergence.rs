//! A reader who takes events by the rule of the protocol, loses its connection, and asks at random for
//! what it missed, while others write, edit and delete: it ends with exactly what the history says.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Chance, Client, Dress, Incoming, TestApp, in_both_dresses, number};

const ROOM: &str = "garden";

/// What the reader does, one after the other.
const STEPS: usize = 250;

in_both_dresses!(
    a_reader_ends_with_what_the_history_says,
    a_reader_that_falls_far_behind_ends_with_what_the_history_says,
);

async fn a_reader_ends_with_what_the_history_says(dress: Dress) {
    converge(TestApp::start().await, dress).await;
}

async fn a_reader_that_falls_far_behind_ends_with_what_the_history_says(dress: Dress) {
    converge(TestApp::start_with(&[("limits.recovered_messages", "15")]).await, dress).await;
}

async fn converge(app: TestApp, dress: Dress) {
    let seed = Chance::seed();
    println!("STONECHAT_TEST_SEED={seed}");
    app.create_room(ROOM).await;
    let done = Cell::new(false);
    let writers = (1..=2).map(|n| write(&app, dress, Chance::new(seed + n), &done));
    let reading = async {
        let mut reader = Reader::new(&app, dress).await;
        let mut chance = Chance::new(seed);
        for _ in 0..STEPS {
            reader.step(&app, &mut chance).await;
        }
        done.set(true);
        reader
    };
    let writing = futures_util::future::join_all(writers);
    let (mut reader, changes) = futures_util::future::join(reading, writing).await;
    let written = changes.iter().sum::<u64>();
    println!("{written} changes, {}", reader.summary());
    reader.catch_up().await;
    assert_eq!(reader.last, written, "each change has taken one number");

    let mut witness = app.client(dress, "witness").await;
    witness.join(ROOM).await;
    let whole = read_all(&mut witness).await;
    let known = reader.messages.into_values().collect::<Vec<_>>();
    for (known, stored) in known.iter().zip(&whole) {
        assert_eq!(known, stored);
    }
    assert_eq!(known.len(), whole.len());
}

/// Somebody who writes, edits and deletes without a pause. Answers with how many changes that were.
async fn write(app: &TestApp, dress: Dress, mut chance: Chance, done: &Cell<bool>) -> u64 {
    let mut client = app.client(dress, "writer").await;
    client.join(ROOM).await;
    let (mut own, mut changes): (Vec<Uuid>, u64) = (Vec::new(), 0);
    while !done.get() {
        let mut asked = Vec::new();
        for _ in 0..=chance.below(5) {
            let (command, data) = match chance.below(10) {
                0..6 => {
                    own.push(Uuid::from_u64_pair(chance.next(), chance.next()));
                    let id = own.last();
                    ("send", json!({ "room": ROOM, "id": id, "body": chance.next().to_string() }))
                }
                // Old ones as well as some that were only just sent.
                6..9 if !own.is_empty() => {
                    let id = own[chance.below(own.len())];
                    let body = chance.next().to_string();
                    ("edit", json!({ "room": ROOM, "id": id, "body": body }))
                }
                _ if !own.is_empty() => {
                    let id = own.swap_remove(chance.below(own.len()));
                    ("delete", json!({ "room": ROOM, "id": id }))
                }
                _ => continue,
            };
            asked.extend(client.ask_all(command, [data]).await);
        }
        for ack in asked {
            let answer = client.answer(ack).await;
            assert_eq!(answer["ok"], true, "{answer}");
            changes += 1;
        }
        client.forget_unread();
    }
    changes
}

/// Keeps to the client's rule of the protocol, and checks what a server promises of a connection.
struct Reader {
    client: Client,
    /// Everything up to this number is known.
    last: u64,
    /// By their places.
    messages: BTreeMap<u64, Value>,
    /// The number of the last event on this connection since the answer to `join`.
    delivered: u64,
    asked: Option<(u64, Question)>,
    counts: BTreeMap<&'static str, usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    Join,
    Sync,
    History,
    /// The whole room, page by page, after this place.
    Anew,
}

impl Reader {
    async fn new(app: &TestApp, dress: Dress) -> Self {
        let mut reader = Self {
            client: app.client(dress, "reader").await,
            last: 0,
            messages: BTreeMap::new(),
            delivered: 0,
            asked: None,
            counts: BTreeMap::new(),
        };
        reader.come_in().await;
        reader
    }

    async fn step(&mut self, app: &TestApp, chance: &mut Chance) {
        match chance.below(20) {
            0 => {
                self.count("new connections");
                let token = self.client.token().to_owned();
                let dress = self.client.dress;
                let again = app.client_again(dress, &token).await;
                std::mem::replace(&mut self.client, again).disconnect().await;
                self.pause(app, chance).await;
                self.come_in().await;
            }
            1 => {
                self.count("rejoined rooms");
                self.client.leave(ROOM).await;
                self.client.forget_unread();
                self.pause(app, chance).await;
                self.come_in().await;
            }
            2..5 => self.ask(Question::Sync, json!({ "rooms": { ROOM: self.last } })).await,
            5..8 => {
                let limit = 1 + chance.below(60);
                let place = chance.below(2 + usize::try_from(self.last).expect("it is small"));
                let page = match chance.below(4) {
                    0 => json!({ "room": ROOM, "limit": limit }),
                    1 => json!({ "room": ROOM, "limit": limit, "before": place }),
                    2 => json!({ "room": ROOM, "limit": limit, "after": place }),
                    _ => json!({ "room": ROOM, "limit": limit, "around": place }),
                };
                self.ask(Question::History, page).await;
            }
            8 => self.ask(Question::Join, json!({ "room": ROOM })).await,
            _ => {
                for _ in 0..chance.below(6) {
                    let incoming = self.client.next_news().await;
                    self.take(incoming);
                }
            }
        }
        self.answer_asked().await;
    }

    /// Lets the others write for a while.
    async fn pause(&mut self, app: &TestApp, chance: &mut Chance) {
        let mut clock = app.client(self.client.dress, "clock").await;
        clock.join(ROOM).await;
        for _ in 0..chance.below(25) {
            clock.next_news().await;
        }
        clock.disconnect().await;
    }

    /// Joins anew, and learns what was missed.
    async fn come_in(&mut self) {
        self.delivered = 0;
        self.ask(Question::Join, json!({ "room": ROOM })).await;
        self.answer_asked().await;
        self.ask(Question::Sync, json!({ "rooms": { ROOM: self.last } })).await;
        self.answer_asked().await;
    }

    async fn catch_up(&mut self) {
        self.ask(Question::Sync, json!({ "rooms": { ROOM: self.last } })).await;
        self.answer_asked().await;
    }

    async fn ask(&mut self, question: Question, data: Value) {
        let command = match question {
            Question::Join => "join",
            Question::Sync => "sync",
            Question::History | Question::Anew => "history",
        };
        self.count(command);
        self.asked = Some((self.client.ask(command, data).await, question));
    }

    /// Takes everything as it comes, up to the answer, and what the answer says is to be asked.
    async fn answer_asked(&mut self) {
        while let Some((ack, question)) = self.asked {
            match self.client.next_news().await {
                Incoming::Answer { ack: Some(number), data } if number == ack => {
                    self.asked = None;
                    assert_eq!(data["ok"], true, "{data}");
                    self.answered(question, &data).await;
                }
                incoming => self.take(incoming),
            }
        }
    }

    async fn answered(&mut self, question: Question, data: &Value) {
        match question {
            Question::Join => {
                let seq = data["room"]["seq"].as_u64().expect("a number");
                self.merge(&data["messages"]);
                let delivered = self.delivered;
                assert!(
                    seq >= delivered,
                    "{delivered} was told before an answer that goes to {seq}"
                );
                self.delivered = if delivered == 0 { seq } else { delivered };
            }
            Question::History => self.merge(&data["messages"]),
            Question::Anew => {
                self.merge(&data["messages"]);
                if data["more"] == true {
                    let after = data["messages"].as_array().and_then(|it| it.last()).expect("one");
                    let page = json!({ "room": ROOM, "after": after["seq"], "limit": 200 });
                    self.ask(Question::Anew, page).await;
                }
            }
            Question::Sync => self.synced(&data["rooms"][ROOM]).await,
        }
    }

    async fn synced(&mut self, room: &Value) {
        let seq = room["seq"].as_u64().expect("a number");
        if room["reset"] == true {
            self.count("resets");
            self.messages.clear();
            self.last = seq;
            let page = json!({ "room": ROOM, "after": 0, "limit": 200 });
            return self.ask(Question::Anew, page).await;
        }
        let numbers: Vec<u64> = messages(&room["messages"]).iter().map(number).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
        self.merge(&room["messages"]);
        self.last = self.last.max(seq);
        if room["more"] == true {
            return self.ask(Question::Sync, json!({ "rooms": { ROOM: seq } })).await;
        }
        let delivered = self.delivered;
        assert!(seq >= delivered, "{delivered} was told before an answer that goes to {seq}");
    }

    fn take(&mut self, incoming: Incoming) {
        let (name, message) = match incoming {
            Incoming::Event { name, data } if data["room"] == ROOM => (name, data),
            // Of the lobby, which nobody writes to.
            Incoming::Event { .. } => return,
            other => panic!("an event was to come, and not {other:?}"),
        };
        let kind = match (message.get("deleted_at"), message.get("edited_at")) {
            (Some(_), _) => "deleted",
            (None, Some(_)) => "edited",
            (None, None) => "message",
        };
        assert_eq!(name, kind, "{message}");
        let number = number(&message);
        if self.delivered != 0 {
            assert_eq!(number, self.delivered + 1, "events come in order, each once: {message}");
        }
        self.delivered = number;
        if number <= self.last + 1 {
            self.last = self.last.max(number);
            self.know(message);
        } else {
            self.count("gaps");
            // What is before it is asked for by the next sync.
            self.know(message);
        }
    }

    /// What an answer has is never older than what was told before it.
    fn merge(&mut self, answer: &Value) {
        for message in messages(answer) {
            let seq = message["seq"].as_u64().expect("a seq");
            let known = self.messages.get(&seq).map_or(0, number);
            assert!(number(message) >= known, "{message} is older than what was known");
            self.know(message.clone());
        }
    }

    fn know(&mut self, message: Value) {
        let seq = message["seq"].as_u64().expect("a seq");
        let known = self.messages.entry(seq).or_insert_with(|| message.clone());
        if number(&message) > number(known) {
            *known = message;
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn summary(&self) -> String {
        format!("{:?}", self.counts)
    }
}

/// All messages of the room.
async fn read_all(client: &mut Client) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let after = all.last().map_or(json!(0), |message| message["seq"].clone());
        let page = json!({ "room": ROOM, "after": after, "limit": 200 });
        let answer = client.done("history", page).await;
        all.extend(messages(&answer["messages"]).iter().cloned());
        if answer["more"] == false {
            return all;
        }
    }
}

fn messages(list: &Value) -> &Vec<Value> {
    list.as_array().expect("messages")
}

//! A server with thousands of rooms, thousands of whose people are in one of them and online: how long it
//! takes to be welcomed, to see the list of rooms, and to join.

use std::net::SocketAddr;
use std::time::Instant;

use clap::Args;
use futures_util::future::join_all;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection as _};
use stonechat::auth::Secret;
use uuid::Uuid;

use crate::support::{Connection, Folder, Latencies, Ms, Server};

/// Everybody is in it.
const CROWD: &str = "room-0";

/// The room that is joined and left: everybody but who measures is in it.
const JOINED: &str = "room-1";

/// Messages in each room, all of them unread.
const UNREAD: usize = 3;

/// Connections that begin at a time.
const AT_A_TIME: usize = 100;

#[derive(Args)]
pub struct Options {
    /// Rooms on the server, one in ten of them closed
    #[arg(long, default_value_t = 5_000)]
    rooms: usize,
    /// Accounts, all in the two largest rooms and online
    #[arg(long, default_value_t = 2_000)]
    members: usize,
    /// Rooms that who measures is a member of
    #[arg(long, default_value_t = 100)]
    own: usize,
    /// How often each is measured
    #[arg(long, default_value_t = 200)]
    times: usize,
}

pub async fn run(options: &Options) {
    let folder = Folder::make();
    folder.open().await.close().await;
    fill(&folder, options).await;
    let server = Server::start(folder.path(), &[("STONECHAT_LIMITS__COMMANDS_PER_SECOND", "0")]);
    let address = server.address;
    let mut people = Vec::new();
    for first in (1..options.members).step_by(AT_A_TIME) {
        let some = (first..options.members).take(AT_A_TIME);
        people.extend(join_all(some.map(|person| open(address, person))).await);
    }
    // What the others hear is read by somebody, and thrown away.
    for mut person in people {
        actix::spawn(async move {
            while person.receive().await {
                while person.next_text().is_some() {}
                person.flush().await;
            }
        });
    }

    println!("{:<44}{:>9}{:>9}{:>9}", "", "p50 ms", "p99 ms", "max ms");
    let mut welcomed = Latencies::default();
    for _ in 0..options.times {
        let start = Instant::now();
        let me = open(address, 0).await;
        welcomed.add(start.elapsed());
        drop(me);
    }
    print(&format!("welcome of a member of {} rooms", options.own), welcomed);

    let mut me = open(address, 0).await;
    let middle = room_name(options.rooms / 2);
    for (name, ask) in [
        ("first page of the list of rooms", ("rooms", r#"{"limit":50}"#.to_owned())),
        ("a page in the middle", ("rooms", format!(r#"{{"after":"{middle}","limit":50}}"#))),
        ("a search in the list of rooms", ("rooms", r#"{"query":"77"}"#.to_owned())),
        ("first page of 200 members", ("members", format!(r#"{{"room":"{CROWD}","limit":200}}"#))),
    ] {
        let mut answered = Latencies::default();
        for _ in 0..options.times {
            answered.add(me.ask(ask.0, &ask.1).await);
        }
        print(name, answered);
    }
    let mut joined = Latencies::default();
    let data = format!(r#"{{"room":"{JOINED}"}}"#);
    for _ in 0..options.times {
        joined.add(me.ask("join", &data).await);
        me.ask("leave", &data).await;
    }
    print(&format!("join of a room of {}", options.members), joined);
    drop(me);
    server.stop();
}

fn print(name: &str, mut latencies: Latencies) {
    let [half, most, longest] = [500, 990, 1000].map(|share| Ms(latencies.of_1000(share)));
    println!("{name:<44}{half:>9}{most:>9}{longest:>9}");
}

fn room_name(number: usize) -> String {
    format!("room-{number}")
}

fn token(person: usize) -> Secret {
    Secret::new(format!("s1.person-{person}"))
}

async fn open(server: SocketAddr, person: usize) -> Connection {
    Connection::open_as(server, &format!("token={}", token(person).reveal())).await
}

/// Writes rooms, accounts and memberships into the database, as making that many accounts one by one would
/// take its time.
async fn fill(folder: &Folder, options: &Options) {
    let url = format!("sqlite:{}", folder.path().join("stonechat.db").display());
    let options_of: AnyConnectOptions = url.parse().expect("an address");
    let mut connection = AnyConnection::connect_with(&options_of).await.expect("it opens");
    let mut transaction = connection.begin().await.expect("a transaction");
    let ids: Vec<_> = (0..options.members).map(|_| Uuid::new_v4().to_string()).collect();
    for (person, id) in ids.iter().enumerate() {
        let name = format!("person {person}");
        sqlx::query(
            "INSERT INTO accounts (id, name, name_key, role, created_at) VALUES ($1, $2, $2, 'member', 0)",
        )
        .bind(id)
        .bind(name)
        .execute(&mut *transaction)
        .await
        .expect("an account");
        sqlx::query(
            "INSERT INTO sign_ins (id, account_id, token_hash, device, address, created_at, \
             last_used_at) VALUES ($1, $2, $3, 'bench', '127.0.0.1', 0, $4)",
        )
        .bind(Uuid::new_v4().to_string())
        .bind(id)
        .bind(token(person).hash().as_str())
        .bind(stonechat::domain::now())
        .execute(&mut *transaction)
        .await
        .expect("a sign-in");
    }
    for room in 0..options.rooms {
        let number = i64::try_from(room + 2).expect("a small number");
        let kind = if room % 10 == 9 { "closed" } else { "open" };
        sqlx::query(
            "INSERT INTO rooms (id, name, seq, created_at, kind, title) VALUES ($1, $2, $3, 0, $4, $2)",
        )
        .bind(number)
        .bind(room_name(room))
        .bind(i64::try_from(UNREAD).expect("a small number"))
        .bind(kind)
        .execute(&mut *transaction)
        .await
        .expect("a room");
        for seq in 1..=UNREAD {
            let place = i64::try_from(room * UNREAD + seq).expect("a small number");
            sqlx::query(
                "INSERT INTO messages (room_id, seq, position, id, author_id, author_name, body, \
                 sent_at, changed, changed_position) VALUES ($1, $2, $3, $4, $5, 'person 1', 'hello', \
                 0, $2, $3)",
            )
            .bind(number)
            .bind(i64::try_from(seq).expect("a small number"))
            .bind(place)
            .bind(Uuid::new_v4().to_string())
            .bind(&ids[1])
            .execute(&mut *transaction)
            .await
            .expect("a message");
        }
        let members: &[String] = match room {
            0 => &ids,
            1 => &ids[1..],
            room if room <= options.own => &ids[..1],
            _ => &[],
        };
        for id in members {
            sqlx::query(
                "INSERT INTO members (user_id, room_id, position, read_seq, joined_at) \
                 VALUES ($1, $2, 0, 0, 0)",
            )
            .bind(id)
            .bind(number)
            .execute(&mut *transaction)
            .await
            .expect("a member");
        }
    }
    sqlx::query("UPDATE log SET position = $1")
        .bind(i64::try_from(options.rooms * UNREAD).expect("a small number"))
        .execute(&mut *transaction)
        .await
        .expect("the log");
    transaction.commit().await.expect("it is written");
    connection.close().await.expect("it closes");
}

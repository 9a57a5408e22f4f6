//! The program as an operator sees it: its flags, its one line when it is ready, its one line when it
//! cannot start, and its end.

mod program;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection};

use program::{Program, fails, prints};

#[test]
fn version_and_help_say_what_it_is() {
    assert_eq!(prints(&["--version"]), format!("stonechat {}\n", env!("CARGO_PKG_VERSION")));
    let help = prints(&["--help"]);
    for part in ["--host", "--port", "--data", "--config", "STONECHAT_SECTION__KEY", "health"] {
        assert!(help.contains(part), "{part} is missing in:\n{help}");
    }
}

#[test]
fn a_ready_server_prints_its_address_and_is_healthy() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let server = Program::start(data.path());
    let port = server.address.port().to_string();
    assert_eq!(prints(&["health", "--port", &port]), "");
    drop(server);
    assert!(fails(&["health", "--port", &port], &[]).contains("no server answers"));
}

#[test]
fn a_server_that_nobody_owns_says_where_to_claim_it() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let tokens = [(), ()].map(|()| {
        let server = Program::start(data.path());
        let address = server.address;
        let rest = server.rest();
        let token = rest.strip_prefix("Nobody owns this server yet. Claim it at ");
        let token = token.and_then(|rest| rest.strip_prefix(&format!("http://{address}/#/claim/")));
        let token = token.unwrap_or_else(|| panic!("{rest}")).trim_end().to_owned();
        assert_eq!((rest.lines().count(), token.len()), (1, 43), "{rest}");
        token
    });
    assert_ne!(tokens[0], tokens[1]);
}

#[test]
fn what_cannot_start_says_why_in_one_line() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let folder = data.path().to_str().expect("a plain path");
    let file = data.path().join("file");
    std::fs::write(&file, "mine").expect("the folder can be written");
    let file = file.to_str().expect("a plain path");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("it is bound").port().to_string();

    for (arguments, environment, parts) in [
        (vec!["--port", "many"], vec![], vec!["server.port", "many"]),
        (vec!["--host", "nowhere"], vec![], vec!["server.host", "nowhere", "127.0.0.1"]),
        (vec!["--host", "192.0.2.1", "--port", "0"], vec![], vec!["server.host", "192.0.2.1"]),
        (vec!["--config", "/none.toml"], vec![], vec!["/none.toml"]),
        (vec![], vec![("STONECHAT_LIMITS__SPEED", "9")], vec!["limits", "speed"]),
        (
            vec![],
            vec![("STONECHAT_ENGINE__PING_TIMEOUT", "0")],
            vec!["engine.ping_timeout", "= 0", "1 to"],
        ),
        (vec!["--port", "0", "--data", file], vec![], vec!["store.data", file, "--data"]),
        (vec!["--port", "0", "--data", "/proc/x"], vec![], vec!["store.data", "/proc/x"]),
        (vec!["--data", folder, "--port", &taken], vec![], vec!["server.port", &taken, "--port"]),
    ] {
        let error = fails(&arguments, &environment);
        assert_eq!(error.lines().count(), 1, "{arguments:?} {environment:?}:\n{error}");
        for part in parts {
            assert!(error.contains(part), "{part:?} is missing in: {error}");
        }
    }
    assert_eq!(std::fs::read_to_string(file).ok().as_deref(), Some("mine"));
    let left: Vec<_> = std::fs::read_dir(folder).expect("the folder is there").collect();
    assert_eq!(left.len(), 1, "nothing was made beside the file: {left:?}");
}

#[test]
fn a_second_server_on_the_same_folder_is_told_of_the_first() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let folder = data.path().to_str().expect("a plain path");
    let first = Program::start(data.path());
    let error = fails(&["--port", "0", "--data", folder], &[]);
    let pid = format!("process id {}", first.id());
    assert!(error.contains(&pid) && error.contains(folder), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    // Killed, it holds nothing any more.
    drop(first);
    drop(Program::start(data.path()));
}

#[actix_web::test]
async fn a_database_of_a_newer_version_is_left_as_it_is() {
    let data = tempfile::tempdir().expect("a temporary folder");
    drop(Program::start(data.path()));
    let file = data.path().join("stonechat.db");
    sqlx::any::install_default_drivers();
    let options: AnyConnectOptions =
        format!("sqlite:{}", file.display()).parse().expect("a plain path");
    let mut database = AnyConnection::connect_with(&options).await.expect("a database");
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'from the future', true, x'00', 0)";
    sqlx::query(newer).execute(&mut database).await.expect("the table of migrations");
    database.close().await.expect("it closes");

    let before = std::fs::read(&file).expect("the file");
    let folder = data.path().to_str().expect("a plain path");
    let error = fails(&["--port", "0", "--data", folder], &[]);
    assert!(error.contains("newer version") && error.contains("9999"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(before == std::fs::read(&file).expect("the file"), "the file was changed");
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let file = data.path().join("stonechat.db");
    std::fs::write(&file, "this is no database, and somebody may want it back ".repeat(100))
        .expect("the folder can be written");
    let before = std::fs::read(&file).expect("the file");
    let error = fails(&["--port", "0", "--data", data.path().to_str().expect("a plain path")], &[]);
    assert!(error.contains("stonechat.db"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(before == std::fs::read(&file).expect("the file"), "the file was changed");
}

#[test]
fn sigterm_ends_it_with_code_0_although_clients_are_connected() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut server = Program::start(data.path());
    let mut client = open_websocket(&server, "/ws?name=ada");
    read_until(&mut client, b"welcome");
    let begun = Instant::now();
    let status = server.terminate();
    assert!(status.success(), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
    read_until(&mut client, b"\"bye\"");
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).expect("the connection ends in order");
    assert_eq!(rest.last_chunk(), Some(&[0x88, 2, 0x03, 0xe9]), "a close frame with 1001");
}

#[test]
fn what_clients_do_wrong_is_not_in_the_log() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut server = Program::start(data.path());
    for garbage in [
        b"\x81\x05hello".as_slice(),
        b"\x81\x82\0\0\0\0\xff\xfe",
        b"\x01\x81\0\0\0\0x\x01\x81\0\0\0\0x",
        b"\x09\x80\0\0\0\0",
        b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",
        b"\xf3\x80\0\0\0\0",
        b"\x81\x81\0\0\0\0{",
        b"\x88\x83\0\0\0\0\x03\xe8\xff",
    ] {
        for path in ["/ws?name=ada", "/socket.io/?EIO=4&transport=websocket"] {
            let mut client = open_websocket(&server, path);
            client.write_all(garbage).expect("the connection is open");
            // Whatever the answer is; the connection may also stay.
            client.set_read_timeout(Some(Duration::from_millis(50))).expect("a time-out");
            let _ = client.read_to_end(&mut Vec::new());
        }
    }
    let mut client = TcpStream::connect(server.address).expect("it listens");
    client.write_all(b"\0\0\0 nonsense\r\n\r\n").expect("the connection is open");
    let _ = client.read_to_end(&mut Vec::new());
    assert!(server.terminate().success());
    let log: Vec<_> = server.log().into_iter().filter(|line| !line.contains("stopping")).collect();
    assert_eq!(log, Vec::<String>::new());
}

fn open_websocket(server: &Program, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    .expect("the connection is open");
    read_until(&mut stream, b"\r\n\r\n");
    stream
}

fn read_until(stream: &mut TcpStream, end: &[u8]) {
    let mut read = Vec::new();
    while !read.ends_with(end) {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap_or_else(|error| {
            panic!("{error} after {}", String::from_utf8_lossy(&read));
        });
        read.extend_from_slice(&byte);
    }
}

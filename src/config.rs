//! The settings: `config/default.toml`, then the file of `--config`, then the environment, then the
//! flags. An unknown setting or a value that makes no sense is an error that names it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use config::{Environment, File, FileFormat, ValueKind};
use serde::Deserialize;

const DEFAULTS: &str = include_str!("../config/default.toml");

/// All settings; `config/default.toml` says what each is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub store: Store,
    pub access: Access,
    pub limits: Limits,
    pub engine: Engine,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    #[serde(deserialize_with = "address")]
    pub host: IpAddr,
    pub port: u16,
    pub name: String,
    pub static_dir: PathBuf,
    pub workers: usize,
    /// In milliseconds.
    pub request_timeout: u64,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    pub data: PathBuf,
    pub url: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    pub guests: bool,
    pub origins: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub message_bytes: usize,
    pub messages_per_second: u32,
    pub messages_per_second_of_user: u32,
    pub commands_per_second: u32,
    pub connections_per_ip: u32,
    pub sessions_per_user: usize,
    pub rooms: usize,
    pub rooms_per_session: usize,
    pub outbox_events: usize,
    pub outbox_bytes: usize,
    pub recovered_messages: u32,
    pub append_queue: usize,
    pub accounts: usize,
    pub sign_ins_per_minute: u32,
}

/// Times are milliseconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    pub ping_interval: u64,
    pub ping_timeout: u64,
    pub connect_timeout: u64,
    pub max_payload: usize,
}

/// Why the settings cannot be used. Each says which one, what it is, and what would do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{0}")]
    Unreadable(#[from] config::ConfigError),
    #[error("{key} = {value} makes no sense: {wanted}")]
    Senseless { key: &'static str, value: String, wanted: String },
}

/// Where a configuration comes from besides its defaults.
#[derive(Debug, Default)]
pub struct Sources {
    /// A TOML file.
    pub file: Option<PathBuf>,
    /// Environment variables; those that are not `STONECHAT_SECTION__KEY` are passed over.
    pub environment: HashMap<String, String>,
    /// What comes over everything else, as `("section.key", value)`.
    pub overrides: Vec<(&'static str, String)>,
}

impl Config {
    pub fn load(sources: Sources) -> Result<Self, ConfigError> {
        let mut builder =
            config::Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(file) = &sources.file {
            builder = builder.add_source(File::from(Path::new(file)).format(FileFormat::Toml));
        }
        builder = builder.add_source(environment(sources.environment));
        for (key, value) in sources.overrides {
            builder = builder.set_override(key, ValueKind::String(value))?;
        }
        let config: Self = builder.build()?.try_deserialize()?;
        config.validate()?;
        Ok(config)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let Self { server, store, access, limits, engine } = self;
        for origin in &access.origins {
            let host = origin.split_once("://").map(|(_, host)| host);
            check(
                "access.origins",
                origin,
                origin == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains('/')),
                "scheme and host without a path, as https://example.org, would do",
            )?;
        }
        check("server.workers", server.workers, server.workers <= 1024, "0 to 1024 would do")?;
        check(
            "server.static_dir",
            server.static_dir.display(),
            server.static_dir.join("index.html").is_file(),
            "name the folder that holds the browser UI's index.html",
        )?;
        check(
            "store.data",
            store.data.display(),
            !store.data.as_os_str().is_empty(),
            "name a folder",
        )?;
        let scheme = store.url.split(':').next().unwrap_or_default();
        check(
            "store.url",
            // The rest of the address may hold a password.
            format_args!("{scheme}:…"),
            matches!(scheme, "" | "sqlite" | "postgres" | "postgresql"),
            "sqlite:/path/to/file.db, postgres://user@host/name, or nothing would do",
        )?;
        check(
            "limits.message_bytes",
            limits.message_bytes,
            (1..=1 << 20).contains(&limits.message_bytes),
            "1 to 1048576 would do",
        )?;
        check(
            "limits.rooms_per_session",
            limits.rooms_per_session,
            limits.rooms_per_session >= 1,
            "at least 1, for the lobby, would do",
        )?;
        check(
            "limits.sessions_per_user",
            limits.sessions_per_user,
            limits.sessions_per_user >= 1,
            "at least 1 would do",
        )?;
        check(
            "limits.outbox_events",
            limits.outbox_events,
            limits.outbox_events >= 16,
            "at least 16 would do",
        )?;
        check(
            "limits.outbox_bytes",
            limits.outbox_bytes,
            limits.outbox_bytes >= 1 << 20,
            "at least 1048576 would do",
        )?;
        check(
            "limits.recovered_messages",
            limits.recovered_messages,
            limits.recovered_messages <= 100_000,
            "0 to 100000 would do",
        )?;
        check(
            "limits.append_queue",
            limits.append_queue,
            (1..=1 << 20).contains(&limits.append_queue),
            "1 to 1048576 would do",
        )?;
        check(
            "limits.accounts",
            limits.accounts,
            (1..=1 << 20).contains(&limits.accounts),
            "1 to 1048576 would do",
        )?;
        for (key, time) in [
            ("server.request_timeout", server.request_timeout),
            ("engine.ping_interval", engine.ping_interval),
            ("engine.ping_timeout", engine.ping_timeout),
            ("engine.connect_timeout", engine.connect_timeout),
        ] {
            check(key, time, (1..=86_400_000).contains(&time), "1 to 86400000 ms would do")?;
        }
        check(
            "engine.max_payload",
            engine.max_payload,
            (limits.message_bytes + 1024..=64 << 20).contains(&engine.max_payload),
            "limits.message_bytes + 1024 at least, and 67108864 at most, would do",
        )
    }
}

impl Server {
    pub fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout)
    }
}

impl Limits {
    /// What one person may write in a second; 0 is no limit.
    pub fn messages_per_second_of_user(&self) -> u32 {
        match self.messages_per_second {
            0 => 0,
            _ => self.messages_per_second_of_user,
        }
    }
}

impl Engine {
    pub fn ping_interval(&self) -> Duration {
        Duration::from_millis(self.ping_interval)
    }

    pub fn ping_timeout(&self) -> Duration {
        Duration::from_millis(self.ping_timeout)
    }

    pub fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address may hold a password.
        f.debug_struct("Store").field("data", &self.data).finish_non_exhaustive()
    }
}

fn address<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<IpAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| {
        let wanted = "127.0.0.1 (only this machine) or 0.0.0.0 (everyone) would do";
        serde::de::Error::custom(format_args!("{text:?} is no IP address; {wanted}"))
    })
}

/// Orchestrators set variables such as `STONECHAT_PORT` for their own purposes, so that only names
/// with a section are settings.
fn environment(variables: HashMap<String, String>) -> Environment {
    let settings = variables
        .into_iter()
        .filter(|(name, _)| name.starts_with("STONECHAT_") && name.contains("__"))
        .collect();
    Environment::with_prefix("STONECHAT")
        .prefix_separator("_")
        .separator("__")
        .try_parsing(true)
        .list_separator(",")
        .with_list_parse_key("access.origins")
        .source(Some(settings))
}

fn check(
    key: &'static str,
    value: impl std::fmt::Display,
    sensible: bool,
    wanted: &str,
) -> Result<(), ConfigError> {
    if sensible {
        return Ok(());
    }
    Err(ConfigError::Senseless { key, value: value.to_string(), wanted: wanted.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let environment = environment.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        Config::load(Sources { environment, ..Sources::default() })
    }

    #[test]
    fn the_fixed_names_and_defaults_hold() {
        let config = load(&[]).expect("the defaults make sense");
        assert_eq!(
            (config.server.host.to_string().as_str(), config.server.port),
            ("127.0.0.1", 8080)
        );
        assert_eq!(config.store.data, Path::new("data"));
        assert_eq!(config.limits.messages_per_second, 10);
        assert_eq!(config.limits.connections_per_ip, 100);
        assert!(config.access.guests);
        assert_eq!((config.engine.ping_interval, config.engine.ping_timeout), (25_000, 20_000));

        let config = load(&[
            ("STONECHAT_SERVER__HOST", "::1"),
            ("STONECHAT_SERVER__PORT", "0"),
            ("STONECHAT_STORE__DATA", "/tmp/1"),
            ("STONECHAT_STORE__URL", "postgres://localhost/chat"),
            ("STONECHAT_LIMITS__MESSAGES_PER_SECOND", "0"),
            ("STONECHAT_LIMITS__CONNECTIONS_PER_IP", "7"),
            ("STONECHAT_ACCESS__GUESTS", "false"),
            ("STONECHAT_ACCESS__ORIGINS", "https://a.example,https://b.example:8443"),
            ("STONECHAT_ENGINE__PING_INTERVAL", "300"),
            ("STONECHAT_ENGINE__PING_TIMEOUT", "200"),
        ])
        .expect("these make sense");
        assert_eq!((config.server.host.to_string().as_str(), config.server.port), ("::1", 0));
        assert_eq!(config.store.data, Path::new("/tmp/1"));
        assert_eq!(config.store.url, "postgres://localhost/chat");
        assert_eq!(config.limits.messages_per_second, 0);
        assert_eq!(config.limits.connections_per_ip, 7);
        assert!(!config.access.guests);
        assert_eq!(config.access.origins, ["https://a.example", "https://b.example:8443"]);
        assert_eq!((config.engine.ping_interval, config.engine.ping_timeout), (300, 200));
    }

    #[test]
    fn flags_come_over_the_environment_and_the_environment_over_a_file() {
        let file = std::env::temp_dir().join(format!("stonechat-{}.toml", uuid::Uuid::new_v4()));
        std::fs::write(&file, "[server]\nport = 1\nname = \"Ours\"\n[limits]\nmessage_bytes = 5\n")
            .expect("the temporary folder can be written");
        let config = Config::load(Sources {
            file: Some(file.clone()),
            environment: [("STONECHAT_SERVER__PORT".into(), "2".into())].into(),
            overrides: vec![("server.port", "3".into())],
        });
        std::fs::remove_file(file).ok();
        let config = config.expect("these make sense");
        assert_eq!((config.server.port, config.server.name.as_str()), (3, "Ours"));
        assert_eq!(config.limits.message_bytes, 5);
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_value() {
        for (name, value, parts) in [
            ("STONECHAT_SERVER__PORT", "many", ["server.port", "many"]),
            ("STONECHAT_SERVER__PORT", "70000", ["server.port", "70000"]),
            ("STONECHAT_SERVER__HOST", "here", ["server.host", "here"]),
            ("STONECHAT_ACCESS__GUESTS", "perhaps", ["access.guests", "perhaps"]),
            ("STONECHAT_LIMITS__MESSAGE_BYTES", "0", ["limits.message_bytes", "0"]),
            ("STONECHAT_ENGINE__MAX_PAYLOAD", "9", ["engine.max_payload", "9"]),
            ("STONECHAT_STORE__URL", "mysql://x", ["store.url", "mysql"]),
            ("STONECHAT_SERVER__STATIC_DIR", "/nowhere", ["server.static_dir", "/nowhere"]),
            ("STONECHAT_ACCESS__ORIGINS", "example.org", ["access.origins", "example.org"]),
            ("STONECHAT_SERVER__COLOUR", "red", ["server", "colour"]),
        ] {
            let error = load(&[(name, value)]).expect_err(name).to_string();
            for part in parts {
                assert!(error.contains(part), "{name}={value}: {error}");
            }
        }
    }

    #[test]
    fn variables_without_a_section_are_not_ours() {
        assert!(load(&[("STONECHAT_PORT", "tcp://10.0.0.1:80"), ("HOME", "/root")]).is_ok());
    }
}

//! What the owner sets while the server runs.

use std::collections::HashMap;

use crate::access::RoomMakers;

/// Who may have an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUp {
    Closed,
    Invite,
    Open,
}

/// The settings as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What the server is called.
    pub name: String,
    pub sign_up: SignUp,
    /// Whether guests may come, if the configuration lets them.
    pub guests: bool,
    pub create_rooms: RoomMakers,
}

impl SignUp {
    pub const ALL: [Self; 3] = [Self::Closed, Self::Invite, Self::Open];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Invite => "invite",
            Self::Open => "open",
        }
    }
}

impl Settings {
    /// Those that the database has, over the defaults; what it has that is none is passed over.
    pub fn from_stored(stored: &HashMap<String, String>, name: &str) -> Self {
        let value = |name: &str| stored.get(name).map(String::as_str);
        let sign_up = SignUp::ALL.into_iter().find(|it| value("sign_up") == Some(it.as_str()));
        Self {
            name: value("name").unwrap_or(name).to_owned(),
            sign_up: sign_up.unwrap_or(SignUp::Invite),
            guests: value("guests") != Some("false"),
            create_rooms: match value("create_rooms") {
                Some("admins") => RoomMakers::Admins,
                _ => RoomMakers::Members,
            },
        }
    }

    /// As the database has them.
    pub fn to_stored(&self) -> [(&'static str, &str); 4] {
        let makers = match self.create_rooms {
            RoomMakers::Members => "members",
            RoomMakers::Admins => "admins",
        };
        [
            ("name", self.name.as_str()),
            ("sign_up", self.sign_up.as_str()),
            ("guests", if self.guests { "true" } else { "false" }),
            ("create_rooms", makers),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_as_they_were_stored() {
        let settings = Settings {
            name: "Ours".into(),
            sign_up: SignUp::Open,
            guests: false,
            create_rooms: RoomMakers::Admins,
        };
        let stored = settings.to_stored().map(|(name, value)| (name.into(), value.into())).into();
        assert_eq!(Settings::from_stored(&stored, "Theirs"), settings);
        let defaults = Settings::from_stored(&HashMap::new(), "Theirs");
        assert_eq!((defaults.name.as_str(), defaults.sign_up), ("Theirs", SignUp::Invite));
        assert!(defaults.guests);
    }
}

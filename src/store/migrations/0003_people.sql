-- What a person is called on the server; role is owner, admin, member or bot. name_key is the same for names
-- that people would take for the same. avatar is the version of the picture, if there is one.
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password TEXT,
    about TEXT NOT NULL DEFAULT '',
    avatar TEXT,
    created_at BIGINT NOT NULL
);

-- One row for each device that an account is signed in on, and for each token of a bot. Of a token only its
-- SHA-256 is kept, here and below.
CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    token_hash TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT
);

CREATE INDEX sign_ins_by_account ON sign_ins (account_id);

-- What somebody can follow: kind is invite, reset or device. An invite has no account.
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    account_id TEXT REFERENCES accounts (id),
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    uses_left BIGINT,
    used BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX links_by_account ON links (account_id);

CREATE TABLE avatars (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    media_type TEXT NOT NULL,
    bytes BYTEA NOT NULL
);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- folded is the title as it is looked for. kind is open, read_only, closed or direct; people is the set of a direct room's accounts. The name of a
-- room that was deleted is never free again, as clients may remember its numbers.
ALTER TABLE rooms ADD COLUMN kind TEXT NOT NULL DEFAULT 'open';
ALTER TABLE rooms ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN slow_mode BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN archived_at BIGINT;
ALTER TABLE rooms ADD COLUMN deleted_at BIGINT;
ALTER TABLE rooms ADD COLUMN people TEXT;

UPDATE rooms SET title = 'Lobby', folded = 'lobby' WHERE name = 'lobby';

CREATE UNIQUE INDEX rooms_by_people ON rooms (people);

-- user_id is an account or a guest. position is that of the log from which on the room's messages come;
-- read_seq the number up to which the room is read.
CREATE TABLE members (
    user_id TEXT NOT NULL,
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    moderator BIGINT NOT NULL DEFAULT 0,
    level TEXT NOT NULL DEFAULT 'all',
    position BIGINT NOT NULL,
    read_seq BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, room_id)
);

CREATE INDEX members_by_room ON members (room_id, user_id);

-- Who is called in a message.
CREATE TABLE mentions (
    user_id TEXT NOT NULL,
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    seq BIGINT NOT NULL,
    PRIMARY KEY (user_id, room_id, seq)
);

CREATE INDEX mentions_by_room ON mentions (room_id, seq);

CREATE TABLE mutes (
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    user_id TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (room_id, user_id)
);

-- Of a room, or of the whole server if there is none; address is set for guests who are to stay away
-- under other names too.
CREATE TABLE bans (
    id TEXT PRIMARY KEY,
    room_id BIGINT REFERENCES rooms (id),
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    address TEXT,
    until BIGINT,
    reason TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX bans_by_user ON bans (user_id);
CREATE INDEX bans_by_address ON bans (address);
CREATE INDEX bans_by_room ON bans (room_id);

-- body is what the message said when it was reported.
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    message_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    body TEXT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    resolved_by TEXT,
    UNIQUE (message_id, by_id)
);

CREATE INDEX reports_by_room ON reports (room_id);

-- Who did what; rows are only ever added. id grows with time.
CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL,
    action TEXT NOT NULL,
    room_name TEXT,
    subject_id TEXT,
    subject_name TEXT,
    detail TEXT
);

DROP TABLE recoverable_rooms;

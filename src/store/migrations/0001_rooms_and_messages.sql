-- One dialect for SQLite and PostgreSQL.

-- seq is the number of the room's newest change; it is raised in the transaction that stores it.
CREATE TABLE rooms (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    seq BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

-- position is the place in the log of the whole server, in the order in which messages are committed.
-- author_name is the name under which the author wrote it.
CREATE TABLE messages (
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    seq BIGINT NOT NULL,
    position BIGINT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    author_id TEXT NOT NULL,
    author_name TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (room_id, seq)
);

CREATE UNIQUE INDEX messages_by_position ON messages (room_id, position);

-- One row: the position of the newest message.
CREATE TABLE log (
    id BIGINT PRIMARY KEY,
    position BIGINT NOT NULL
);

-- The rooms that a recoverable connection has joined, and the position from which on it gets their
-- messages.
CREATE TABLE recoverable_rooms (
    connection_id TEXT NOT NULL,
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    position BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, room_id)
);

-- What the server keeps for itself, such as the key that signs tokens.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

INSERT INTO log (id, position) VALUES (1, 0);
INSERT INTO rooms (id, name, seq, created_at) VALUES (1, 'lobby', 0, 0);

"""Looks into the database of a server, and gets in its way. Python has SQLite built in."""

import json
import sqlite3
import sys


def make_rooms(file, *names):
    """Rooms are made in the database: no command of the wire makes one."""
    with sqlite3.connect(file, timeout=30) as database:
        for name in names:
            database.execute("INSERT INTO rooms (id, name, created_at) SELECT MAX(id) + 1, ?, 0 FROM rooms", [name])


def read(file):
    """Prints the numbers of the rooms, then every message, a line each, then what SQLite thinks of the file."""
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
    database.execute("BEGIN")
    for name, seq in database.execute("SELECT name, seq FROM rooms"):
        print(json.dumps({"room": name, "seq": seq}))
    messages = """
        SELECT rooms.name, messages.seq, changed, messages.id, author_id, body, deleted_at IS NOT NULL
        FROM messages JOIN rooms ON rooms.id = room_id ORDER BY room_id, messages.seq
    """
    for room, seq, changed, id, author, body, deleted in database.execute(messages):
        message = {"seq": seq, "number": changed, "id": id, "author": author, "body": body, "deleted": bool(deleted)}
        print(json.dumps({"room": room, "message": message}, ensure_ascii=False))
    for (verdict,) in database.execute("PRAGMA integrity_check"):
        print(json.dumps({"integrity": verdict}))


def lock(file):
    """Holds the lock that a writer needs, until its input ends."""
    database = sqlite3.connect(file, timeout=30, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    {"make-rooms": make_rooms, "read": read, "lock": lock}[sys.argv[1]](*sys.argv[2:])

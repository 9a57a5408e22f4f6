"""Looks into the database of a server, and gets in its way. Python has SQLite built in."""

import json
import sqlite3
import sys


# How somebody stands; nobody is muted or banned for less time than the longest run takes.
STANDINGS = {
    "member": "SELECT name, user_id, moderator FROM members JOIN rooms ON rooms.id = room_id",
    "muted": "SELECT name, user_id, 1 FROM mutes JOIN rooms ON rooms.id = room_id",
    "banned": "SELECT name, user_id, 1 FROM bans JOIN rooms ON rooms.id = room_id",
    "role": "SELECT NULL, id, role FROM accounts",
}


def read(file):
    """Prints the rooms, every message, how people stand, a line each, and then what SQLite thinks of the file."""
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)
    database.execute("BEGIN")
    for name, seq, kind, archived in database.execute("SELECT name, seq, kind, archived_at IS NOT NULL FROM rooms"):
        print(json.dumps({"room": name, "seq": seq, "kind": kind, "archived": bool(archived)}))
    messages = """
        SELECT rooms.name, messages.seq, changed, messages.id, author_id, body, messages.deleted_at IS NOT NULL
        FROM messages JOIN rooms ON rooms.id = room_id ORDER BY room_id, messages.seq
    """
    for room, seq, changed, id, author, body, deleted in database.execute(messages):
        message = {"seq": seq, "number": changed, "id": id, "author": author, "body": body, "deleted": bool(deleted)}
        print(json.dumps({"room": room, "message": message}, ensure_ascii=False))
    for what, statement in STANDINGS.items():
        for room, user, value in database.execute(statement):
            print(json.dumps({"stands": what, "room": room, "user": user, "value": value}))
    for (verdict,) in database.execute("PRAGMA integrity_check"):
        print(json.dumps({"integrity": verdict}))


def lock(file):
    """Holds the lock that a writer needs, until its input ends."""
    database = sqlite3.connect(file, timeout=30, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    {"read": read, "lock": lock}[sys.argv[1]](*sys.argv[2:])

import assert from "node:assert/strict"
import { test } from "node:test"
import { check } from "./checker/check.js"
import { KEYS } from "./checker/standings.js"
import { HistoryOfATown } from "./history_of_a_town.js"

const ANSWERED = "what may be done is done, and what may not is refused"
const REFUSED = "what was refused did not happen"
const INSIDE = "nobody hears of a room what happened while they were not in it"
const WELCOMED = "who comes in is in the rooms of before, also after a restart"
const LASTS = "how people stand lasts as it was acknowledged"
const DEVICES = "every device knows the rooms that its person is in"
const LAST = "every device hears the last of what happens in its rooms"
const MEMBERS = "the members of a room are told as they are stored"
const AGAIN = "when all faults are over, every command is carried out again"
const SIGNED_OUT = "who was signed out is out"

const refused = (code) => ({ ok: false, error: { code } })
const UNANSWERED = null

/** The rules that are broken in what happens in the town, after `change` was done to the evidence. */
function broken(happens, change = () => {}) {
  const town = new HistoryOfATown()
  happens(town)
  const { evidence } = town
  change(evidence)
  return [...new Set(check(evidence).map(({ rule }) => rule))]
}

function nothingWrong(town) {
  town.says("ben", "hello")
  for (const user of ["ada", "ben"]) town.hears(user, "hello")
  town.does("ada", "invite", { user: "dan" })
  town.comesIn("dan")
  town.does("ada", "mute", { user: "ben", value: true })
  town.does("ben", "post", { message: "muted", author: "ben" }, refused("muted"))
  town.does("cat", "join", {}, refused("room_unknown"))
  town.does("ben", "leave")
  town.comesIn("ben")
  town.says("dan", "without ben")
  town.hears("dan", "without ben")
  town.does("ada", "role", { room: undefined, user: "dan", value: "admin" })
  town.does("dan", "invite", { user: "ben" })
  town.does("dan", "moderator", { user: "ben", value: true })
}

test("a town in which nothing went wrong keeps every rule", () => {
  assert.deepEqual(broken(nothingWrong), [])
})

// What may be done is done

for (const [what, happens] of Object.entries({
  "somebody muted who writes": (town) => {
    town.does("ada", "mute", { user: "ben", value: true })
    town.says("ben", "x")
  },
  "somebody who writes where only moderators do": (town) => {
    town.does("ada", "kind", { value: "read_only" })
    town.says("ben", "x")
  },
  "somebody who writes in an archived room": (town) => {
    town.does("ada", "archived", { value: true })
    town.says("ben", "x")
  },
  "somebody who reads after a removal": (town) => {
    town.does("ada", "remove", { user: "ben" })
    town.does("ben", "read")
  },
  "somebody who comes into a closed room uninvited": (town) => town.does("cat", "join"),
  "somebody banned who joins": (town) => {
    town.does("ada", "kind", { value: "open" })
    town.does("ada", "ban", { user: "dan" })
    town.does("dan", "join")
  },
  "a member who removes others": (town) => town.does("ben", "remove", { user: "dan" }),
  "a moderator who still is one after it was taken back": (town) => {
    town.does("ada", "moderator", { user: "ben", value: true })
    town.does("ada", "moderator", { user: "ben", value: false })
    town.does("ben", "invite", { user: "dan" })
  },
  "an admin who makes admins": (town) => town.does("ben", "role", { room: undefined, user: "dan", value: "admin" }),
  "a stranger to whom it is told that there is a closed room": (town) =>
    town.does("dan", "join", {}, refused("not_in_room")),
  "a refusal without a reason": (town) => town.does("ben", "read", {}, refused("not_in_room")),
  "another refusal without a reason": (town) => town.does("ada", "remove", { user: "ben" }, refused("forbidden")),
})) {
  test(`${what} is noticed`, () => {
    assert.ok(broken(happens).includes(ANSWERED))
  })
}

test("after a removal that was not answered somebody may be in or out", () => {
  for (const answer of [{ ok: true }, refused("room_unknown")]) {
    const happens = (town) => {
      town.does("ada", "remove", { user: "ben" }, UNANSWERED)
      town.does("ben", "read", {}, answer)
    }
    assert.deepEqual(broken(happens), [])
  }
})

test("what was not answered is done before the server ended or never", () => {
  const happens = (town) => {
    town.does("ada", "mute", { user: "ben", value: true }, UNANSWERED)
    town.chronicle.serverEnded()
    town.does("ada", "mute", { user: "ben", value: false })
    town.does("ben", "post", { message: "x", author: "ben" }, refused("muted"))
  }
  assert.deepEqual(broken(happens), [ANSWERED])
})

// What was refused did not happen

test("a message of somebody muted in the log is noticed, refused or not answered", () => {
  for (const answer of [refused("muted"), UNANSWERED]) {
    const happens = (town) => {
      town.does("ada", "mute", { user: "ben", value: true })
      town.says("ben", "x", answer)
      // Otherwise the muting may end while the message is on its way.
      town.chronicle.serverEnded()
    }
    assert.deepEqual(broken(happens), [REFUSED])
  }
})

test("a deletion that was refused and done is noticed", () => {
  const happens = (town) => {
    town.says("ada", "x")
    town.does("ben", "erase", { message: "x", author: "ada" }, refused("not_author"))
    town.past.delete("x")
  }
  assert.deepEqual(broken(happens), [REFUSED])
})

// Heard from inside

test("somebody who hears what was said after their removal is noticed", () => {
  const happens = (town) => {
    town.does("ada", "remove", { user: "ben" })
    town.says("ada", "x")
    town.hears("ben", "x")
  }
  assert.deepEqual(broken(happens), [INSIDE])
})

test("what was said before a removal may be heard after it", () => {
  const happens = (town) => {
    town.says("ada", "x")
    town.does("ada", "remove", { user: "ben" })
    town.hears("ben", "x")
  }
  assert.deepEqual(broken(happens), [])
})

test("who comes back hears from the joining on, and nothing that was said meanwhile", () => {
  const happens = (town) => {
    town.does("ben", "leave")
    town.says("ada", "meanwhile")
    town.does("ada", "invite", { user: "ben" })
    town.says("ada", "later")
    town.hears("ben", "later")
  }
  assert.deepEqual(broken(happens), [])
  assert.deepEqual(broken((town) => (happens(town), town.hears("ben", "meanwhile"))), [INSIDE])
})

test("after a removal that was not answered one may still hear", () => {
  const happens = (town) => {
    town.does("ada", "remove", { user: "ben" }, UNANSWERED)
    town.says("ada", "x")
    town.hears("ben", "x")
  }
  assert.deepEqual(broken(happens), [])
})

// Welcomed

for (const [what, happens, change] of [
  [
    "a room in which one is no longer",
    (town) => (town.comesIn("ben"), town.does("ada", "remove", { user: "ben" }), town.comesIn("dan")),
    ({ welcomes }) => Object.assign(welcomes[1], { user: "ben", rooms: welcomes[0].rooms }),
  ],
  ["a room that one is in, and that is missing", (town) => town.comesIn("ben"), ({ welcomes }) => (welcomes[0].rooms = [])],
  [
    "a moderator who is none when they come in",
    (town) => town.comesIn("ada"),
    ({ welcomes }) => delete welcomes[0].rooms[0].moderator,
  ],
]) {
  test(`${what} is noticed`, () => {
    assert.deepEqual(broken(happens, change), [WELCOMED])
  })
}

// It lasts

for (const [what, happens, change] of [
  [
    "a removal that is not stored",
    (town) => town.does("ada", "remove", { user: "ben" }),
    ({ found }) => found.set(KEYS.member("lobby", "ben"), true),
  ],
  [
    "an invitation that is not stored",
    (town) => town.does("ada", "invite", { user: "dan" }),
    ({ found }) => found.delete(KEYS.member("lobby", "dan")),
  ],
  ["a role that comes back", () => {}, ({ found }) => found.set(KEYS.role("dan"), "admin")],
  ["a ban that is gone", (town) => town.does("ada", "ban", { user: "dan" }), ({ found }) => found.delete(KEYS.banned("lobby", "dan"))],
  ["a room of another kind", () => {}, ({ found }) => found.set(KEYS.kind("lobby"), "open")],
]) {
  test(`${what} is noticed`, () => {
    assert.ok(broken(happens, change).includes(LASTS))
  })
}

test("what was not answered may be stored or not", () => {
  const act = (town) => town.does("ada", "ban", { user: "ben" }, UNANSWERED)
  assert.deepEqual(broken(act), [])
  assert.deepEqual(broken((town) => town.isStored(act(town))), [])
})

// What devices know

for (const [what, change] of Object.entries({
  "a device that does not know a room": ({ rooms }) => rooms.clear(),
  "a device that does not know that somebody is muted": ({ rooms }) => delete rooms.get("lobby").muted_until,
  "a device that takes its person for a moderator": ({ rooms }) => (rooms.get("lobby").moderator = true),
  "a device that does not know what kind a room is": ({ rooms }) => (rooms.get("lobby").kind = "open"),
})) {
  test(`${what} is noticed`, () => {
    const happens = (town) => town.does("ada", "mute", { user: "ben", value: true })
    assert.deepEqual(broken(happens, ({ devices }) => change(devices[1])), [DEVICES])
  })
}

test("a device that knows a room that its person is not in is noticed", () => {
  assert.deepEqual(broken(() => {}, ({ devices }) => devices[2].rooms.set("lobby", devices[0].rooms.get("lobby"))), [DEVICES])
})

test("a device that does not hear the last message is noticed", () => {
  const happens = (town) => town.says("ada", "x")
  assert.deepEqual(broken(happens, ({ devices }) => devices[1].newest.set("lobby", 0)), [LAST])
})

// The rest

test("a list of members that is not what is stored is noticed", () => {
  assert.deepEqual(broken(() => {}, ({ memberLists }) => memberLists.get("lobby").pop()), [MEMBERS])
  assert.deepEqual(broken(() => {}, ({ memberLists }) => (memberLists.get("lobby")[1].moderator = true)), [MEMBERS])
})

test("somebody who is told something after they were signed out is noticed", () => {
  const signOut = { person: "ben", after: [{ still: "in" }] }
  assert.deepEqual(broken(() => {}, ({ signOuts }) => signOuts.push(signOut)), [SIGNED_OUT])
})

test("a command that is refused at rest is noticed", () => {
  assert.deepEqual(broken(() => {}, ({ failures }) => failures.push({ command: "level", answer: "none" })), [AGAIN])
})

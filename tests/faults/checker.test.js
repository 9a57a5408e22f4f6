import assert from "node:assert/strict"
import { test } from "node:test"
import { check } from "./checker/check.js"
import { HistoryOfARoom } from "./history_of_a_room.js"

const STORED = "what was acknowledged is in the log, with its number"
const UNSENT = "nothing is in the log that nobody sent, and nothing twice"
const WRITTEN = "each message is as its author last wrote it"
const ORDER = "what one person wrote one after another stays in that order"
const NUMBERS = "the numbers of a room are 1 to n, each once"
const RUNS = "a connection hears every number of a room once, in order"
const SAME = "everybody hears the same with a number, and it is what is in the log"
const BACK = "no room goes back to an earlier number"
const VIEWS = "everybody who has caught up sees what is in the log"
const TOLD = "history tells what is in the log"
const REFUSED = "who writes is refused only for a reason"
const WHOLE = "the database is whole"

/** Messages that were written, edited and deleted, by two people. */
function history() {
  const history = new HistoryOfARoom()
  history.send("a")
  history.send("b", "hello", "ben")
  history.edit("a", "a, edited")
  history.send("c")
  history.edit("a", "a, edited again")
  history.delete("b")
  history.send("d")
  return history
}

/** The rules that are broken after `change` was done to the evidence. */
function broken(change = () => {}, past = history()) {
  const { evidence } = past
  change(evidence, evidence.log.get("lobby"))
  return [...new Set(check(evidence).map(({ rule }) => rule))]
}

const messageIn = (log, id) => log.messages.find((message) => message.id === id)
const without = (list, item) => list.splice(list.indexOf(item), 1)

test("a history in which nothing went wrong keeps every rule", () => {
  assert.deepEqual(broken(), [])
})

test("a violation names the room, the message and both sides", () => {
  const { evidence } = history()
  without(evidence.log.get("lobby").messages, messageIn(evidence.log.get("lobby"), "c"))
  const { sides } = check(evidence).find(({ rule }) => rule === STORED)
  assert.deepEqual(sides, { room: "lobby", id: "c", acknowledged: [4], stored: "missing" })
})

// What was acknowledged is in the log

test("an acknowledged message that is missing is noticed", () => {
  const rules = broken((_, log) => without(log.messages, messageIn(log, "c")))
  assert.ok(rules.includes(STORED))
  assert.ok(rules.includes(NUMBERS))
})

test("a message under another number than its author was told is noticed", () => {
  assert.ok(broken(({ written }) => (written.get("c").seqs = [5])).includes(STORED))
})

test("two numbers for what was sent twice are noticed", () => {
  assert.ok(broken(({ written }) => written.get("c").seqs.push(8)).includes(STORED))
})

test("a message that was never answered may be missing", () => {
  const past = history()
  past.ledger.sends({ id: "in doubt", room: "lobby", author: "ada", body: "?" })
  assert.deepEqual(broken(undefined, past), [])
})

test("a message that was never answered may be there", () => {
  const past = history()
  past.send("in doubt")
  past.written("in doubt").seqs = []
  assert.deepEqual(broken(undefined, past), [])
})

// Nothing else is in the log

test("a message that nobody sent is noticed", () => {
  assert.ok(broken(({ written }) => written.delete("d")).includes(UNSENT))
})

test("a message that is there twice is noticed", () => {
  const rules = broken((_, log) => log.messages.push({ ...messageIn(log, "c"), seq: ++log.seq, number: log.seq }))
  assert.ok(rules.includes(UNSENT))
})

test("a message of somebody else is noticed", () => {
  assert.ok(broken((_, log) => (messageIn(log, "d").author = "eve")).includes(UNSENT))
})

test("a message in another room is noticed", () => {
  assert.ok(broken(({ written }) => (written.get("d").room = "garden")).includes(UNSENT))
})

// As its author last wrote it

test("another body than the author wrote is noticed", () => {
  assert.ok(broken((_, log) => (messageIn(log, "c").body = "something else")).includes(WRITTEN))
})

test("an acknowledged edit that is not stored is noticed", () => {
  const lost = (_, log) => Object.assign(messageIn(log, "a"), { body: "a, edited", number: 3 })
  assert.ok(broken(lost).includes(WRITTEN))
})

test("an acknowledged deletion that is not stored is noticed", () => {
  const lost = (_, log) => Object.assign(messageIn(log, "b"), { body: "hello", number: 2, deleted: false })
  assert.ok(broken(lost).includes(WRITTEN))
})

test("a deleted message that keeps its body is noticed", () => {
  assert.ok(broken((_, log) => (messageIn(log, "b").body = "hello")).includes(WRITTEN))
})

test("an edit that was never answered may be stored or not", () => {
  const without = history()
  without.ledger.edits(without.written("d"), "d, in doubt")
  assert.deepEqual(broken(undefined, without), [])

  const stored = history()
  stored.edit("d", "d, in doubt")
  stored.written("d").edits[0].numbers = []
  assert.deepEqual(broken(undefined, stored), [])
})

test("an edit that was never answered is not stored over one that was acknowledged after it", () => {
  const past = history()
  past.edit("d", "in doubt")
  past.edit("d", "acknowledged")
  past.written("d").edits[0].numbers = []
  assert.ok(broken((_, log) => (messageIn(log, "d").body = "in doubt"), past).includes(WRITTEN))
})

test("a deletion that was never answered may be stored or not", () => {
  const without = history()
  without.ledger.deletes(without.written("d"))
  assert.deepEqual(broken(undefined, without), [])

  const stored = history()
  stored.delete("d")
  stored.written("d").deletion.numbers = []
  assert.deepEqual(broken(undefined, stored), [])
})

// In the order of the author

test("a message before one whose acknowledgement its author had waited for is noticed", () => {
  assert.deepEqual(broken(({ written }) => (written.get("c").after = 4)), [ORDER])
})

// Numbers

test("a number that stands for nothing is noticed", () => {
  assert.deepEqual(broken((_, log) => (log.seq += 1)).includes(NUMBERS), true)
})

test("a number beyond that of the room is noticed", () => {
  assert.ok(broken((_, log) => (log.seq -= 1)).includes(NUMBERS))
})

test("a number that stands for two things is noticed", () => {
  assert.ok(broken(({ written }) => (written.get("a").edits[0].numbers = [4])).includes(NUMBERS))
})

// What one connection hears

test("a connection that comes in later hears what follows", () => {
  assert.deepEqual(broken(({ runs }) => runs.push({ ...runs[0], known: 3, from: 5, numbers: [6, 7] })), [])
})

for (const [what, numbers] of Object.entries({
  "a number that a connection did not hear": [1, 2, 4, 5, 6, 7],
  "the first number that it did not hear": [2, 3],
  "a number that it heard twice": [1, 2, 2, 3, 4, 5, 6, 7],
  "numbers in the wrong order": [1, 3, 2, 4],
})) {
  test(`${what} is noticed`, () => {
    assert.deepEqual(broken(({ runs }) => (runs[0].numbers = numbers)), [RUNS])
  })
}

test("a recovered connection hears what it missed with holes, and then everything", () => {
  for (const numbers of [[3, 5, 6, 7], [4, 6, 7], [6, 7]]) {
    assert.deepEqual(broken(({ runs }) => (runs[0] = { ...runs[0], isRecovered: true, known: 2, from: 5, numbers })), [])
  }
})

for (const [what, numbers] of Object.entries({
  "something that a recovered connection had heard before": [2, 5, 6, 7],
  "something missed that comes in the wrong order": [5, 3, 6, 7],
  "a hole behind what was missed": [3, 5, 7],
})) {
  test(`${what} is noticed`, () => {
    const recovered = { isRecovered: true, known: 2, from: 5, numbers }
    assert.deepEqual(broken(({ runs }) => Object.assign(runs[0], recovered)), [RUNS])
  })
}

// The same for everybody

test("two messages with one number are noticed", () => {
  const other = (evidence) => {
    const [sight] = evidence.sightings.get("lobby").get(4)
    evidence.sightings.get("lobby").get(4).push({ ...sight, body: "something else" })
  }
  assert.deepEqual(broken(other), [SAME])
})

test("an event that tells something else than the log is noticed", () => {
  assert.deepEqual(broken(({ sightings }) => (sightings.get("lobby").get(3)[0].body = "something else")), [SAME])
})

test("an event of another kind than what was done is noticed", () => {
  assert.deepEqual(broken(({ sightings }) => (sightings.get("lobby").get(3)[0].event = "message")), [SAME])
})

test("an event of which the log knows nothing is noticed", () => {
  const heard = ({ sightings }) => sightings.get("lobby").set(8, [{ seq: 8, number: 8, id: "x", event: "message" }])
  assert.deepEqual(broken(heard), [SAME])
})

// Never back

test("a room that goes back is noticed", () => {
  assert.deepEqual(broken(({ setbacks }) => setbacks.push({ reader: "reader", room: "lobby", known: 7, seq: 5 })), [BACK])
  assert.deepEqual(broken(({ runs }) => (runs[0] = { ...runs[0], known: 7, from: 5, numbers: [6, 7] })), [BACK])
})

// What one sees

for (const [what, change] of Object.entries({
  "a message that somebody does not see": (view) => view.messages.delete("c"),
  "an edit that somebody does not see": (view) => (view.messages.get("a").body = "a, edited"),
  "a deletion that somebody does not see": (view) => Object.assign(view.messages.get("b"), { deleted: false, number: 2 }),
  "a message that only somebody sees": (view) => view.messages.set("x", { id: "x" }),
  "somebody who has not caught up": (view) => (view.last -= 1),
})) {
  test(`${what} is noticed`, () => {
    assert.deepEqual(broken(({ views }) => change(views[0])), [VIEWS])
  })
}

test("who has not loaded older messages need not see them", () => {
  const past = history()
  past.view.forgetAllBut(2)
  assert.equal(past.view.messages.size, 2)
  assert.deepEqual(broken(undefined, past), [])
})

// The rest

test("history that tells something else than the log is noticed", () => {
  assert.deepEqual(broken(({ told }) => told.get("lobby").pop()), [TOLD])
  assert.deepEqual(broken(({ told }) => (told.get("lobby")[0].body = "something else")), [TOLD])
})

test("a refusal without a reason is noticed", () => {
  assert.deepEqual(broken(({ refusals }) => refusals.push({ writer: "ada", error: { code: "internal" } })), [REFUSED])
})

test("a damaged database is noticed", () => {
  assert.deepEqual(broken(({ integrity }) => (integrity[0] = "row 3 missing from index")), [WHOLE])
})

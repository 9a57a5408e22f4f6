import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, message } from "./support.js"
import { Timeline } from "../../static/js/models/timeline.js"
import { transcriptOf } from "../../static/js/models/transcript.js"

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** One word per item: "day", "new", a notice's text, or a body, which "+" marks as a continuation. */
function read(timeline, reader) {
  return transcriptOf(timeline, reader).map((item) => {
    if (item.kind === "message") return (item.continues ? "+" : "") + item.message.body
    return item.kind === "notice" ? item.text : item.kind
  })
}

function timelineOf(...parts) {
  const timeline = new Timeline()
  timeline.mergePage(parts.map((part, index) => message(index + 1, part)), false)
  return timeline
}

test("an author who goes on within five minutes continues a run", () => {
  const timeline = timelineOf(
    { body: "a", sent_at: 0 },
    { body: "b", sent_at: 4 * MINUTE },
    { body: "c", sent_at: 10 * MINUTE },
    { body: "d", sent_at: 10 * MINUTE, user: bob },
  )
  assert.deepEqual(read(timeline), ["day", "a", "+b", "c", "d"])
})

test("a new day is marked and ends a run", () => {
  const timeline = timelineOf({ body: "a", sent_at: 0 }, { body: "b", sent_at: DAY })
  assert.deepEqual(read(timeline), ["day", "a", "day", "b"])
})

test("a notice stays where it happened, also when missed messages are filled in above it", () => {
  const timeline = timelineOf({ body: "a" })
  timeline.merge([message(3, { body: "c" })])
  timeline.addNotice("bob joined")
  timeline.merge([message(4, { body: "d" }), message(2, { body: "b" })])
  assert.deepEqual(read(timeline), ["day", "a", "+b", "+c", "bob joined", "d"])
})

test("what is not acknowledged stands at the end", () => {
  const timeline = timelineOf({ body: "a" })
  timeline.showUnsent({ id: "mine", user: ada, body: "mine", sentAt: message(2).sent_at })
  timeline.addNotice("bob left")
  assert.deepEqual(read(timeline), ["day", "a", "bob left", "mine"])
})

test("keys differ, and a message keeps its key when it is acknowledged", () => {
  const timeline = timelineOf({ sent_at: 0 }, { sent_at: DAY }, { sent_at: 0 })
  timeline.showUnsent({ id: "mine", user: ada, body: "mine", sentAt: 0 })
  const keys = transcriptOf(timeline).map(({ key }) => key)
  assert.equal(new Set(keys).size, keys.length)
  timeline.confirm("mine", { seq: 4, sent_at: 0 })
  assert.equal(transcriptOf(timeline).at(-1).key, "mine")
})

test("a line stands before the first message that is new to the reader, and ends a run", () => {
  const timeline = timelineOf({ body: "a" }, { body: "b" }, { body: "mine", user: bob }, { body: "c" })
  assert.deepEqual(read(timeline, { newAfter: 1, me: bob }), ["day", "a", "new", "b", "mine", "c"])
  assert.deepEqual(read(timeline, { newAfter: 2, me: bob }), ["day", "a", "+b", "mine", "new", "c"])
  assert.deepEqual(read(timeline, { newAfter: 4, me: bob }), ["day", "a", "+b", "mine", "c"])
  assert.deepEqual(read(timeline, { newAfter: null, me: bob }), ["day", "a", "+b", "mine", "c"])
})

test("there is no such line where it may belong further up", () => {
  const timeline = new Timeline()
  timeline.mergePage([message(11, { body: "a" }), message(12, { body: "b" })], true)
  assert.deepEqual(read(timeline, { newAfter: 5, me: bob }), ["day", "a", "+b"])
  assert.deepEqual(read(timeline, { newAfter: 10, me: bob }), ["day", "new", "a", "+b"])
})

test("elsewhere in the room there is nothing of what happens at its end", () => {
  const timeline = timelineOf({ body: "a" })
  timeline.merge([message(9, { body: "z" })])
  timeline.addNotice("bob joined")
  timeline.moveTo([message(2, { body: "b" })], { hasOlder: true, hasNewer: true })
  timeline.showUnsent({ id: "mine", user: ada, body: "mine", sentAt: 0 })
  assert.deepEqual(read(timeline), ["day", "b"])
})

test("what somebody does stands apart from what they say", () => {
  const timeline = timelineOf({ body: "a" }, { body: "/me waves" }, { body: "b" }, { body: "c" })
  assert.deepEqual(read(timeline), ["day", "a", "/me waves", "b", "+c"])
})

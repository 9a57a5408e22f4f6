import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, message, messages } from "./support.js"
import { Timeline } from "../../static/js/models/timeline.js"

const seqs = (timeline) => timeline.messages.map(({ seq }) => seq)

test("a message seen twice is shown once", () => {
  const timeline = new Timeline()
  timeline.merge([message(1)])
  timeline.merge([message(1)])
  assert.deepEqual(seqs(timeline), [1])
})

test("messages stand in the order of their numbers, however they arrive", () => {
  const timeline = new Timeline()
  timeline.merge([message(5), message(3)])
  timeline.merge([message(1), message(4), message(2)])
  assert.deepEqual(seqs(timeline), [1, 2, 3, 4, 5])
})

test("a pending message takes its number with its acknowledgement", () => {
  const timeline = new Timeline()
  timeline.merge(messages(1, 2))
  timeline.addPending({ id: "mine", user: ada, body: "hello", sentAt: 0 })
  assert.equal(timeline.unsent[0].state, "pending")
  timeline.confirm("mine", { seq: 3, sent_at: 7 })
  assert.deepEqual(timeline.unsent, [])
  assert.deepEqual(timeline.messages.at(-1), { id: "mine", seq: 3, user: ada, body: "hello", sent_at: 7, state: "sent" })
})

test("a pending message is replaced by its copy from the server, and a late acknowledgement changes nothing", () => {
  const timeline = new Timeline()
  timeline.addPending({ id: "mine", user: ada, body: "hello", sentAt: 0 })
  timeline.merge([message(1, { id: "mine" })])
  timeline.confirm("mine", { seq: 1, sent_at: 7 })
  assert.deepEqual(timeline.unsent, [])
  assert.deepEqual(seqs(timeline), [1])
})

test("a refused message says why, and is pending again when it is retried", () => {
  const timeline = new Timeline()
  timeline.addPending({ id: "mine", user: ada, body: "", sentAt: 0 })
  timeline.markFailed("mine", "the body is empty")
  assert.equal(timeline.unsent[0].state, "failed")
  assert.equal(timeline.unsent[0].reason, "the body is empty")
  timeline.markPending("mine")
  assert.equal(timeline.unsent[0].state, "pending")
  assert.equal(timeline.unsent[0].reason, undefined)
})

test("a discarded message is gone", () => {
  const timeline = new Timeline()
  timeline.addPending({ id: "mine", user: ada, body: "", sentAt: 0 })
  timeline.markFailed("mine", "no")
  timeline.discard("mine")
  assert.deepEqual(timeline.unsent, [])
})

test("a hole in the numbers is noticed from above and not from below", () => {
  const timeline = new Timeline()
  timeline.merge([...messages(11, 20), ...messages(25, 30), ...messages(35, 36)])
  assert.equal(timeline.missingBefore(30), 20)
  assert.equal(timeline.missingBefore(25), 20)
  assert.equal(timeline.missingBefore(20), null)
  timeline.merge(messages(21, 24))
  assert.equal(timeline.missingBefore(30), null)
  assert.equal(timeline.missingBefore(36), 30)
})

test("nothing is missing from an empty or an unbroken timeline", () => {
  const timeline = new Timeline()
  assert.equal(timeline.missingBefore(5), null)
  timeline.merge(messages(5, 9))
  assert.equal(timeline.missingBefore(9), null)
})

test("only the oldest page says whether there is more above", () => {
  const timeline = new Timeline()
  timeline.mergePage(messages(51, 60), true)
  assert.equal(timeline.hasOlder, true)
  timeline.mergePage(messages(1, 50), false)
  assert.equal(timeline.hasOlder, false)
  timeline.mergePage(messages(51, 60), true)
  assert.equal(timeline.hasOlder, false)
})

test("an empty room is loaded and has nothing above", () => {
  const timeline = new Timeline()
  assert.equal(timeline.isLoaded, false)
  timeline.mergePage([], false)
  assert.equal(timeline.isLoaded, true)
  assert.equal(timeline.hasOlder, false)
})

test("trimming keeps the newest messages and remembers that there were others", () => {
  const timeline = new Timeline()
  timeline.mergePage(messages(1, 10), false)
  timeline.trim(3)
  assert.deepEqual(seqs(timeline), [8, 9, 10])
  assert.equal(timeline.hasOlder, true)
})

test("starting over keeps what is not acknowledged", () => {
  const timeline = new Timeline()
  timeline.mergePage(messages(1, 10), true)
  timeline.addPending({ id: "mine", user: ada, body: "hello", sentAt: 0 })
  timeline.reset()
  assert.deepEqual(seqs(timeline), [])
  assert.equal(timeline.unsent.length, 1)
})

test("every change is told", () => {
  let changes = 0
  const timeline = new Timeline({ onChange: () => (changes += 1) })
  timeline.merge([message(1)])
  timeline.addPending({ id: "mine", user: ada, body: "hello", sentAt: 0 })
  timeline.markFailed("mine", "no")
  timeline.addNotice("ada joined")
  assert.equal(changes, 4)
})

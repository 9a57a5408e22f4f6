import assert from "node:assert/strict"
import { test } from "node:test"
import { View, messageOf } from "./clients/view.js"

function message(seq, number = seq) {
  return { seq, number, id: `id ${seq}`, author: "ada", body: `version ${number}`, deleted: false }
}

/** A view of a room that has the messages 1 to 3. */
function viewUpTo3() {
  const view = new View()
  view.begin(3)
  view.load([message(1), message(2), message(3)], false)
  return view
}

const bodies = (view) => [...view.messages.values()].map(({ body }) => body)

test("the next number is known from then on", () => {
  const view = viewUpTo3()
  assert.equal(view.hear(message(4)), false)
  assert.equal(view.last, 4)
})

test("a number other than the next one is taken, and says that something is missing", () => {
  const view = viewUpTo3()
  assert.equal(view.hear(message(5)), true)
  assert.equal(view.last, 3)
  assert.ok(view.messages.has("id 5"))
})

test("what is older than what one has of a message is not taken", () => {
  const view = viewUpTo3()
  view.sync(6, [message(2, 6)])
  assert.equal(view.hear(message(2, 5)), false)
  assert.deepEqual(bodies(view), ["version 1", "version 6", "version 3"])
  assert.equal(view.last, 6)
})

test("a change of a message that is not loaded is not shown", () => {
  const view = new View()
  view.begin(10)
  view.load([message(9), message(10)], true)
  view.hear(message(3, 11))
  assert.deepEqual(bodies(view), ["version 9", "version 10"])
  assert.equal(view.last, 11)
})

test("what a connection is recovered with has holes, and goes no further than where it came in", () => {
  const view = viewUpTo3()
  view.recover(message(2, 5), 7)
  assert.equal(view.last, 5)
  view.recover(message(6, 9), 7)
  assert.equal(view.last, 7)
})

test("a message of the wire counts by its last change", () => {
  const wire = { room: "lobby", seq: 3, id: "x", user: { id: "u", name: "ada" }, body: "", sent_at: 1 }
  assert.deepEqual(messageOf(wire), { seq: 3, number: 3, id: "x", author: "u", body: "", deleted: false })
  const { number, deleted } = messageOf({ ...wire, changed: 7, deleted_at: 2 })
  assert.deepEqual([number, deleted], [7, true])
})

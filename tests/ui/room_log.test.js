import assert from "node:assert/strict"
import { test } from "node:test"
import { RoomLog } from "../../static/js/models/room_log.js"

function logFrom(number) {
  const log = new RoomLog()
  log.begin(number)
  return log
}

test("numbers one after the other leave no gap", () => {
  const log = logFrom(4)
  for (const number of [5, 6, 7]) log.take(number)
  assert.equal(log.last, 7)
  assert.equal(log.isBehind, false)
})

test("a number ahead of a gap is not counted as known", () => {
  const log = logFrom(4)
  log.take(6)
  log.take(7)
  assert.equal(log.last, 4)
  assert.equal(log.isBehind, true)
})

test("an answer that reaches over the gap closes it", () => {
  const log = logFrom(4)
  log.take(7)
  log.reach(7)
  log.take(8)
  assert.equal(log.last, 8)
  assert.equal(log.isBehind, false)
})

test("an answer that ends before what has come meanwhile leaves a gap", () => {
  const log = logFrom(4)
  log.take(9)
  log.reach(6)
  assert.equal(log.last, 6)
  assert.equal(log.isBehind, true)
})

test("an old number, and an old answer, change nothing", () => {
  const log = logFrom(4)
  log.take(2)
  log.reach(3)
  assert.equal(log.last, 4)
  assert.equal(log.isBehind, false)
})

test("before anything is known nothing is missing", () => {
  const log = new RoomLog()
  log.take(9)
  assert.equal(log.isBegun, false)
  assert.equal(log.isBehind, false)
  log.begin(9)
  assert.equal(log.isBehind, false)
})

test("hearing of a higher number tells of a gap", () => {
  const log = logFrom(4)
  log.hear(5)
  assert.equal(log.isBehind, true)
})

test("a log that begins anew has forgotten what it heard", () => {
  const log = logFrom(4)
  log.take(90)
  log.begin(3)
  assert.equal(log.isBehind, false)
  log.forget()
  assert.equal(log.isBegun, false)
})

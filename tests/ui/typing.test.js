import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, FakeClock } from "./support.js"
import { REPEATED_AFTER_MS, TypingSignal } from "../../static/js/models/typing_signal.js"
import { FORGOTTEN_AFTER_MS, TypingTracker } from "../../static/js/models/typing_tracker.js"

test("who gives no sign of typing for six seconds is forgotten", async () => {
  const clock = new FakeClock()
  const tracker = new TypingTracker({ clock })
  tracker.start(ada)
  await clock.pass(FORGOTTEN_AFTER_MS - 1)
  assert.deepEqual(tracker.names, ["ada"])
  await clock.pass(1)
  assert.deepEqual(tracker.names, [])
})

test("another sign of typing starts the six seconds anew", async () => {
  const clock = new FakeClock()
  const tracker = new TypingTracker({ clock })
  tracker.start(ada)
  await clock.pass(FORGOTTEN_AFTER_MS - 1)
  tracker.start(ada)
  await clock.pass(FORGOTTEN_AFTER_MS - 1)
  assert.deepEqual(tracker.names, ["ada"])
})

test("who stops typing is taken off, and the others stay", () => {
  const tracker = new TypingTracker({ clock: new FakeClock() })
  tracker.start(ada)
  tracker.start(bob)
  tracker.stop(ada)
  assert.deepEqual(tracker.names, ["bob"])
  tracker.clear()
  assert.deepEqual(tracker.names, [])
})

test("own typing is told at once, then at most every three seconds", async () => {
  const clock = new FakeClock()
  const told = []
  const signal = new TypingSignal({ clock, send: (isTyping) => told.push(isTyping) })
  signal.edited("h")
  signal.edited("he")
  assert.deepEqual(told, [true])
  await clock.pass(REPEATED_AFTER_MS)
  signal.edited("hel")
  assert.deepEqual(told, [true, true])
})

test("an emptied composer ends the typing once", () => {
  const told = []
  const signal = new TypingSignal({ clock: new FakeClock(), send: (isTyping) => told.push(isTyping) })
  signal.edited("h")
  signal.edited("")
  signal.edited("")
  signal.stopped()
  assert.deepEqual(told, [true, false])
})

test("white space alone is no typing", () => {
  const told = []
  const signal = new TypingSignal({ clock: new FakeClock(), send: (isTyping) => told.push(isTyping) })
  signal.edited("  \n")
  assert.deepEqual(told, [])
})

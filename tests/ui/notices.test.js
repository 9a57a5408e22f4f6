import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, FakeClock, message } from "./support.js"
import { excerptOf, isCall, isGoodMoment, isQuiet, isWorthTelling, noticeFor } from "../../static/js/models/notice_policy.js"
import { Room } from "../../static/js/models/room.js"
import { DEFAULTS } from "../../static/js/storage/settings.js"

const WISHES = { ...DEFAULTS, notify: true, sound: "knock" }
const NOON = new Date(2024, 0, 15, 12)

function roomWith(info) {
  const room = new Room("garden", { clock: new FakeClock(), onChange: () => {} })
  room.describe({ name: "garden", ...info })
  return room
}

function told(overrides, { info = {}, wishes = WISHES, isSeen = false, at = NOON } = {}) {
  return noticeFor(message(1, { user: bob, ...overrides }), { room: roomWith(info), me: ada, wishes, isSeen, at })
}

test("what somebody else writes is told as the level of the room says", () => {
  const isTold = (level, overrides, info) => isWorthTelling(message(1, { user: bob, ...overrides }), roomWith({ level, ...info }), ada)
  assert.equal(isTold(undefined), true)
  assert.equal(isTold("mentions"), false)
  assert.equal(isTold("mentions", { mentions: [ada.id] }), true)
  assert.equal(isTold("mentions", { mentions: [bob.id] }), false)
  assert.equal(isTold("nothing", { mentions: [ada.id] }), false)
  assert.equal(isTold("mentions", {}, { kind: "direct" }), true)
  assert.equal(isTold("nothing", {}, { kind: "direct" }), false)
  assert.equal(isTold("all", { user: ada }), false)
})

test("a message that is seen is not told, and one that is not is told as one wishes", () => {
  assert.deepEqual(told({}), { notification: true, sound: "knock" })
  assert.deepEqual(told({}, { isSeen: true }), { notification: false, sound: "none" })
  assert.deepEqual(told({}, { wishes: { ...WISHES, notify: false } }), { notification: false, sound: "knock" })
  assert.deepEqual(told({}, { wishes: { ...WISHES, sound: "none" } }), { notification: true, sound: "none" })
})

test("one is called by name, and by who writes directly, unless the room is to be quiet", () => {
  const calls = (info, overrides) => isCall(message(1, { user: bob, ...overrides }), roomWith(info), ada)
  assert.equal(calls({}, {}), false)
  assert.equal(calls({}, { mentions: [ada.id] }), true)
  assert.equal(calls({ kind: "direct" }, {}), true)
  assert.equal(calls({ level: "nothing" }, { mentions: [ada.id] }), false)
  assert.equal(calls({ kind: "direct" }, { user: ada }), false)
})

test("in a quiet time nothing is told", () => {
  const wishes = { ...WISHES, quiet: true, quietFrom: "11:30", quietUntil: "12:30" }
  assert.deepEqual(told({ mentions: [ada.id] }, { wishes }), { notification: false, sound: "none" })
})

test("a quiet time goes over midnight, and ends on the minute", () => {
  const isQuietAt = (hours, minutes) =>
    isQuiet({ quiet: true, quietFrom: "22:00", quietUntil: "07:00" }, new Date(2024, 0, 15, hours, minutes))
  assert.deepEqual([isQuietAt(21, 59), isQuietAt(22, 0), isQuietAt(0, 0), isQuietAt(6, 59), isQuietAt(7, 0)],
    [false, true, true, true, false])
  assert.equal(isQuiet({ quiet: false, quietFrom: "22:00", quietUntil: "07:00" }, new Date(2024, 0, 15, 23)), false)
  assert.equal(isQuiet({ quiet: true, quietFrom: "09:00", quietUntil: "17:00" }, NOON), true)
  assert.equal(isQuiet({ quiet: true, quietFrom: "13:00", quietUntil: "17:00" }, NOON), false)
})

test("a notification says the beginning of a message, in one line and without half a character", () => {
  assert.equal(excerptOf({ user: bob, body: "  one\n\ntwo " }), "one two")
  assert.equal(excerptOf({ user: bob, body: "/me waves" }), "bob waves")
  const long = excerptOf({ user: bob, body: "🐦".repeat(400) })
  assert.equal(Array.from(long).length, 160)
  assert.ok(long.endsWith("🐦…"))
})

test("notifications are offered to who writes often or has missed something, and to nobody who has just come", () => {
  assert.equal(isGoodMoment({ written: 0, hasMissed: false }), false)
  assert.equal(isGoodMoment({ written: 3, hasMissed: false }), true)
  assert.equal(isGoodMoment({ written: 0, hasMissed: true }), true)
})

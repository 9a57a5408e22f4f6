import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, FakeClock } from "./support.js"
import { Connection } from "../../static/js/connection/connection.js"

/** A connection over a socket that the test plays. */
function connectionUnderTest({ identity = {} } = {}) {
  const states = []
  const refusals = []
  const calls = []
  const listeners = new Map()
  const manager = { delay: 0, reconnectionDelay: (delay) => (manager.delay = delay) }
  const socket = {
    io: manager,
    active: true,
    on: (event, listener) => listeners.set(event, listener),
    connect: () => calls.push("connect"),
    disconnect: () => calls.push("disconnect"),
  }
  let options
  const connection = new Connection({
    io: (given) => {
      options = given
      return socket
    },
    identity: { name: "ada", credentials: {}, accept: () => {}, ...identity },
    clock: new FakeClock(),
  })
  connection.start({
    stateChanged: (state, bye) => states.push(bye ? `${state} (${bye.code})` : state),
    welcomed: () => {},
    refused: ({ code }) => refusals.push(code),
    received: (event, data) => states.push(`${event} ${data}`),
  })
  return { connection, states, refusals, calls, manager, options, says: (event, data) => listeners.get(event)(data) }
}

test("many windows that lose their connection at once come back spread over seconds", () => {
  const { options } = connectionUnderTest()
  assert.equal(options.randomizationFactor, 1)
  assert.ok(options.reconnectionDelay >= 1_000)
})

test("after a goodbye they are spread wider, until they are back", () => {
  const { manager, options, says } = connectionUnderTest()
  says("welcome", { user: ada })
  says("bye", { code: "restart" })
  assert.ok(manager.delay > options.reconnectionDelay)
  says("disconnect", "transport close")
  says("welcome", { user: ada })
  assert.equal(manager.delay, options.reconnectionDelay)
})

test("it is online from the welcome on", () => {
  const { connection, says, states } = connectionUnderTest()
  assert.equal(connection.isOnline, false)
  says("welcome", { user: ada })
  assert.equal(connection.isOnline, true)
  says("bye", { code: "restart" })
  says("disconnect", "transport close")
  assert.deepEqual(states, ["connecting", "online", "away (restart)"])
})

test("what happens to messages is passed on", () => {
  const { says, states } = connectionUnderTest()
  for (const event of ["message", "edited", "deleted"]) says(event, 1)
  assert.deepEqual(states.slice(1), ["message 1", "edited 1", "deleted 1"])
})

for (const code of ["signed_out", "banned", "name_taken", "guests_off"]) {
  test(`after a goodbye with ${code} it does not come back by itself`, () => {
    const { says, states, refusals, calls } = connectionUnderTest()
    says("welcome", { user: ada })
    says("bye", { code, message: "…" })
    says("disconnect", "io client disconnect")
    assert.deepEqual(states, ["connecting", "online", "idle"])
    assert.deepEqual(refusals, [code])
    assert.deepEqual(calls, ["connect", "disconnect"])
  })
}

test("an account whose sign-in has run out is signed out, and not let in as a guest", () => {
  const { says, states, refusals } = connectionUnderTest({ identity: { hasAccount: true } })
  says("connect_error", { message: "who?", data: { code: "name_invalid" } })
  assert.equal(states.at(-1), "idle")
  assert.deepEqual(refusals, ["signed_out"])
})

test("what happens to rooms and to oneself is passed on", () => {
  const { says, states } = connectionUnderTest()
  for (const event of ["room", "removed", "read", "me"]) says(event, 1)
  assert.deepEqual(states.slice(1), ["room 1", "removed 1", "read 1", "me 1"])
})

test("one can have it tried again at once, but only while it is away", () => {
  const { connection, calls, says, states } = connectionUnderTest()
  says("welcome", { user: ada })
  calls.length = 0
  connection.retry()
  assert.deepEqual(calls, [])
  says("disconnect", "transport close")
  connection.retry()
  assert.deepEqual(calls, ["disconnect", "connect"])
  assert.equal(states.at(-1), "away")
})

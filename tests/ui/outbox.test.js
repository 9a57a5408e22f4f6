import assert from "node:assert/strict"
import { test } from "node:test"
import { FakeClock, settled } from "./support.js"
import { Outbox } from "../../static/js/connection/outbox.js"
import { RequestError } from "../../static/js/connection/request_error.js"

const letter = (id) => ({ id, room: "lobby", body: id })

/** An outbox whose deliveries the test answers one by one. */
function outboxUnderTest() {
  const clock = new FakeClock()
  const deliveries = []
  const log = []
  const outbox = new Outbox({
    clock,
    deliver: ({ id }) => new Promise((resolve, reject) => deliveries.push({ id, resolve, reject })),
    handlers: {
      sent: ({ id }, { seq }) => log.push(`sent ${id} as ${seq}`),
      failed: ({ id }, { code }) => log.push(`failed ${id}: ${code}`),
    },
  })
  const delivered = () => deliveries.map(({ id }) => id)
  const answer = async (act) => {
    act(deliveries.at(-1))
    await settled()
  }
  return {
    outbox, clock, log, delivered,
    acknowledge: (seq) => answer(({ resolve }) => resolve({ seq })),
    refuse: (code, retry_after_ms) => {
      const error = RequestError.refused({ code, message: code, retry_after_ms })
      return answer(({ reject }) => reject(error))
    },
    hangUp: () => answer(({ reject }) => reject(RequestError.disconnected())),
    timeOut: () => answer(({ reject }) => reject(RequestError.timedOut())),
  }
}

test("a letter waits until the server listens", () => {
  const { outbox, delivered } = outboxUnderTest()
  outbox.add(letter("a"))
  assert.deepEqual(delivered(), [])
  outbox.open()
  assert.deepEqual(delivered(), ["a"])
})

test("letters leave one at a time, in the order of writing", async () => {
  const { outbox, delivered, acknowledge, log } = outboxUnderTest()
  outbox.open()
  outbox.add(letter("a"))
  outbox.add(letter("b"))
  assert.deepEqual(delivered(), ["a"])
  await acknowledge(1)
  assert.deepEqual(delivered(), ["a", "b"])
  await acknowledge(2)
  assert.deepEqual(log, ["sent a as 1", "sent b as 2"])
  assert.equal(outbox.size, 0)
})

test("a letter cut off by a broken connection is sent again with its id, before the others", async () => {
  const { outbox, delivered, hangUp, acknowledge, log } = outboxUnderTest()
  outbox.open()
  outbox.add(letter("a"))
  outbox.add(letter("b"))
  await hangUp()
  assert.deepEqual(delivered(), ["a"])
  outbox.open()
  await acknowledge(1)
  assert.deepEqual(delivered(), ["a", "a", "b"])
  assert.deepEqual(log, ["sent a as 1"])
})

test("a refused letter fails, and the next one goes", async () => {
  const { outbox, delivered, refuse, log } = outboxUnderTest()
  outbox.open()
  outbox.add(letter("a"))
  outbox.add(letter("b"))
  await refuse("body_too_long")
  assert.deepEqual(log, ["failed a: body_too_long"])
  assert.deepEqual(delivered(), ["a", "b"])
})

test("a failed letter can be tried again with its id", async () => {
  const { outbox, delivered, refuse, acknowledge, log } = outboxUnderTest()
  outbox.open()
  outbox.add(letter("a"))
  await refuse("internal")
  outbox.retry("a")
  await acknowledge(1)
  assert.deepEqual(delivered(), ["a", "a"])
  assert.deepEqual(log, ["failed a: internal", "sent a as 1"])
})

test("a discarded letter is not tried again", async () => {
  const { outbox, delivered, refuse } = outboxUnderTest()
  outbox.open()
  outbox.add(letter("a"))
  await refuse("internal")
  outbox.discard("a")
  outbox.retry("a")
  assert.deepEqual(delivered(), ["a"])
})

test("a letter that comes too fast waits as long as the server says, and the others behind it", async () => {
  const { outbox, clock, delivered, refuse, log } = outboxUnderTest()
  outbox.open()
  outbox.add(letter("a"))
  await refuse("rate_limited", 700)
  outbox.add(letter("b"))
  await clock.pass(699)
  assert.deepEqual(delivered(), ["a"])
  await clock.pass(1)
  assert.deepEqual(delivered(), ["a", "a"])
  assert.deepEqual(log, [])
})

for (const code of ["overloaded", "storage"]) {
  test(`a server in trouble (${code}) is asked again after a while`, async () => {
    const { outbox, clock, delivered, refuse, log } = outboxUnderTest()
    outbox.open()
    outbox.add(letter("a"))
    await refuse(code)
    await clock.pass(10_000)
    assert.deepEqual(delivered(), ["a", "a"])
    assert.deepEqual(log, [])
  })
}

test("an answer that does not come is asked for again with the same id", async () => {
  const { outbox, clock, delivered, timeOut } = outboxUnderTest()
  outbox.open()
  outbox.add(letter("a"))
  await timeOut()
  await clock.pass(10_000)
  assert.deepEqual(delivered(), ["a", "a"])
})

test("an outbox that closes while it rests stays closed", async () => {
  const { outbox, clock, delivered, refuse } = outboxUnderTest()
  outbox.open()
  outbox.add(letter("a"))
  await refuse("overloaded")
  outbox.close()
  await clock.pass(10_000)
  assert.deepEqual(delivered(), ["a"])
})

test("a letter whose copy came from the server is not sent again", async () => {
  const { outbox, delivered, hangUp, log } = outboxUnderTest()
  outbox.open()
  outbox.add(letter("a"))
  outbox.settle("a")
  await hangUp()
  outbox.open()
  assert.deepEqual(delivered(), ["a"])
  assert.deepEqual(log, [])
})

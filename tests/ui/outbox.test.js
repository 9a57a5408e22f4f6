import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, FakeClock, FakeDatabase, settled } from "./support.js"
import { LETTERS_KEPT, Outbox } from "../../static/js/connection/outbox.js"
import { RequestError } from "../../static/js/connection/request_error.js"

const letter = (id) => ({ kind: "send", room: "lobby", id, body: id, author: ada })
const edit = (id, body, version) => ({ kind: "edit", room: "lobby", id, body, version, author: ada })
const removal = (id) => ({ kind: "delete", room: "lobby", id, author: ada })

/** An outbox whose deliveries the test answers one by one. */
function outboxUnderTest({ database = new FakeDatabase() } = {}) {
  const clock = new FakeClock()
  const deliveries = []
  const log = []
  const rests = []
  const outbox = new Outbox({
    clock,
    store: { change: (changes) => database.change("letters", changes) },
    deliver: (letter) => new Promise((resolve, reject) => deliveries.push({ ...letter, resolve, reject })),
    handlers: {
      sent: ({ id }, { seq, changed }) => log.push(`sent ${id} as ${changed ?? seq}`),
      failed: ({ id, failure }) => log.push(`failed ${id}: ${failure.code}`),
      dropped: ({ id }) => log.push(`dropped ${id}`),
      rests: ({ until, code }) => rests.push({ for: until - clock.now(), code }),
    },
  })
  const answer = async (act) => {
    await settled()
    act(deliveries.at(-1))
    await settled()
  }
  return {
    outbox, clock, log, rests, database,
    delivered: () => deliveries.map(({ kind, id, body }) => (kind === "send" ? id : `${kind} ${id} ${body ?? ""}`.trim())),
    last: () => deliveries.at(-1),
    kept: () => [...database.stores.letters.values()].map(({ id }) => id),
    acknowledge: (seq, changed) => answer(({ resolve }) => resolve({ seq, changed })),
    refuse: (code, retry_after_ms) => {
      const error = RequestError.refused({ code, message: code, retry_after_ms })
      return answer(({ reject }) => reject(error))
    },
    hangUp: () => answer(({ reject }) => reject(RequestError.disconnected())),
    timeOut: () => answer(({ reject }) => reject(RequestError.timedOut())),
  }
}

/** What another page finds of it. */
function reopened({ database }) {
  const next = outboxUnderTest({ database })
  next.outbox.restore([...database.stores.letters.values()].sort((one, other) => one.position - other.position))
  return next
}

test("a letter waits until the server listens", async () => {
  const { outbox, delivered } = outboxUnderTest()
  outbox.add(letter("a"))
  assert.deepEqual(delivered(), [])
  outbox.open(ada)
  await settled()
  assert.deepEqual(delivered(), ["a"])
})

test("letters leave one at a time, in the order of writing", async () => {
  const { outbox, delivered, acknowledge, log } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  outbox.add(letter("b"))
  assert.deepEqual(delivered(), ["a"])
  await acknowledge(1)
  assert.deepEqual(delivered(), ["a", "b"])
  await acknowledge(2)
  assert.deepEqual(log, ["sent a as 1", "sent b as 2"])
  assert.deepEqual(outbox.letters, [])
})

test("a letter cut off by a broken connection is sent again with its id, before the others", async () => {
  const { outbox, delivered, hangUp, acknowledge, log } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  outbox.add(letter("b"))
  await hangUp()
  assert.deepEqual(delivered(), ["a"])
  outbox.open(ada)
  await acknowledge(1)
  assert.deepEqual(delivered(), ["a", "a", "b"])
  assert.deepEqual(log, ["sent a as 1"])
})

test("a refused letter fails, and the next one goes", async () => {
  const { outbox, delivered, refuse, log } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  outbox.add(letter("b"))
  await refuse("body_too_long")
  assert.deepEqual(log, ["failed a: body_too_long"])
  assert.deepEqual(delivered(), ["a", "b"])
})

test("a failed letter can be tried again with its id", async () => {
  const { outbox, delivered, refuse, acknowledge, log } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  await refuse("internal")
  outbox.retry("a")
  await acknowledge(1)
  assert.deepEqual(delivered(), ["a", "a"])
  assert.deepEqual(log, ["failed a: internal", "sent a as 1"])
})

test("a discarded letter is not tried again", async () => {
  const { outbox, delivered, refuse } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  await refuse("internal")
  outbox.discard("a")
  outbox.retry("a")
  assert.deepEqual(delivered(), ["a"])
})

test("a letter that comes too fast waits as long as the server says, and the others behind it", async () => {
  const { outbox, clock, delivered, refuse, log, rests } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  await refuse("rate_limited", 700)
  assert.deepEqual(rests, [{ for: 700, code: "rate_limited" }])
  outbox.add(letter("b"))
  await clock.pass(699)
  assert.deepEqual(delivered(), ["a"])
  await clock.pass(1)
  assert.deepEqual(delivered(), ["a", "a"])
  assert.deepEqual(log, [])
})

for (const code of ["overloaded", "storage", "restart"]) {
  test(`a server in trouble (${code}) is asked again after a while`, async () => {
    const { outbox, clock, delivered, refuse, log } = outboxUnderTest()
    outbox.open(ada)
    outbox.add(letter("a"))
    await refuse(code)
    await clock.pass(10_000)
    assert.deepEqual(delivered(), ["a", "a"])
    assert.deepEqual(log, [])
  })
}

test("an answer that does not come is asked for again with the same id", async () => {
  const { outbox, clock, delivered, timeOut } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  await timeOut()
  await clock.pass(10_000)
  assert.deepEqual(delivered(), ["a", "a"])
})

test("an outbox that closes while it rests stays closed", async () => {
  const { outbox, clock, delivered, refuse } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  await refuse("overloaded")
  outbox.close()
  await clock.pass(10_000)
  assert.deepEqual(delivered(), ["a"])
})

test("a letter whose copy came from the server is not sent again", async () => {
  const { outbox, delivered, hangUp, log } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  outbox.settle({ id: "a", seq: 1 })
  await hangUp()
  outbox.open(ada)
  assert.deepEqual(delivered(), ["a"])
  assert.deepEqual(log, [])
})

test("letters survive the page and leave in the order of writing, refused ones too", async () => {
  const first = outboxUnderTest()
  first.outbox.open(ada)
  first.outbox.add(letter("refused"))
  await first.refuse("body_too_long")
  first.outbox.close()
  for (const id of ["a", "b", "c"]) first.outbox.add(letter(id))
  await settled()

  const { outbox, delivered, acknowledge, kept } = reopened(first)
  outbox.add(letter("d"))
  outbox.open(ada)
  for (const seq of [1, 2, 3, 4]) await acknowledge(seq)
  assert.deepEqual(delivered(), ["a", "b", "c", "d"])
  assert.deepEqual(kept(), ["refused"])
  outbox.retry("refused")
  assert.equal(delivered().at(-1), "refused")
  await acknowledge(5)
  assert.deepEqual(kept(), [])
})

test("letters adopted later wait behind those that are here", async () => {
  const left = outboxUnderTest()
  left.outbox.add(letter("theirs"))
  await settled()
  const { outbox, delivered, acknowledge } = outboxUnderTest({ database: left.database })
  outbox.open(ada)
  outbox.add(letter("mine"))
  outbox.restore(left.outbox.letters)
  await acknowledge(1)
  assert.deepEqual(delivered(), ["mine", "theirs"])
})

test("it says whether closing the page would lose something", async () => {
  const { outbox, database } = outboxUnderTest()
  outbox.add(letter("a"))
  assert.equal(outbox.isAtRisk, true)
  await settled()
  assert.equal(outbox.isAtRisk, false)
  database.isRefusing = true
  outbox.add(letter("b"))
  await settled()
  assert.equal(outbox.isAtRisk, true)
})

test("without a place to keep them letters are sent all the same", async () => {
  const { outbox, database, acknowledge, log } = outboxUnderTest()
  database.isRefusing = true
  outbox.open(ada)
  outbox.add(letter("a"))
  await acknowledge(1)
  assert.deepEqual(log, ["sent a as 1"])
  assert.equal(outbox.isAtRisk, false)
})

test("it is full at some point", () => {
  const { outbox } = outboxUnderTest()
  for (let number = 1; number < LETTERS_KEPT; number++) outbox.add(letter(`${number}`))
  assert.equal(outbox.isFull, false)
  outbox.add(letter("last"))
  assert.equal(outbox.isFull, true)
})

test("what somebody else wrote is not sent under one's own name unless one says so", async () => {
  const { outbox, log, delivered, last } = outboxUnderTest()
  outbox.add(letter("a"))
  outbox.open(bob)
  await settled()
  assert.deepEqual(delivered(), [])
  assert.deepEqual(log, ["failed a: other_author"])
  outbox.retry("a", { author: bob })
  assert.deepEqual(delivered(), ["a"])
  assert.deepEqual(last().author, bob)
})

test("neither is what somebody else wrote and a closed tab leaves behind later", async () => {
  const left = outboxUnderTest()
  left.outbox.add(letter("a"))
  const { outbox, log, delivered } = outboxUnderTest()
  outbox.open(bob)
  outbox.restore(left.outbox.letters)
  assert.deepEqual(delivered(), [])
  assert.deepEqual(log, ["failed a: other_author"])
})

test("edits and deletions leave in order with the messages", async () => {
  const { outbox, delivered, acknowledge } = outboxUnderTest()
  outbox.add(letter("a"))
  outbox.add(edit("old", "new", 3))
  outbox.add(removal("older"))
  outbox.open(ada)
  await acknowledge(7)
  await acknowledge(4, 8)
  await acknowledge(2, 9)
  assert.deepEqual(delivered(), ["a", "edit old new", "delete older"])
})

test("a second edit is made to the version that the first one has made", async () => {
  const { outbox, last, acknowledge } = outboxUnderTest()
  outbox.add(edit("a", "one", 3))
  outbox.add(edit("a", "two", 3))
  outbox.open(ada)
  await acknowledge(3, 9)
  assert.deepEqual([last().body, last().version], ["two", 9])
})

test("an edit of a message that was on its way is made to the version that was sent", async () => {
  const { outbox, last, acknowledge } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  outbox.add(edit("a", "one"))
  await acknowledge(9)
  assert.deepEqual([last().kind, last().version], ["edit", 9])
})

test("the last of several changes is the one to show, and none when all are done", async () => {
  const { outbox, acknowledge } = outboxUnderTest()
  outbox.add(edit("a", "one", 3))
  outbox.add(edit("a", "two", 3))
  assert.equal(outbox.changeOf("a").body, "two")
  outbox.open(ada)
  await acknowledge(3, 9)
  assert.equal(outbox.changeOf("a").state, "pending")
  await acknowledge(3, 10)
  assert.equal(outbox.changeOf("a"), undefined)
})

test("a refused edit says why, and a new one takes its place", async () => {
  const { outbox, refuse, kept } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(edit("a", "one", 3))
  await refuse("outdated")
  const { kind, body, state, code } = outbox.changeOf("a")
  assert.deepEqual({ kind, body, state, code }, { kind: "edit", body: "one", state: "failed", code: "outdated" })
  outbox.add(edit("a", "two", 5))
  await settled()
  assert.equal(outbox.changeOf("a").state, "pending")
  assert.deepEqual(kept(), ["a"])
})

test("a refused edit that another one follows is forgotten", async () => {
  const { outbox, refuse, delivered, log } = outboxUnderTest()
  outbox.add(edit("a", "one", 3))
  outbox.add(edit("a", "two", 3))
  outbox.open(ada)
  await refuse("body_too_long")
  assert.deepEqual(delivered(), ["edit a one", "edit a two"])
  assert.deepEqual(log, [])
})

test("a refused message takes over the text that it was to get, and goes if it was to be deleted", async () => {
  const { outbox, refuse, log, kept } = outboxUnderTest()
  outbox.open(ada)
  outbox.add(letter("a"))
  outbox.add(edit("a", "shorter"))
  await refuse("body_too_long")
  assert.deepEqual(outbox.letters.map(({ kind, body }) => [kind, body]), [["send", "shorter"]])
  outbox.add(letter("b"))
  outbox.add(removal("b"))
  await refuse("body_too_long")
  assert.deepEqual(log, ["failed a: body_too_long", "dropped b"])
  assert.deepEqual(kept(), ["a"])
})

test("what the server cannot know of yet is changed and taken back here", async () => {
  const { outbox, delivered, last, kept } = outboxUnderTest()
  for (const id of ["a", "b"]) outbox.add(letter(id))
  assert.equal(outbox.amend("a", "better"), true)
  assert.equal(outbox.withdraw("b"), true)
  outbox.open(ada)
  await settled()
  assert.deepEqual(delivered(), ["a"])
  assert.equal(last().body, "better")
  assert.deepEqual(kept(), ["a"])
})

test("what the server may know of is not, even on another page", async () => {
  const first = outboxUnderTest()
  first.outbox.add(letter("a"))
  first.outbox.open(ada)
  await first.hangUp()
  const { outbox } = reopened(first)
  assert.equal(outbox.amend("a", "better"), false)
  assert.equal(outbox.withdraw("a"), false)
})

/** A database that finishes each change when the test says so. */
class SlowDatabase extends FakeDatabase {
  /** @type {(() => Promise<void>)[]} */
  underWay = []
  #changeNow = this.change

  change = (store, changes) => new Promise((resolve, reject) => {
    this.underWay.push(async () => {
      await this.#changeNow(store, changes).then(resolve, reject)
      await settled()
    })
  })
}

test("the server hears of a letter only when it is on disk that it may have", async () => {
  const database = new SlowDatabase()
  const first = outboxUnderTest({ database })
  first.outbox.add(letter("a"))
  await database.underWay.shift()()
  first.outbox.open(ada)
  await settled()
  assert.deepEqual(first.delivered(), [])
  assert.equal(first.outbox.amend("a", "better"), false)

  await database.underWay.shift()()
  assert.deepEqual(first.delivered(), ["a"])
  assert.equal(reopened(first).outbox.amend("a", "better"), false)
})

test("a database that refuses to write, or does not answer, holds no letter up", async () => {
  const database = new SlowDatabase()
  const { outbox, clock, delivered, acknowledge } = outboxUnderTest({ database })
  for (const id of ["a", "b"]) outbox.add(letter(id))
  database.isRefusing = true
  outbox.open(ada)
  while (database.underWay.length) await database.underWay.shift()()
  assert.deepEqual(delivered(), ["a"])
  await acknowledge(1)
  assert.deepEqual(delivered(), ["a"])
  await clock.pass(3_000)
  assert.deepEqual(delivered(), ["a", "b"])
})

test("a letter that came to somebody else's turn while it was written down is not sent", async () => {
  const database = new SlowDatabase()
  const { outbox, delivered, log } = outboxUnderTest({ database })
  outbox.add(letter("a"))
  outbox.open(ada)
  outbox.close()
  outbox.open(bob)
  while (database.underWay.length) await database.underWay.shift()()
  assert.deepEqual(delivered(), [])
  assert.deepEqual(log, ["failed a: other_author"])
})

test("a letter that was changed while it was written down is at risk until the change is kept", async () => {
  const database = new SlowDatabase()
  const { outbox } = outboxUnderTest({ database })
  outbox.add(letter("a"))
  outbox.amend("a", "better")
  await database.underWay.shift()()
  assert.equal(outbox.isAtRisk, true)
  await database.underWay.shift()()
  assert.equal(outbox.isAtRisk, false)
})

import assert from "node:assert/strict"
import { test } from "node:test"
import { FakeClock, settled } from "./support.js"
import { Database } from "../../static/js/storage/database.js"

const PATIENCE_MS = 3_000

/** A browser's database that answers when the test says so: `opens` and `reads`. */
function databaseUnderTest() {
  const clock = new FakeClock()
  const request = { result: null }
  const transaction = { objectStore: () => ({ getAll: () => ({ result: [{ key: "one" }] }) }) }
  const factory = { open: () => request }
  const opening = Database.open(() => factory, clock)
  return {
    clock,
    opening,
    opens() {
      request.result = Object.assign(new EventTarget(), { transaction: () => transaction })
      request.onsuccess()
    },
    reads: () => transaction.oncomplete(),
  }
}

test("what is kept is read", async () => {
  const { opening, opens, reads } = databaseUnderTest()
  opens()
  const reading = (await opening).all("letters")
  reads()
  assert.deepEqual(await reading, [{ key: "one" }])
})

test("a database that does not open is as good as none", async () => {
  const { clock, opening } = databaseUnderTest()
  await clock.pass(PATIENCE_MS)
  const database = await opening
  assert.deepEqual(await database.all("letters"), [])
  await assert.rejects(database.change("letters", {}))
})

test("a database that opens and then does not answer keeps the page waiting no longer than one that does not open", async () => {
  const { clock, opening, opens } = databaseUnderTest()
  opens()
  const database = await opening
  let letters
  database.all("letters").then((read) => (letters = read))
  await clock.pass(PATIENCE_MS - 1)
  assert.equal(letters, undefined)
  await clock.pass(1)
  await settled()
  assert.deepEqual(letters, [])
})

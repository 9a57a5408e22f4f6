import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, cleo } from "./support.js"
import { Roster } from "../../static/js/models/roster.js"

const names = (roster) => roster.people.map(({ name }) => name)

test("people are listed by name", () => {
  const roster = new Roster()
  roster.replace([cleo, ada, { id: "user-bob", name: "Bob" }], 3)
  assert.deepEqual(names(roster), ["ada", "Bob", "cleo"])
})

test("who joins twice is here once", () => {
  const roster = new Roster()
  roster.replace([ada], 1)
  roster.join({ users: [ada, bob], others: 0, members: 2 })
  assert.deepEqual(names(roster), ["ada", "bob"])
})

test("who leaves is gone", () => {
  const roster = new Roster()
  roster.replace([ada, bob], 2)
  roster.leave({ users: [ada], others: 0, members: 1 })
  assert.deepEqual(names(roster), ["bob"])
  assert.equal(roster.isStale, false)
})

test("people who are not named are counted", () => {
  const roster = new Roster()
  roster.replace([ada], 1)
  roster.join({ users: [bob], others: 41, members: 43 })
  assert.equal(roster.total, 43)
  assert.equal(roster.isStale, true)
})

test("a departure without a name makes the roster stale until it is replaced", () => {
  const roster = new Roster()
  roster.replace([ada, bob, cleo], 3)
  roster.leave({ users: [bob], others: 1, members: 1 })
  assert.equal(roster.isStale, true)
  roster.replace([cleo], 1)
  assert.equal(roster.isStale, false)
})

test("a new name of somebody known is taken over, and a stranger's is not", () => {
  const roster = new Roster()
  roster.replace([ada], 1)
  roster.rename({ id: ada.id, name: "Ada L" })
  roster.rename(bob)
  assert.deepEqual(names(roster), ["Ada L"])
})

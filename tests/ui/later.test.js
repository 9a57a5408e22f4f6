import assert from "node:assert/strict"
import { test } from "node:test"
import { later, once } from "../../static/js/helpers/later.js"

/** A function that is loaded when the test says so, and remembers how it was called. */
function aLoading() {
  const calls = []
  const loadings = []
  const open = later(() => new Promise((resolve, reject) => {
    loadings.push({ ends: () => resolve((...given) => calls.push(given)), fails: () => reject(new Error("lost")) })
  }))
  return { open, calls, loadings }
}

test("what is asked for again while it loads is done once, as it was asked for last", async () => {
  const { open, calls, loadings } = aLoading()
  const answers = [open("ada"), open("bob")]
  loadings[0].ends()
  assert.deepEqual(await Promise.all(answers), [1, 1])
  assert.deepEqual(calls, [["bob"]])
})

test("what is loaded is done each time", async () => {
  const { open, calls, loadings } = aLoading()
  for (const name of ["ada", "ada"]) {
    const answer = open(name)
    loadings.at(-1).ends()
    await answer
  }
  assert.deepEqual(calls, [["ada"], ["ada"]])
})

test("what did not load is loaded when it is asked for again", async () => {
  const { open, calls, loadings } = aLoading()
  const lost = open("ada")
  loadings[0].fails()
  await assert.rejects(lost)
  const found = open("ada")
  loadings[1].ends()
  await found
  assert.deepEqual(calls, [["ada"]])
})

test("what is done does not hold up what is asked for next", async () => {
  const names = []
  const open = later(async () => (name) => {
    names.push(name)
    return new Promise(() => {})
  })
  open("ada")
  await new Promise(setImmediate)
  open("bob")
  await new Promise(setImmediate)
  assert.deepEqual(names, ["ada", "bob"])
})

test("what is done once is done again only if it failed", async () => {
  let tries = 0
  const open = once(async () => {
    tries += 1
    if (tries === 1) throw new Error("lost")
    return tries
  })
  await assert.rejects(Promise.all([open(), open()]), { message: "lost" })
  assert.deepEqual(await Promise.all([open(), open()]), [2, 2])
  assert.equal(await open(), 2)
})

import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob } from "./support.js"
import { Identity } from "../../static/js/connection/identity.js"

class FakeStorage {
  items = new Map()
  getItem = (key) => this.items.get(key) ?? null
  setItem = (key, value) => this.items.set(key, value)
  removeItem = (key) => this.items.delete(key)
}

/** Two windows of one browser. */
function windowsUnderTest() {
  const windows = [new EventTarget(), new EventTarget()]
  // Each is told only of what another one has changed.
  const change = (key) => windows[1].dispatchEvent(Object.assign(new Event("storage"), { key }))
  return { storage: new FakeStorage(), windows, change }
}

test("a guest comes back under their name, with the token that proves it", () => {
  const storage = new FakeStorage()
  new Identity(storage).accept({ user: ada, token: "g1.ada" })
  const again = new Identity(storage)
  assert.deepEqual(again.credentials, { name: "ada", token: "g1.ada", recovery: false })
  assert.equal(again.hasAccount, false)
})

test("an account says nothing: its cookie does", () => {
  const storage = new FakeStorage()
  const identity = new Identity(storage)
  identity.accept({ user: ada, token: "g1.ada" })
  identity.becomeAccount()
  identity.accept({ user: ada })
  assert.deepEqual(identity.credentials, { recovery: false })
  const again = new Identity(storage)
  assert.deepEqual([again.hasAccount, again.hasToken, again.isKnown], [true, false, true])
})

test("a guest's other window is the account that one has signed in as, and undoes nothing of that", () => {
  const { storage, windows, change } = windowsUnderTest()
  const [window, other] = windows.map((target) => new Identity(storage, target))
  const followed = []
  other.watch(() => followed.push(other.hasAccount))
  for (const identity of [window, other]) identity.accept({ user: ada, token: "g1.ada" })
  window.becomeAccount()
  other.accept({ user: ada, token: "g1.ada" })
  change("stonechat.account")
  window.accept({ user: bob })
  assert.deepEqual(followed, [true])
  assert.deepEqual(other.credentials, { recovery: false })
  const again = new Identity(storage)
  assert.deepEqual([again.hasAccount, again.hasToken, again.name], [true, false, "bob"])
})

test("who signs out in one window is signed out in the others, unless somebody has come in meanwhile", () => {
  const { storage, windows, change } = windowsUnderTest()
  const [window, other] = windows.map((target) => new Identity(storage, target))
  const followed = []
  other.watch(() => followed.push(other.isKnown))
  window.becomeAccount()
  change("stonechat.account")
  window.forget()
  change("stonechat.account")
  assert.deepEqual(followed, [true, false])

  window.becomeAccount()
  change("stonechat.account")
  window.forget()
  window.becomeAccount()
  change("stonechat.account")
  assert.deepEqual(followed, [true, false, true])
})

test("who leaves leaves nothing", () => {
  const storage = new FakeStorage()
  const identity = new Identity(storage)
  identity.accept({ user: ada })
  identity.forget()
  assert.equal(storage.items.size, 0)
  assert.deepEqual([identity.isKnown, identity.name], [false, null])
})

test("a browser that stores nothing has somebody for as long as the page is open", () => {
  const refuse = () => {
    throw new Error("refused")
  }
  const identity = new Identity({ getItem: refuse, setItem: refuse, removeItem: refuse })
  identity.accept({ user: ada, token: "g1.ada" })
  assert.equal(identity.credentials.token, "g1.ada")
})

import assert from "node:assert/strict"
import { test } from "node:test"
import { Places } from "../../static/js/storage/places.js"

class FakeStorage {
  items = new Map()
  getItem = (key) => this.items.get(key) ?? null
  setItem = (key, value) => this.items.set(key, value)
}

test("a place is found again after a reload, and none at the end", () => {
  const storage = new FakeStorage()
  const places = new Places(storage)
  places.keep("lobby", { seq: 7, offset: -3 })
  places.keep("garden", { seq: 9, offset: 0 })
  places.keep("garden", null)
  const again = new Places(storage)
  assert.deepEqual(again.of("lobby"), { seq: 7, offset: -3 })
  assert.equal(again.of("garden"), undefined)
  again.clear()
  assert.equal(new Places(storage).of("lobby"), undefined)
})

test("only the places kept last are kept", () => {
  const places = new Places(new FakeStorage())
  for (let room = 1; room <= 60; room += 1) places.keep(`room-${room}`, { seq: room, offset: 0 })
  assert.equal(places.of("room-10"), undefined)
  assert.deepEqual(places.of("room-11"), { seq: 11, offset: 0 })
})

test("a browser that keeps nothing keeps places as long as the page is open", () => {
  const refuse = () => {
    throw new Error("refused")
  }
  const places = new Places({ getItem: refuse, setItem: refuse })
  places.keep("lobby", { seq: 7, offset: 0 })
  assert.deepEqual(places.of("lobby"), { seq: 7, offset: 0 })
})

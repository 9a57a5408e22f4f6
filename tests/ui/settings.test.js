import assert from "node:assert/strict"
import { test } from "node:test"
import { DEFAULTS, Settings } from "../../static/js/storage/settings.js"

class Shelf {
  #items = new Map()

  getItem(key) {
    return this.#items.get(key) ?? null
  }

  setItem(key, value) {
    this.#items.set(key, value)
  }
}

test("what somebody wishes is there the next time", () => {
  const shelf = new Shelf()
  new Settings(shelf).change({ theme: "dark" })
  assert.deepEqual(new Settings(shelf).wishes, { ...DEFAULTS, theme: "dark" })
})

test("a change is told at once, also to other windows", () => {
  const shelf = new Shelf()
  const windows = new EventTarget()
  const here = new Settings(shelf)
  const there = new Settings(shelf, windows)
  const seen = []
  there.watch(({ theme }) => seen.push(theme))
  here.change({ theme: "light" })
  windows.dispatchEvent(Object.assign(new Event("storage"), { key: "stonechat.settings" }))
  assert.deepEqual(seen, ["system", "light"])
})

test("what is kept and makes no sense is as if it were not there", () => {
  const shelf = new Shelf()
  shelf.setItem("stonechat.settings", '{"theme": 7, "sound": "knock", "other": true}')
  assert.deepEqual(new Settings(shelf).wishes, { ...DEFAULTS, sound: "knock" })
  shelf.setItem("stonechat.settings", "{")
  assert.deepEqual(new Settings(shelf).wishes, DEFAULTS)
})

test("a browser that keeps nothing has the wishes for as long as the window is open", () => {
  const settings = new Settings({
    getItem: () => null,
    setItem: () => {
      throw new Error("full")
    },
  })
  settings.change({ theme: "dark" })
  assert.equal(settings.wishes.theme, "dark")
})

test("who watches no longer is told nothing", () => {
  const settings = new Settings(new Shelf())
  const seen = []
  const unwatch = settings.watch(({ theme }) => seen.push(theme))
  unwatch()
  settings.change({ theme: "dark" })
  assert.deepEqual(seen, ["system"])
})

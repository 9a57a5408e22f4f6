import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, bob, FakeClock } from "./support.js"
import { CHARACTERS_KEPT, Drafts, DRAFTS_KEPT, KEPT_MS } from "../../static/js/storage/drafts.js"

/** What a browser keeps, and its windows, each of which is told what the others change. */
class FakeBrowser {
  clock = new FakeClock()
  isRefusing = false
  #kept = new Map()
  #windows = []

  get texts() {
    return Array.from(this.#kept.values(), (kept) => JSON.parse(kept).text)
  }

  /** @param {Map<string, string>} [session] of a window that was reloaded */
  window({ author = ada, session = new Map() } = {}) {
    const events = new EventTarget()
    this.#windows.push(events)
    const drafts = new Drafts({ storage: this.#storageOf(events), session: storage(session), windows: events, clock: this.clock })
    drafts.begin(author.id)
    const close = () => {
      events.dispatchEvent(new Event("pagehide"))
      this.#windows = this.#windows.filter((other) => other !== events)
    }
    return { drafts, session, close }
  }

  #storageOf(own) {
    const told = (key, newValue) => {
      if (this.isRefusing) throw new Error("refused")
      if (newValue === null) this.#kept.delete(key)
      else this.#kept.set(key, newValue)
      for (const other of this.#windows.filter((window) => window !== own)) {
        other.dispatchEvent(Object.assign(new Event("storage"), { key, newValue }))
      }
    }
    return {
      ...storage(this.#kept),
      get length() {
        return this.kept.size
      },
      kept: this.#kept,
      setItem: told,
      removeItem: (key) => told(key, null),
    }
  }
}

function storage(map) {
  return {
    key: (index) => [...map.keys()][index],
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => map.set(key, value),
    removeItem: (key) => map.delete(key),
  }
}

test("a draft is there again after a reload, and after the window was closed", () => {
  const browser = new FakeBrowser()
  const first = browser.window()
  first.drafts.open("lobby")
  first.drafts.keep("lobby", "half a sen")
  first.close()
  const reloaded = browser.window({ session: first.session })
  assert.equal(reloaded.drafts.open("lobby"), "half a sen")
  reloaded.close()
  assert.equal(browser.window().drafts.open("lobby"), "half a sen")
})

test("a draft is gone once it was sent, wherever it began", () => {
  const browser = new FakeBrowser()
  const first = browser.window()
  first.drafts.open("lobby")
  first.drafts.keep("lobby", "begun here")
  const second = browser.window()
  assert.equal(second.drafts.open("lobby"), "begun here")
  second.drafts.keep("lobby", "")
  assert.deepEqual(browser.texts, [])
  assert.equal(first.drafts.textOf("lobby"), "")
})

test("two windows that write in one room keep a text each", () => {
  const browser = new FakeBrowser()
  const [first, second] = [browser.window(), browser.window()]
  for (const { drafts } of [first, second]) drafts.open("lobby")
  first.drafts.keep("lobby", "one")
  second.drafts.keep("lobby", "two")
  assert.equal(first.drafts.textOf("lobby"), "one")
  second.drafts.keep("lobby", "")
  assert.equal(second.drafts.textOf("lobby"), "")
  first.close()
  assert.equal(browser.window({ session: first.session }).drafts.open("lobby"), "one")
})

test("a draft that is gone on with in another window moves there, and the first one follows", () => {
  const browser = new FakeBrowser()
  const first = browser.window()
  first.drafts.open("lobby")
  first.drafts.keep("lobby", "half")
  const second = browser.window()
  second.drafts.open("lobby")
  const told = []
  first.drafts.watch((room) => told.push(first.drafts.textOf(room)))
  second.drafts.keep("lobby", "half a sentence")
  assert.equal(told.at(-1), "half a sentence")
  assert.deepEqual(browser.texts, ["half a sentence"])
  first.drafts.keep("lobby", "half a sentence.")
  assert.equal(second.drafts.textOf("lobby"), "half a sentence.")
})

test("only some drafts are kept, and none of them for ever", async () => {
  const browser = new FakeBrowser()
  const first = browser.window()
  for (let room = 0; room < DRAFTS_KEPT + 5; room += 1) first.drafts.keep(`room-${room}`, "x".repeat(CHARACTERS_KEPT + 1))
  assert.equal(browser.texts.length, DRAFTS_KEPT)
  assert.equal(browser.texts[0].length, CHARACTERS_KEPT)
  assert.equal(first.drafts.textOf("room-0").length, CHARACTERS_KEPT + 1)
  await browser.clock.pass(KEPT_MS)
  browser.window()
  assert.deepEqual(browser.texts, [])
})

test("somebody else at the same browser sees nothing of it, and sign-out takes it away", () => {
  const browser = new FakeBrowser()
  const first = browser.window()
  first.drafts.keep("lobby", "ada's")
  first.close()
  assert.equal(browser.window({ author: bob }).drafts.open("lobby"), "")
  assert.deepEqual(browser.texts, [])

  const second = browser.window()
  second.drafts.keep("lobby", "ada's")
  second.drafts.clear()
  assert.deepEqual(browser.texts, [])
})

test("a browser that keeps nothing keeps a draft for as long as the window", () => {
  const browser = new FakeBrowser()
  browser.isRefusing = true
  const { drafts } = browser.window()
  drafts.keep("lobby", "half")
  assert.equal(drafts.textOf("lobby"), "half")
})

import assert from "node:assert/strict"
import { test } from "node:test"
import { ada, FakeClock, FakeDatabase, settled } from "./support.js"
import { Letters } from "../../static/js/storage/letters.js"
import { Tabs } from "../../static/js/storage/tabs.js"

/** Locks by name, each with the requests for it: the first one has it. */
class FakeLocks {
  #requests = new Map()

  /** The locks as a tab sees them. */
  of(tab) {
    return {
      request: (name, work) => new Promise((resolve) => {
        const queue = this.#requests.get(name) ?? []
        this.#requests.set(name, queue)
        queue.push({ tab, work, resolve })
        if (queue.length === 1) this.#grant(name)
      }),
      query: async () => ({ held: Array.from(this.#requests.keys(), (name) => ({ name })) }),
    }
  }

  /** The tab has ended, and with it what it held and what it waited for. */
  release(tab) {
    for (const [name, queue] of [...this.#requests]) {
      const hadIt = queue[0].tab === tab
      this.#requests.set(name, queue.filter((request) => request.tab !== tab))
      if (hadIt) this.#grant(name)
    }
  }

  async #grant(name) {
    const queue = this.#requests.get(name)
    if (!queue.length) this.#requests.delete(name)
    const [request] = queue
    await request?.work()
    request?.resolve()
    if (!request || this.#requests.get(name)?.[0] !== request) return
    queue.shift()
    this.#grant(name)
  }
}

/** A browser in which tabs open and close. */
class FakeBrowser {
  database = new FakeDatabase()
  #locks = new FakeLocks()
  #hasLocks
  #hasChannels
  #channels = new Set()

  constructor({ hasLocks = true, hasChannels = true } = {}) {
    this.#hasLocks = hasLocks
    this.#hasChannels = hasChannels
  }

  /** Opens a tab; answers with what it adopts, at once and later. */
  async open() {
    const tab = Symbol("tab")
    const clock = new FakeClock()
    const tabs = new Tabs({
      clock,
      locks: this.#hasLocks ? this.#locks.of(tab) : undefined,
      channelNamed: () => this.#channelOf(tab),
    })
    const letters = new Letters(this.database, tabs)
    const later = []
    const opening = letters.open((more) => later.push(...more))
    await settled()
    await clock.pass(300)
    const adopted = await opening
    return {
      letters,
      adopted: () => [...adopted, ...later].map(({ id }) => id),
      close: async () => {
        this.#locks.release(tab)
        for (const channel of this.#channels) if (channel.tab === tab) this.#channels.delete(channel)
        await settled()
      },
    }
  }

  #channelOf(tab) {
    if (!this.#hasChannels) throw new ReferenceError("BroadcastChannel is not defined")
    const channel = {
      tab,
      postMessage: async (data) => {
        for (const other of this.#channels) if (other !== channel) other.onmessage?.({ data })
      },
    }
    this.#channels.add(channel)
    return channel
  }
}

const letter = (id, position) => ({ key: `key-${id}`, id, position, kind: "send", room: "lobby", body: id, author: ada })

async function write({ letters }, ...ids) {
  for (const [index, id] of ids.entries()) await letters.change({ put: [letter(id, index)] })
}

test("the next tab adopts what the last one left behind, in the order of writing", async () => {
  const browser = new FakeBrowser()
  const first = await browser.open()
  await write(first, "a", "b")
  await first.letters.change({ put: [letter("c", 2)], remove: ["key-b"] })
  await first.close()
  assert.deepEqual((await browser.open()).adopted(), ["a", "c"])
})

test("letters of a tab that is open stay its own", async () => {
  const browser = new FakeBrowser()
  const first = await browser.open()
  await write(first, "a")
  const second = await browser.open()
  await settled()
  assert.deepEqual(second.adopted(), [])
})

for (const [which, close, left] of [["older", 0, 1], ["newer", 1, 0]]) {
  test(`an open tab adopts what the ${which} one leaves behind`, async () => {
    const browser = new FakeBrowser()
    const tabs = [await browser.open(), await browser.open()]
    await write(tabs[close], "a", "b")
    await tabs[close].close()
    assert.deepEqual(tabs[left].adopted(), ["a", "b"])
  })
}

test("of many open tabs exactly one adopts", async () => {
  const browser = new FakeBrowser()
  const [first, ...others] = [await browser.open(), await browser.open(), await browser.open()]
  await write(first, "a")
  await first.close()
  assert.deepEqual(others.flatMap((tab) => tab.adopted()), ["a"])
})

test("what was adopted is left to the next one again", async () => {
  const browser = new FakeBrowser()
  for (let tab = await browser.open(), turn = 0; turn < 3; turn++) {
    if (turn === 0) await write(tab, "a")
    await tab.close()
    tab = await browser.open()
    assert.deepEqual(tab.adopted(), ["a"])
  }
})

test("without locks letters of tabs that say that they are there stay their own", async () => {
  const browser = new FakeBrowser({ hasLocks: false })
  const [first, second] = [await browser.open(), await browser.open()]
  await write(first, "a")
  await second.letters.change({ put: [letter("b", 1)] })
  assert.deepEqual((await browser.open()).adopted(), [])
  await first.close()
  assert.deepEqual((await browser.open()).adopted(), ["a"])
})

test("without locks and channels whoever comes takes all there is: its id makes sending it twice safe", async () => {
  const browser = new FakeBrowser({ hasLocks: false, hasChannels: false })
  const first = await browser.open()
  await write(first, "a")
  assert.deepEqual((await browser.open()).adopted(), ["a"])
})

import assert from "node:assert/strict"
import { NO_RATES, clientTest } from "./support/client_test.js"
import { Chance } from "./support/chance.js"
import { Listener } from "./support/listener.js"
import { PlainClient, historyOf } from "./support/plain_client.js"
import { eventually } from "./support/waiting.js"
import { NEWEST } from "./support/ways.js"

const SEED = 20_260_101
const WRITERS = 3
// The official client polls no more after an upgrade that breaks off at its last step, and finds out
// only because nobody pings it.
const SHORT_HEARTBEAT = { "engine.ping_interval": 1_000, "engine.ping_timeout": 1_000 }
// A fast machine stores more in the time of a heartbeat than is made up for usually.
const MUCH_IS_RECOVERED = { "limits.recovered_messages": 100_000, "limits.outbox_events": 400_000, "limits.outbox_bytes": 2 ** 28 }
const CUTS = 20
// In messages stored since the cut before: from the middle of coming back to well after it.
const LONGEST_PAUSE = 60

clientTest("cut off 20 times while others keep writing, one gets each message once and in order", async (chat) => {
  const ada = await Listener.join(chat, "ada")
  const disconnects = countOf(ada.socket, "disconnect")
  const chance = new Chance(SEED)
  const writers = new Writers()
  await writers.start(chat.server.url)

  for (let cut = 0; cut < CUTS; cut++) {
    await writers.write(1 + chance.below(LONGEST_PAUSE))
    const before = disconnects()
    // Whatever it is doing just now, be it coming back.
    ada.line.cut()
    await eventually(() => {
      if (ada.socket.connected) ada.line.cut()
      assert.ok(disconnects() > before, `cut ${cut} met no connection; seed ${SEED}`)
    })
  }
  await writers.write(LONGEST_PAUSE)
  await writers.stop()

  const stored = (await historyOf(chat.server.url)).map(({ seq }) => seq)
  assert.ok(stored.length >= writers.written)
  await eventually(() => assert.equal(ada.seqs().at(-1), stored.at(-1)))
  assert.deepEqual(ada.seqs(), stored, `seed ${SEED}`)
  assert.ok(ada.recoveries.length > 0)
  assert.ok(ada.recoveries.every(Boolean), `not always recovered: ${ada.recoveries}; seed ${SEED}`)
}, { settings: { ...NO_RATES, ...SHORT_HEARTBEAT, ...MUCH_IS_RECOVERED }, clients: [NEWEST] })

/** People who write all the time. */
class Writers {
  written = 0
  #isStopped = false
  #atWork = []

  async start(url) {
    for (let writer = 1; writer <= WRITERS; writer++) {
      const client = await PlainClient.connect(url, `writer ${writer}`)
      this.#atWork.push(this.#keepWriting(client))
    }
  }

  /** Waits until they have written this many messages more. */
  async write(count) {
    const target = this.written + count
    await eventually(() => assert.ok(this.written >= target))
  }

  async stop() {
    this.#isStopped = true
    await Promise.all(this.#atWork)
  }

  async #keepWriting(client) {
    while (!this.#isStopped) {
      await client.say(`message ${this.written}`)
      this.written += 1
    }
    client.close()
  }
}

function countOf(socket, event) {
  let count = 0
  socket.on(event, () => (count += 1))
  return () => count
}

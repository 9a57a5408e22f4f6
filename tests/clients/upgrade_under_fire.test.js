import assert from "node:assert/strict"
import { NO_RATES, ask, clientTest, next } from "./support/client_test.js"
import { PlainClient, historyOf } from "./support/plain_client.js"
import { eventually } from "./support/waiting.js"

const CLIENTS = 50
const SENT_BY_EACH = 10
// So that an upgrade lasts for many messages.
const LATENESS_MS = 150

clientTest("50 clients upgrade in a stream of messages: none is lost, doubled or out of order", async (chat) => {
  const writer = await PlainClient.connect(chat.server.url, "writer")
  let isOver = false
  const writing = (async () => {
    while (!isOver) await writer.say("from the writer")
  })()

  const line = await chat.line(LATENESS_MS)
  const numbers = Array.from({ length: CLIENTS }, (_, index) => index + 1)
  const listeners = await Promise.all(numbers.map((number) => Upgrader.join(chat, line, number)))
  await Promise.all(listeners.map((listener) => listener.isDone()))
  isOver = true
  await writing

  const stored = await historyOf(chat.server.url)
  const seqs = stored.map(({ seq }) => seq)
  for (const listener of listeners) {
    await eventually(() => assert.equal(listener.seqs.at(-1), seqs.at(-1)))
    assert.deepEqual(listener.seqs, seqs.slice(listener.welcome.rooms[0].seq), listener.name)
    const own = stored.filter(({ user }) => user.id === listener.welcome.user.id).map(({ body }) => body)
    assert.deepEqual(own, listener.bodies)
  }
  const inTheMiddle = listeners.filter(({ upgradedAfter }) => upgradedAfter > 0)
  assert.ok(inTheMiddle.length > CLIENTS / 2, `only ${inTheMiddle.length} had a message before they had upgraded`)
  writer.close()
}, { settings: NO_RATES, transports: [["polling", "websocket"]] })

/** Somebody who listens and sends while their connection changes from long-polling to a WebSocket. */
class Upgrader {
  name
  socket
  welcome
  seqs = []
  bodies = []
  /** How many messages had come before. */
  upgradedAfter
  #answers = []

  static async join(chat, line, number) {
    const upgrader = new Upgrader()
    upgrader.name = `upgrader ${number}`
    upgrader.socket = chat.socket({ name: upgrader.name }, { url: line.url, reconnection: false })
    upgrader.socket.io.on("open", () => upgrader.#noteUpgrade())
    upgrader.socket.on("message", ({ seq }) => upgrader.#hear(seq))
    upgrader.welcome = await next(upgrader.socket, "welcome")
    return upgrader
  }

  async isDone() {
    await eventually(() => {
      assert.notEqual(this.upgradedAfter, undefined)
      assert.equal(this.bodies.length, SENT_BY_EACH)
    })
    for (const { ok, error } of await Promise.all(this.#answers)) assert.ok(ok, error?.message)
    assert.equal(this.socket.io.engine.transport.name, "websocket")
  }

  // Internal

  #noteUpgrade() {
    this.socket.io.engine.once("upgrade", () => (this.upgradedAfter = this.seqs.length))
  }

  #hear(seq) {
    this.seqs.push(seq)
    if (this.bodies.length < SENT_BY_EACH) this.#say(`${this.name} says ${this.bodies.length}`)
  }

  #say(body) {
    this.bodies.push(body)
    this.#answers.push(ask(this.socket, "send", { room: "lobby", body }))
  }
}

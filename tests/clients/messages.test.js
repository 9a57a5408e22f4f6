import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { NO_RATES, ask, clientTest, next } from "./support/client_test.js"

clientTest("a message is acknowledged and reaches everybody, its author too", async (chat) => {
  const { socket: ada, welcome } = await chat.join("ada")
  const { socket: bob } = await chat.join("bob")
  const received = Promise.all([ada, bob].map((socket) => next(socket, "message")))

  const id = randomUUID()
  const answer = await ask(ada, "send", { room: "lobby", body: "Grüße 🐦", id })

  assert.deepEqual(answer, { ok: true, id, seq: 1, sent_at: answer.sent_at })
  assert.ok(Math.abs(Date.now() - answer.sent_at) < 60_000)
  const message = { room: "lobby", seq: 1, id, user: author(welcome), body: "Grüße 🐦", sent_at: answer.sent_at }
  assert.deepEqual(await received, [message, message])
})

clientTest("a string is a message to the lobby", async (chat) => {
  const { socket } = await chat.join("ada")
  const received = next(socket, "message")
  socket.emit("send", "hello")
  const { room, body } = await received
  assert.deepEqual({ room, body }, { room: "lobby", body: "hello" })
})

clientTest("somebody new reads what was said before", async (chat) => {
  const { socket: ada } = await chat.join("ada")
  for (const body of ["one", "two", "three"]) await ask(ada, "send", { room: "lobby", body })

  const { socket: bob, welcome } = await chat.join("bob")
  assert.equal(welcome.rooms[0].seq, 3)
  const joined = await ask(bob, "join", { room: "lobby" })
  assert.deepEqual(bodies(joined), ["one", "two", "three"])
  assert.deepEqual(joined.members.map(({ name }) => name), ["ada", "bob"])

  const newest = await ask(bob, "history", { room: "lobby", limit: 2 })
  assert.deepEqual([bodies(newest), newest.more], [["two", "three"], true])
  const oldest = await ask(bob, "history", { room: "lobby", before: 2 })
  assert.deepEqual([bodies(oldest), oldest.more], [["one"], false])
})

clientTest("a refusal goes to the acknowledgement, or without one to the event error", async (chat) => {
  const { socket } = await chat.join("ada")
  const answer = await ask(socket, "send", { room: "lobby", body: " " })
  assert.deepEqual([answer.ok, answer.error.code], [false, "body_empty"])

  const refused = next(socket, "error")
  socket.emit("dance", {})
  assert.equal((await refused).error.code, "unknown_event")
})

clientTest("typing is told to the others", async (chat) => {
  const { socket: ada, welcome } = await chat.join("ada")
  const { socket: bob } = await chat.join("bob")
  for (const typing of [true, false]) {
    const told = next(bob, "typing")
    ada.emit("typing", { room: "lobby", typing })
    assert.deepEqual(await told, { room: "lobby", user: author(welcome), typing })
  }
})

clientTest("everybody gets a stream of messages once and in order", async (chat) => {
  const { socket: ada } = await chat.join("ada")
  const { socket: bob } = await chat.join("bob")
  const received = []
  bob.on("message", ({ seq, body }) => received.push([seq, body]))
  const last = next(bob, "message", ({ seq }) => seq === 200)

  const sent = Array.from({ length: 200 }, (_, index) => `message ${index + 1}`)
  await Promise.all(sent.map((body) => ask(ada, "send", { room: "lobby", body })))

  await last
  assert.deepEqual(received, sent.map((body, index) => [index + 1, body]))
}, { settings: NO_RATES })

function bodies({ messages }) {
  return messages.map(({ body }) => body)
}

/** As others see somebody in what they do. */
function author({ user: { id, name } }) {
  return { id, name }
}

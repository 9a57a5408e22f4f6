import assert from "node:assert/strict"
import { NO_RATES, ask, clientTest, next } from "./support/client_test.js"
import { Listener } from "./support/listener.js"
import { PlainClient } from "./support/plain_client.js"
import { eventually } from "./support/waiting.js"
import { NEWEST } from "./support/ways.js"

const FAR_BACK = 2_000
const UNDERWAY_AT_ONCE = 50
const FEW = 5
const ROUNDS = 10
const SHORT_HEARTBEAT = { "engine.ping_interval": 400, "engine.ping_timeout": 400 }

recoveryTest("a connection is recovered after a restart of the server", async (chat) => {
  const { ada, bob } = await twoPeople(chat)
  await bob.say("before")
  await ada.hasSeqs([1])

  await chat.server.kill()
  await ada.goesAway()
  await chat.server.startAgain(NO_RATES)
  await ada.comesBack()

  assert.equal(ada.socket.recovered, true)
  const again = await PlainClient.connect(chat.server.url, "bob")
  await again.say("after")
  await ada.hasSeqs([1, 2])
})

// socketio/socket.io#5538: without an event there is no offset, and the connection is a new one.
recoveryTest("a connection is recovered that had got nothing but its welcome", async (chat) => {
  const { ada, bob } = await twoPeople(chat)
  await ada.goesAway()
  await bob.say("while ada was away")
  await ada.comesBack()
  assert.equal(ada.socket.recovered, true)
  await ada.hasSeqs([1])
})

// socketio/socket.io#4880: the first connection, dead but not yet noticed, takes the session with it
// when its heartbeat times out, and the next recovery fails.
recoveryTest("a connection is recovered again after its first one has timed out", async (chat) => {
  const { ada, bob } = await twoPeople(chat)
  // So that an upgrade is over for the server as well.
  await ask(ada.socket, "history", { room: "lobby" })
  const { givenUp } = await ada.goesAwayUnnoticed()
  await bob.say("one")
  await ada.comesBack()
  assert.equal(ada.socket.recovered, true)
  await ada.hasSeqs([1])
  await givenUp

  for (const seqs of [[1, 2], [1, 2, 3]]) {
    await ada.goesAway()
    await bob.say("more")
    await ada.comesBack()
    assert.equal(ada.socket.recovered, true)
    await ada.hasSeqs(seqs)
  }
}, { settings: SHORT_HEARTBEAT })

// socketio/socket.io#5282: the offset of a quiet connection falls out of the server's short memory.
recoveryTest("a connection is recovered whose last event is long past", async (chat) => {
  await chat.server.makeRoom("market")
  const { ada, bob } = await twoPeople(chat)
  await bob.say("one")
  await ada.hasSeqs([1])
  await bob.ask("join", { room: "market" })
  for (let sent = 0; sent < FAR_BACK; sent += UNDERWAY_AT_ONCE) {
    await Promise.all(Array.from({ length: UNDERWAY_AT_ONCE }, () => bob.ask("send", { room: "market", body: "noise" })))
  }

  await ada.goesAway()
  await bob.say("two")
  await ada.comesBack()
  assert.equal(ada.socket.recovered, true)
  await ada.hasSeqs([1, 2])
})

recoveryTest("what was missed comes in its order before what is new", async (chat) => {
  const { ada, bob } = await twoPeople(chat)
  await ada.goesAway()
  for (const body of ["one", "two", "three"]) await bob.say(body)
  await ada.comesBack()
  await bob.say("four")
  await ada.hasSeqs([1, 2, 3, 4])
})

recoveryTest("rooms that were joined are recovered, and those that were left are not", async (chat) => {
  for (const room of ["garden", "market", "cellar"]) await chat.server.makeRoom(room)
  const { ada, bob } = await twoPeople(chat)
  for (const room of ["garden", "market", "cellar"]) {
    await ask(ada.socket, "join", { room })
    await bob.ask("join", { room })
  }
  await ask(ada.socket, "leave", { room: "market" })
  await ask(ada.socket, "leave", { room: "cellar" })
  await ask(ada.socket, "join", { room: "cellar" })

  await ada.goesAway()
  for (const room of ["garden", "market", "cellar"]) await bob.ask("send", { room, body: `to the ${room}` })
  const welcome = await ada.comesBack()

  assert.equal(ada.socket.recovered, true)
  assert.deepEqual(welcome.rooms.map(({ name }) => name).sort(), ["cellar", "garden", "lobby"])
  await ada.hasSeqs([1], "garden")
  await ada.hasSeqs([1], "cellar")
  for (const room of ["garden", "market", "cellar"]) await bob.ask("send", { room, body: "again" })
  await ada.hasSeqs([1, 2], "garden")
  await ada.hasSeqs([1, 2], "cellar")
  assert.deepEqual(ada.seqs("market"), [])
})

recoveryTest("a room is recovered that was left and joined again at once", async (chat) => {
  await chat.server.makeRoom("garden")
  const { ada } = await twoPeople(chat)
  await ask(ada.socket, "join", { room: "garden" })
  for (let round = 0; round < ROUNDS; round++) {
    const answers = [ask(ada.socket, "leave", { room: "garden" }), ask(ada.socket, "join", { room: "garden" })]
    for (const { ok, error } of await Promise.all(answers)) assert.ok(ok, error?.message)
    await ada.goesAway()
    const { rooms } = await ada.comesBack()
    assert.deepEqual(rooms.map(({ name }) => name).sort(), ["garden", "lobby"], `in round ${round}`)
  }
})

recoveryTest("who missed more than is made up for gets a reset, and is recovered the next time", async (chat) => {
  const { ada, bob } = await twoPeople(chat)
  await ada.goesAway()
  for (let sent = 0; sent <= FEW; sent++) await bob.say("much")
  const reset = next(ada.socket, "reset")
  await ada.comesBack()
  assert.equal(ada.socket.recovered, false)
  assert.deepEqual((await reset).rooms.map(({ name, seq }) => [name, seq]), [["lobby", FEW + 1]])

  await ada.goesAway()
  for (let sent = 0; sent < FEW; sent++) await bob.say("little")
  await ada.comesBack()
  assert.equal(ada.socket.recovered, true)
  await ada.hasSeqs([7, 8, 9, 10, 11])
}, { settings: { "limits.recovered_messages": FEW } })

recoveryTest("rooms are recovered after a reset too", async (chat) => {
  await chat.server.makeRoom("garden")
  const { ada, bob } = await twoPeople(chat)
  await ask(ada.socket, "join", { room: "garden" })
  await ada.goesAway()
  for (let sent = 0; sent <= FEW; sent++) await bob.say("much")
  const reset = next(ada.socket, "reset")
  await ada.comesBack()
  assert.deepEqual((await reset).rooms.map(({ name }) => name).sort(), ["garden", "lobby"])

  await ada.goesAway()
  const welcome = await ada.comesBack()
  assert.equal(ada.socket.recovered, true)
  assert.deepEqual(welcome.rooms.map(({ name }) => name).sort(), ["garden", "lobby"])
}, { settings: { "limits.recovered_messages": FEW } })

recoveryTest("who was called ada 2 is recovered under that name, though ada has left", async (chat) => {
  const first = await chat.join("ada")
  const ada = await Listener.join(chat, "ada")
  assert.equal(ada.welcome.user.name, "ada 2")
  first.socket.disconnect()
  const bob = await PlainClient.connect(chat.server.url, "bob")
  await eventually(async () => {
    const { members } = await bob.ask("join", { room: "lobby" })
    assert.deepEqual(members.map(({ name }) => name), ["ada 2", "bob"])
  })

  await ada.goesAway()
  await bob.say("hello")
  const welcome = await ada.comesBack()
  await ada.hasSeqs([1])
  assert.equal(welcome.user.id, ada.welcome.user.id)
  assert.equal(ada.socket.recovered, true)
})

/** A test of the newest client, which alone can be recovered, over each of the transports. */
function recoveryTest(name, body, { settings } = {}) {
  clientTest(name, body, { settings: { ...NO_RATES, ...settings }, clients: [NEWEST] })
}

/** Ada, whose connection can break off, and bob, whom nothing happens to. */
async function twoPeople(chat) {
  const bob = await PlainClient.connect(chat.server.url, "bob")
  return { bob, ada: await Listener.join(chat, "ada") }
}

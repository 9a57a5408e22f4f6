import assert from "node:assert/strict"
import { ask, clientTest, next } from "./support/client_test.js"
import { Stonechat } from "./support/stonechat.js"
import { NEWEST } from "./support/ways.js"

const WEBSOCKET = { clients: [NEWEST], transports: [["websocket"]] }

clientTest("what nobody changed is recovered", async (chat) => {
  const { socket, welcome, pid, offset } = await leave(chat, "ada")
  assert.equal(socket.connected, false)
  const again = await arrive(chat, { name: "ada", token: welcome.token, pid, offset })
  assert.deepEqual(again, { user: welcome.user, rooms: ["lobby"], reset: false, pid })
}, WEBSOCKET)

clientTest("a pid or an offset that the server did not make is answered by a reset", async (chat) => {
  const other = await Stonechat.start()
  const { welcome, pid, offset } = await leave(chat, "ada")
  const elsewhere = await leave(chat, "ada", { url: other.url })
  await other.remove()

  const forgeries = [
    { pid: changed(pid), offset },
    { pid, offset: changed(offset) },
    { pid: `${pid}A`, offset },
    { pid, offset: `${offset}A` },
    { pid: "", offset },
    { pid, offset: "" },
    { pid, offset: undefined },
    { pid: "p1.AAAA.AAAA", offset },
    { pid: offset, offset: pid },
    { pid: elsewhere.pid, offset },
    { pid, offset: elsewhere.offset },
    { pid: welcome.token, offset },
    { pid: "🐦".repeat(1_000), offset: "\u0000" },
  ]
  for (const forgery of forgeries) {
    const { user, reset, pid: given } = await arrive(chat, { name: "ada", token: welcome.token, ...forgery })
    assert.deepEqual({ user, reset }, { user: welcome.user, reset: true }, JSON.stringify(forgery))
    assert.notEqual(given, forgery.pid)
  }
}, WEBSOCKET)

clientTest("somebody else's pid gives a reset, one's own name, and none of their rooms", async (chat) => {
  await chat.server.makeRoom("garden")
  const ada = await chat.join("ada")
  await ask(ada.socket, "join", { room: "garden" })
  const { pid, offset } = traces(ada.socket)
  ada.socket.disconnect()

  const bob = await leave(chat, "bob")
  const again = await arrive(chat, { name: "bob", token: bob.welcome.token, pid, offset })
  assert.deepEqual([again.user, again.reset, again.rooms], [bob.welcome.user, true, ["lobby"]])
  assert.notEqual(again.pid, pid)
}, WEBSOCKET)

clientTest("who wants no recovery gets no pid and no offsets", async (chat) => {
  const socket = chat.socket({ name: "ada", recovery: false })
  const received = []
  socket.onAny((event, ...values) => received.push([event, values.length]))
  await next(socket, "welcome")
  await ask(socket, "send", "hello")
  await next(socket, "joined")
  assert.deepEqual(received.filter(([, count]) => count > 1), [])
  assert.equal(traces(socket).pid, undefined)
}, { clients: [NEWEST] })

/** Somebody who was here and is gone, and what their client keeps to come back with. */
async function leave(chat, name, options) {
  const { socket, welcome } = await chat.join(name, options)
  const kept = { socket, welcome, ...traces(socket) }
  socket.disconnect()
  return kept
}

/** The welcome of somebody new with this `auth`, and whether a reset follows it. */
async function arrive(chat, auth) {
  const socket = chat.socket(auth)
  let reset = false
  socket.on("reset", () => (reset = true))
  const { user, rooms } = await next(socket, "welcome")
  // Whatever belongs to the welcome comes before the answer to a command after it.
  await ask(socket, "typing", { room: "lobby", typing: false })
  const { pid } = traces(socket)
  socket.disconnect()
  return { user, rooms: rooms.map(({ name }) => name), reset, pid }
}

function traces(socket) {
  return { pid: socket._pid, offset: socket._lastOffset }
}

/** Another last character but one: the last one may have bits that mean nothing. */
function changed(text) {
  const at = text.length - 2
  return text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1)
}

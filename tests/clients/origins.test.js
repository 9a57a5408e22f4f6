import assert from "node:assert/strict"
import { once } from "node:events"
import { after, before, test } from "node:test"
import { WebSocket } from "ws"
import { packetsOf } from "./support/raw_polling.js"
import { Stonechat } from "./support/stonechat.js"
import { within } from "./support/waiting.js"

const STRANGER = "https://stranger.example"
const FRIEND = "https://friend.example"
const POLLING = "/socket.io/?EIO=4&transport=polling"
const WEBSOCKETS = ["/socket.io/?EIO=4&transport=websocket", "/ws?name=ada"]
const FORBIDDEN = { code: 4, message: "Forbidden" }

let closed
let open
let forAll

before(async () => {
  closed = await Stonechat.start()
  open = await Stonechat.start({ "access.origins": `${FRIEND},https://other.example` })
  forAll = await Stonechat.start({ "access.origins": "*" })
})
after(() => Promise.all([closed, open, forAll].map((server) => server?.remove())))

test("another origin is refused by default, on every way in", async () => {
  for (const server of [closed, open]) {
    const response = await ask(server, STRANGER)
    assert.deepEqual([response.status, await response.json()], [403, FORBIDDEN])
    assert.equal(response.headers.get("access-control-allow-origin"), null)
    for (const way of WEBSOCKETS) assert.deepEqual(await openWebSocket(server, way, STRANGER), [403, FORBIDDEN])
  }
})

test("an origin that only looks like an allowed one is refused", async () => {
  for (const origin of ["http://friend.example", "https://friend.example:444", "https://friend.example.evil", "null"]) {
    assert.equal((await ask(open, origin)).status, 403, origin)
  }
})

test("a session of a page that may connect is of no use to one that may not", async () => {
  const [packet] = await packetsOf(await ask(open, FRIEND))
  const { sid } = JSON.parse(packet.slice(1))
  for (const options of [{}, { method: "POST", body: "40" }]) {
    const response = await ask(open, STRANGER, { ...options, path: `${POLLING}&sid=${sid}` })
    assert.equal(response.status, 403)
  }
  assert.deepEqual(await openWebSocket(open, `${WEBSOCKETS[0]}&sid=${sid}`, STRANGER), [403, FORBIDDEN])
})

test("pages of the server itself, and what is no page, may connect", async () => {
  for (const origin of [closed.url, undefined]) {
    assert.equal((await ask(closed, origin)).status, 200)
    for (const way of WEBSOCKETS) assert.deepEqual(await openWebSocket(closed, way, origin), [101])
  }
})

test("an allowed origin may connect, with credentials, and caches are told that it matters", async () => {
  const response = await ask(open, FRIEND)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get("access-control-allow-origin"), FRIEND)
  assert.equal(response.headers.get("access-control-allow-credentials"), "true")
  assert.match(response.headers.get("vary"), /\borigin\b/i)
  for (const way of WEBSOCKETS) assert.deepEqual(await openWebSocket(open, way, FRIEND), [101])
})

test("an allowed origin may read what it did wrong", async () => {
  const response = await ask(open, FRIEND, { path: "/socket.io/?EIO=4&transport=polling&sid=nobody" })
  assert.deepEqual([response.status, (await response.json()).code], [400, 1])
  assert.equal(response.headers.get("access-control-allow-origin"), FRIEND)
})

test("a preflight says what an allowed origin may do", async () => {
  const headers = { "access-control-request-method": "POST", "access-control-request-headers": "content-type,x-mine" }
  const response = await ask(open, FRIEND, { method: "OPTIONS", headers })
  assert.equal(response.status, 204)
  assert.equal(response.headers.get("access-control-allow-origin"), FRIEND)
  assert.match(response.headers.get("access-control-allow-methods"), /POST/)
  assert.equal(response.headers.get("access-control-allow-headers"), "content-type,x-mine")
  assert.equal((await ask(open, STRANGER, { method: "OPTIONS", headers })).status, 403)
})

test("with * every page may connect, but without credentials", async () => {
  for (const origin of [STRANGER, "null"]) {
    const response = await ask(forAll, origin)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get("access-control-allow-origin"), "*")
    assert.equal(response.headers.get("access-control-allow-credentials"), null)
  }
})

function ask(server, origin, { path = POLLING, headers, ...options } = {}) {
  return fetch(server.url + path, { headers: { ...headers, ...(origin && { origin }) }, ...options })
}

/** The status of the answer, and the body of a refusal. */
async function openWebSocket(server, path, origin) {
  const socket = new WebSocket(server.url.replace("http", "ws") + path, { headers: origin ? { origin } : {} })
  const opened = once(socket, "open").then(() => {
    socket.terminate()
    return [101]
  })
  const refused = once(socket, "unexpected-response").then(async ([, response]) => {
    return [response.statusCode, JSON.parse(Buffer.concat(await response.toArray()))]
  })
  return within(Promise.race([opened, refused]), "the answer to a WebSocket's handshake")
}

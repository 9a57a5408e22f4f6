import assert from "node:assert/strict"
import { once } from "node:events"
import { test } from "node:test"
import { WebSocket } from "ws"
import { Nginx } from "./nginx.js"
import { launchBrowser } from "../browser/support/browser.js"
import { DESKTOP } from "../browser/support/devices.js"
import { Visitor } from "../browser/support/visitor.js"
import { NO_RATES, ask, hangUp, next } from "../clients/support/client_test.js"
import { PlainClient } from "../clients/support/plain_client.js"
import { Stonechat } from "../clients/support/stonechat.js"
import { eventually, within } from "../clients/support/waiting.js"
import { NEWEST, ways } from "../clients/support/ways.js"

const BEHIND_A_PROXY = { ...NO_RATES, "limits.connections_per_ip": 0 }
const POLLING = "/socket.io/?EIO=4&transport=polling"
const WEBSOCKETS = ["/socket.io/?EIO=4&transport=websocket", "/ws?name=ada"]
const STRANGER = "http://stranger.example"
const SENT = 50

// Together the pings take far longer than a read timeout, and one takes less.
const SHORT_PINGS = { "engine.ping_interval": 800, "engine.ping_timeout": 800 }
const PINGS = 5
const SHORT_READ_TIMEOUT = ["proxy_read_timeout 60s;", "proxy_read_timeout 2s;"]

const HOST = "proxy_set_header Host $http_host;"
const OTHER_NAME = [HOST, "proxy_set_header Host stonechat.internal;"]
const OTHER_NAME_AND_SAID_SO = [HOST, `${OTHER_NAME[1]} proxy_set_header X-Forwarded-Host $http_host;`]

for (const way of ways()) {
  proxyTest(`a conversation goes through nginx (${way.name})`, async ({ join }) => {
    const [ada, bob] = [await join(way, "ada"), await join(way, "bob")]
    const heard = []
    bob.on("message", ({ seq }) => heard.push(seq))
    const answers = await Promise.all(Array.from({ length: SENT }, (_, index) => ask(ada, "send", `message ${index}`)))
    const seqs = Array.from({ length: SENT }, (_, index) => index + 1)
    assert.deepEqual(answers.map(({ seq }) => seq), seqs)
    await eventually(() => assert.deepEqual(heard, seqs))
  })
}

for (const way of ways([NEWEST])) {
  proxyTest(`pings keep a connection that is idle for long (${way.name})`, async ({ join }) => {
    const ada = await join(way, "ada")
    const disconnects = []
    ada.on("disconnect", (reason) => disconnects.push(reason))
    for (let ping = 0; ping < PINGS; ping++) await next(ada.io, "ping")
    assert.ok((await ask(ada, "send", "still here")).ok)
    assert.deepEqual(disconnects, [])
  }, { settings: SHORT_PINGS, changes: [SHORT_READ_TIMEOUT] })

  proxyTest(`a client is recovered when the server behind nginx is back (${way.name})`, async ({ server, join }) => {
    const ada = await join(way, "ada")
    const refused = next(ada.io, "reconnect_error")
    await server.kill()
    await refused

    const [welcomed, heard] = [next(ada, "welcome"), next(ada, "message")]
    await server.startAgain(BEHIND_A_PROXY)
    const bob = await PlainClient.connect(server.url, "bob")
    await bob.say("welcome back")
    await welcomed
    assert.equal((await heard).seq, 1)
    assert.equal(ada.recovered, true)
    bob.close()
  })
}

proxyTest("two browsers chat through nginx", async ({ nginx, cleanUp }) => {
  const browser = await launchBrowser()
  cleanUp(() => browser.close())
  const [ada, bob] = [await visit(browser, nginx.url, "ada"), await visit(browser, nginx.url, "bob")]
  await ada.say("Hello bob")
  await bob.sees(bob.message("Hello bob"))
  assert.deepEqual([...ada.complaints, ...bob.complaints], [])
})

proxyTest("pages of the proxy's name may connect, and others may not", async ({ nginx }) => {
  assert.deepEqual(await statuses(nginx.url, nginx.url), [200, 101, 101])
  assert.deepEqual(await statuses(nginx.url, STRANGER), [403, 403, 403])
})

proxyTest("a proxy that asks under another name makes its own page a stranger", async ({ nginx }) => {
  assert.deepEqual(await statuses(nginx.url, nginx.url), [403, 403, 403])
}, { changes: [OTHER_NAME] })

proxyTest("a proxy may say the name in X-Forwarded-Host", async ({ nginx }) => {
  assert.deepEqual(await statuses(nginx.url, nginx.url), [200, 101, 101])
  assert.deepEqual(await statuses(nginx.url, STRANGER), [403, 403, 403])
}, { changes: [OTHER_NAME_AND_SAID_SO] })

proxyTest("an allowed origin may connect whatever the proxy says", async ({ nginx }) => {
  assert.deepEqual(await statuses(nginx.url, STRANGER), [200, 101, 101])
}, { settings: { "access.origins": STRANGER }, changes: [OTHER_NAME] })

proxyTest("everybody comes from the address of the proxy, so that it has to count", async ({ nginx }) => {
  const held = await holdOpen(nginx.url, 2)
  await isRefused(nginx.url)
  held.forEach(({ socket }) => socket.terminate())
}, { settings: { "limits.connections_per_ip": 2 } })

proxyTest("nginx refuses who has too many connections", async ({ nginx }) => {
  const held = await holdOpen(nginx.url, 2)
  await isRefused(nginx.url)
  held.forEach(({ socket }) => socket.terminate())
}, { changes: [["limit_conn per_address 50;", "limit_conn per_address 2;"]] })

/** A test with a server and an nginx before it. */
function proxyTest(name, body, { settings, changes } = {}) {
  test(name, async (t) => {
    const cleanUps = []
    const cleanUp = (task) => cleanUps.unshift(task)
    const server = await Stonechat.start({ ...BEHIND_A_PROXY, ...settings })
    cleanUp(() => server.remove())
    try {
      const nginx = await Nginx.before(server.url, { changes })
      cleanUp(() => nginx.remove())
      const join = (way, name) => joinThrough(nginx.url, way, name, cleanUp)
      await body({ server, nginx, join, cleanUp })
    } catch (error) {
      t.diagnostic(`the server said:\n${server.log}`)
      throw error
    } finally {
      for (const task of cleanUps) await task()
    }
  })
}

async function joinThrough(url, way, name, cleanUp) {
  const socket = way.io(url, {
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 500,
    transports: way.transports,
    auth: { name },
  })
  cleanUp(() => hangUp(socket))
  await next(socket, "welcome")
  await way.isSettled(socket)
  return socket
}

async function visit(browser, url, name) {
  const visitor = await Visitor.open(await browser.newContext(DESKTOP), url)
  await visitor.join(name)
  return visitor
}

/** What a page of an origin gets for each way in. */
async function statuses(url, origin) {
  const response = await fetch(url + POLLING, { headers: { origin } })
  await response.arrayBuffer()
  const answers = [response.status]
  for (const path of WEBSOCKETS) {
    const { socket, status } = openWebSocket(url, path, origin)
    answers.push(await status)
    socket.terminate()
  }
  return answers
}

async function holdOpen(url, count) {
  const held = Array.from({ length: count }, () => openWebSocket(url, WEBSOCKETS[1]))
  for (const { status } of held) assert.equal(await status, 101)
  return held
}

async function isRefused(url) {
  assert.equal(await openWebSocket(url, WEBSOCKETS[1]).status, 429)
}

/** A WebSocket, and a promise of the status of the answer to its handshake. */
function openWebSocket(url, path, origin) {
  const socket = new WebSocket(url.replace("http", "ws") + path, { headers: origin ? { origin } : {} })
  // What is terminated before it is open says so.
  socket.on("error", () => {})
  const opened = once(socket, "open").then(() => 101)
  const refused = once(socket, "unexpected-response").then(([, { statusCode }]) => statusCode)
  const status = within(Promise.race([opened, refused]), "the answer to a WebSocket's handshake")
  return { socket, status }
}

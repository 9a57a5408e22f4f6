import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { NO_RATES } from "./support/client_test.js"
import { Echo } from "./support/echo.js"
import { PlainClient } from "./support/plain_client.js"
import { RawPolling, openWebSocket, packetsOf } from "./support/raw_polling.js"
import { Stonechat } from "./support/stonechat.js"

const MAX_PAYLOAD = 10_000
const PACKETS_PER_ANSWER = 16

let server
let echo

before(async () => {
  server = await Stonechat.start({ ...NO_RATES, "engine.max_payload": MAX_PAYLOAD, "limits.message_bytes": 1_000 })
  echo = await Echo.start()
})
after(async () => {
  await server?.remove()
  await echo?.stop()
})

test("the first answer opens a session that may be upgraded", async () => {
  const response = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`)
  assert.equal(response.headers.get("content-type"), "text/plain; charset=UTF-8")
  assert.equal(response.headers.get("cache-control"), "no-store")
  const [packet] = await packetsOf(response)
  const { sid, ...open } = JSON.parse(packet.slice(1))
  assert.equal(packet[0], "0")
  assert.ok(sid.length >= 20)
  assert.deepEqual(open, { upgrades: ["websocket"], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: MAX_PAYLOAD })
})

test("a second request that waits for packets ends the session", async () => {
  const session = await RawPolling.join(server.url, "ada")
  const [first, second] = await Promise.all([session.request(), session.request()])
  const statuses = [first.status, second.status].sort()
  assert.deepEqual(statuses, [200, 400])
  const [ended, refused] = first.status === 200 ? [first, second] : [second, first]
  assert.deepEqual(await ended.text(), "1")
  assert.deepEqual(await refused.json(), { code: 3, message: "Bad request" })
  await isGone(session)
})

test("a second request that brings packets ends the session", async () => {
  const session = await RawPolling.join(server.url, "ada")
  let finish
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('42["typing",'))
      finish = () => controller.close()
    },
  })
  const first = session.request({ method: "POST", body, duplex: "half" }).catch(() => null)
  // Which of the two comes first is not known here; the later one is refused.
  const second = await session.request({ method: "POST", body: '42["typing",{}]' })
  finish()
  assert.ok([second.status, (await first)?.status].includes(400))
  await isGone(session)
})

test("packets of more than the largest payload are refused, and the session with them", async () => {
  const session = await RawPolling.join(server.url, "ada")
  const response = await session.request({ method: "POST", body: `4${"x".repeat(MAX_PAYLOAD)}` })
  assert.equal(response.status, 413)
  await isGone(session)
})

test("packets of exactly the largest payload are taken", async () => {
  const session = await RawPolling.join(server.url, "ada")
  const head = '421["send",{"room":"lobby","body":"much","rest":"'
  await session.post(head + "x".repeat(MAX_PAYLOAD - head.length - '"}]'.length) + '"}]')
  const answers = await session.until((packet) => packet.startsWith("431"))
  assert.match(answers.flat().find((packet) => packet.startsWith("431")), /"ok":true/)
})

test("what is no packet ends the session", async () => {
  for (const body of ["", "abc", "4a\u001e", "b!"]) {
    const session = await RawPolling.open(server.url)
    const response = await session.request({ method: "POST", body })
    assert.deepEqual([response.status, await response.json()], [400, { code: 3, message: "Bad request" }], body)
    await isGone(session)
  }
})

test("attachments travel in base64", async () => {
  const session = await RawPolling.open(echo.url)
  await session.post("40")
  await session.until((packet) => packet.startsWith('42["auth"'))
  await session.post('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', "bAQIDBA==", "b/w==")
  const packets = (await session.until((packet) => packet === "b/w==")).flat()
  const header = '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'
  assert.deepEqual(packets.filter((packet) => packet !== "2"), [header, "bAQIDBA==", "b/w=="])
})

test("an answer has 16 packets at most, and nothing is lost between answers", async () => {
  const session = await RawPolling.join(server.url, "ada")
  const bob = await PlainClient.connect(server.url, "bob")
  await session.until((packet) => packet.includes('"bob"'))
  const bodies = Array.from({ length: 100 }, (_, index) => `burst ${index}`)
  await Promise.all(bodies.map((body) => bob.say(body)))

  const answers = await session.until((packet) => packet.includes("burst 99"))
  assert.deepEqual(answers.flat().map(bodyOf).filter((body) => body?.startsWith("burst")), bodies)
  const counts = answers.map((packets) => packets.length)
  assert.ok(Math.max(...counts) === PACKETS_PER_ANSWER, `${counts}`)
  bob.close()
})

test("a session that was upgraded takes no more requests, and no second WebSocket", async () => {
  const session = await RawPolling.open(server.url)
  const socket = await openWebSocket(server.url, { sid: session.sid })
  socket.send("2probe")
  assert.equal(await socket.next(), "3probe")
  socket.send("5")
  socket.send('40{"name":"ada"}')
  assert.match(await socket.next(), /^40\{"sid"/)

  for (const options of [{}, { method: "POST", body: "3" }]) {
    const response = await session.request(options)
    assert.deepEqual([response.status, await response.json()], [400, { code: 3, message: "Bad request" }])
  }
  const late = await openWebSocket(server.url, { sid: session.sid })
  await late.closed()
  assert.match(await socket.next(), /^42\["welcome"/)
  socket.close()
})

test("a WebSocket that does not probe takes nothing over", async () => {
  const session = await RawPolling.join(server.url, "ada")
  const socket = await openWebSocket(server.url, { sid: session.sid })
  socket.send("5")
  await socket.closed()
  await session.post('421["send","still here"]')
  await session.until((packet) => packet.startsWith("431"))
})

test("the sid of a WebSocket's own session is of no use for requests", async () => {
  const socket = await openWebSocket(server.url)
  const { sid } = JSON.parse((await socket.next()).slice(1))
  const session = new RawPolling(server.url, sid)
  assert.equal((await session.request()).status, 400)
  assert.equal((await session.request({ method: "POST", body: "1" })).status, 400)
  socket.send('40{"name":"ada"}')
  assert.match(await socket.next(), /^40\{"sid"/)
  socket.close()
})

const REFUSALS = [
  ["EIO=4", {}, 0, "Transport unknown"],
  ["EIO=4&transport=carrier-pigeon", {}, 0, "Transport unknown"],
  ["EIO=4&transport=polling&sid=nobody", {}, 1, "Session ID unknown"],
  ["EIO=4&transport=polling", { method: "POST", body: "40" }, 2, "Bad handshake method"],
  ["EIO=4&transport=websocket", {}, 3, "Bad request"],
  ["EIO=3&transport=polling", {}, 5, "Unsupported protocol version"],
  ["transport=polling", {}, 5, "Unsupported protocol version"],
]

for (const [query, options, code, message] of REFUSALS) {
  test(`${options.method ?? "GET"} ?${query} is refused with "${message}"`, async () => {
    const response = await fetch(`${server.url}/socket.io/?${query}`, options)
    assert.deepEqual([response.status, await response.json()], [400, { code, message }])
  })
}

async function isGone(session) {
  const response = await session.request()
  assert.deepEqual([response.status, await response.json()], [400, { code: 1, message: "Session ID unknown" }])
}

function bodyOf(packet) {
  const event = /^42(\["message",.*)$/.exec(packet)
  return event && JSON.parse(event[1])[1].body
}

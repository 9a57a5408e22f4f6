import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { after, before, test } from "node:test"
import { ask, hangUp, next } from "./support/client_test.js"
import { Echo } from "./support/echo.js"
import { within } from "./support/waiting.js"
import { ways } from "./support/ways.js"

const MUCH = 300_000

let echo

before(async () => (echo = await Echo.start()))
after(() => echo?.stop())

for (const way of ways()) {
  echoTest(way, "what a client gives as auth arrives", async (connect) => {
    const socket = connect("/", { auth: { token: "Grüße 🐦", more: [1, { deep: null }] } })
    assert.deepEqual(await next(socket, "auth"), { token: "Grüße 🐦", more: [1, { deep: null }] })
  })

  echoTest(way, "every kind of JSON comes back as it was", async (connect) => {
    const socket = connect()
    const values = [1, -0.5, "2", "", "Grüße\u2028 🐦 \u001e", true, null, { a: { b: [[]] } }, [], {}]
    assert.deepEqual(await answers(socket, "message", values), values)
  })

  echoTest(way, "attachments come back where they were in what they came in", async (connect) => {
    const socket = connect()
    const values = [
      Buffer.from([1, 2, 3]),
      { first: Buffer.from([0]), list: ["a", Buffer.alloc(0), { third: randomBytes(500) }], last: null },
      "text",
    ]
    assert.deepEqual(await answers(socket, "message", values), values)
  })

  echoTest(way, "an acknowledgement has attachments too", async (connect) => {
    const socket = connect()
    const value = { parts: [randomBytes(10), randomBytes(20)], name: "parts" }
    assert.deepEqual(await ask(socket, "message-with-ack", value), value)
  })

  echoTest(way, "a large attachment comes back whole", async (connect) => {
    const bytes = randomBytes(MUCH)
    const [returned] = await answers(connect(), "message", [bytes])
    assert.equal(Buffer.compare(returned, bytes), 0)
  })

  echoTest(way, "a stream of texts and attachments comes back in order", async (connect) => {
    const socket = connect()
    const received = []
    socket.on("message-back", (number) => received.push(number))
    const last = next(socket, "message-back", (number) => number === 100)
    const numbers = Array.from({ length: 100 }, (_, index) => index + 1)
    for (const number of numbers) socket.emit("message", number, number % 3 ? "text" : Buffer.from([number]))
    await last
    assert.deepEqual(received, numbers)
  })

  echoTest(way, "the server's question is answered, with attachments both ways", async (connect) => {
    const socket = connect()
    const asked = new Promise((resolve) => {
      socket.on("question", (question, answer) => {
        resolve(question)
        answer("mine", Buffer.from([4, 5]))
      })
    })
    const answered = argumentsOf(socket, "answered")
    socket.emit("ask-me", { how: Buffer.from([1]) })
    assert.deepEqual(await within(asked, "the question"), { how: Buffer.from([1]) })
    assert.deepEqual(await answered, ["mine", Buffer.from([4, 5])])
  })

  echoTest(way, "two namespaces share a connection and nothing else", async (connect) => {
    const main = connect()
    const custom = main.io.socket("/custom", { auth: { who: "custom" } })
    assert.deepEqual(await next(custom, "auth"), { who: "custom" })
    const strays = []
    main.on("message-back", (value) => strays.push(value))
    assert.deepEqual(await answers(custom, "message", [Buffer.from([7])]), [Buffer.from([7])])
    assert.equal(await ask(custom, "message-with-ack", "to custom"), "to custom")
    assert.deepEqual(strays, [])
    assert.notEqual(main.id, custom.id)
  })

  echoTest(way, "a namespace that does not exist is refused, and the others stay", async (connect) => {
    const main = connect()
    await next(main, "auth")
    const error = await next(main.io.socket("/elsewhere"), "connect_error")
    assert.equal(error.message, "Invalid namespace")
    assert.equal(await ask(main, "message-with-ack", "still here"), "still here")
  })

  echoTest(way, "leaving one namespace keeps the other, and one may come back", async (connect) => {
    const main = connect()
    const custom = main.io.socket("/custom")
    await Promise.all([next(main, "auth"), next(custom, "auth")])

    main.disconnect()
    assert.equal(await ask(custom, "message-with-ack", "still here"), "still here")
    const again = next(main, "auth")
    main.connect()
    await again
    assert.equal(await ask(main, "message-with-ack", "back"), "back")
  })
}

/** A test of one client over one combination of transports. `connect` opens a namespace on a new connection. */
function echoTest(way, name, body) {
  test(`${name} (${way.name})`, async () => {
    const sockets = []
    const connect = (namespace = "/", options = {}) => {
      const socket = way.io(echo.url + namespace, { forceNew: true, transports: way.transports, ...options })
      sockets.push(socket)
      return socket
    }
    try {
      await body(connect)
      await way.isSettled(sockets[0])
    } finally {
      await Promise.all(sockets.map(hangUp))
    }
  })
}

/** What comes back for the arguments of an event. */
function answers(socket, event, values) {
  const received = argumentsOf(socket, `${event}-back`)
  socket.emit(event, ...values)
  return received
}

function argumentsOf(socket, event) {
  const received = new Promise((resolve) => socket.once(event, (...values) => resolve(values)))
  return within(received, `the event ${event}`)
}

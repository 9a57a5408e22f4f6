import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:http"
import { after, before, test } from "node:test"
import { BrowserClient } from "./support/browser_client.js"
import { Echo } from "./support/echo.js"
import { PlainClient } from "./support/plain_client.js"
import { Stonechat } from "./support/stonechat.js"
import { TRANSPORTS } from "./support/ways.js"
import { launchBrowser } from "../browser/support/browser.js"

// Paths of pages without a content security policy, which would keep the tests' scripts out.
const OF_STONECHAT = "/health"
const OF_ECHO = "/socket.io/?EIO=4&transport=polling"

let browser
let echo
let elsewhere

before(async () => {
  browser = await launchBrowser()
  echo = await Echo.start()
  elsewhere = await Elsewhere.start()
})
after(async () => {
  await browser?.close()
  await echo?.stop()
  elsewhere?.stop()
})

for (const transports of TRANSPORTS) {
  const how = `(Chromium over ${transports.join(", then ")})`

  chromiumTest(`a page with the server's own library connects, sends and hears ${how}`, async ({ server, open }) => {
    for (const load of [
      (client) => client.loadScript("/socket.io/socket.io.js"),
      (client) => client.loadScript("/socket.io/socket.io.min.js"),
      async (client) => assert.ok(await client.loadModule("/socket.io/socket.io.esm.min.js")),
    ]) {
      const client = await open(server.url + OF_STONECHAT)
      await load(client)
      await client.connect(server.url, { transports, auth: { name: "ada" } })
      const [{ user }] = await client.next("welcome")
      const answer = await client.ask("send", { room: "lobby", body: "Grüße 🐦" })
      assert.ok(answer.ok)
      const [message] = await client.next("message")
      assert.deepEqual([message.body, message.user.id, message.seq], ["Grüße 🐦", user.id, answer.seq])
      await client.isOn(transports.at(-1))
    }
  })

  chromiumTest(`a page is told why it is refused ${how}`, async ({ server, open }) => {
    const client = await open(server.url + OF_STONECHAT)
    await client.loadScript("/socket.io/socket.io.js")
    await client.connect(server.url, { transports, auth: {} })
    const [error] = await client.next("connect_error")
    assert.equal(error.data.code, "name_invalid")
  })

  chromiumTest(`a page comes back after a kill and gets what it missed ${how}`, async ({ server, open }) => {
    const client = await open(server.url + OF_STONECHAT)
    await client.loadScript("/socket.io/socket.io.js")
    await client.connect(server.url, { transports, auth: { name: "ada" } })
    const [welcome] = await client.next("welcome")
    await client.isOn(transports.at(-1))

    await client.page.context().setOffline(true)
    await server.kill()
    await client.next("disconnect")
    await server.startAgain()
    const bob = await PlainClient.connect(server.url, "bob")
    for (const body of ["one", "two"]) await bob.say(body)
    await client.page.context().setOffline(false)

    const [again] = await client.next("welcome")
    assert.deepEqual(again.user, welcome.user)
    assert.equal(await client.evaluate(() => window.socket.recovered), true)
    for (const body of ["one", "two"]) assert.equal((await client.next("message"))[0].body, body)
    bob.close()
  })

  chromiumTest(`attachments come back to a page as they were ${how}`, async ({ open }) => {
    const client = await open(echo.url + OF_ECHO)
    await client.loadFromPackage()
    await client.connect(echo.url, { transports })
    const returned = await client.evaluate(async () => {
      // A busy browser may miss one of the echo's heartbeats, and with it an answer.
      const ask = (value) => window.socket.timeout(2_000).emitWithAck("message-with-ack", value).catch(() => ask(value))
      const bytes = (value) => [...new Uint8Array(value)]
      const { deep: [first, { blob }], text } = await ask({
        deep: [new Uint8Array([1, 2]).buffer, { blob: new Blob(["three"]) }],
        text: "Grüße",
      })
      return { first: bytes(first), second: new TextDecoder().decode(blob), text }
    })
    assert.deepEqual(returned, { first: [1, 2], second: "three", text: "Grüße" })
  })

  chromiumTest(`a page of another origin cannot connect ${how}`, async ({ server, open }) => {
    const client = await open(elsewhere.url)
    await client.loadScript(`${server.url}/socket.io/socket.io.js`)
    await client.connect(server.url, { transports, auth: { name: "ada" } })
    await client.next("connect_error")
    assert.equal(await client.evaluate(() => window.socket.connected), false)
  })

  chromiumTest(`a page of localhost cannot connect to 127.0.0.1 ${how}`, async ({ server, open }) => {
    const client = await open(server.url.replace("127.0.0.1", "localhost") + OF_STONECHAT)
    await client.loadScript("/socket.io/socket.io.js")
    await client.connect(server.url, { transports, auth: { name: "ada" } })
    await client.next("connect_error")
  })

  chromiumTest(`a page of an allowed origin can connect, with and without credentials ${how}`, async ({ server, open }) => {
    const client = await open(elsewhere.url)
    await client.loadScript(`${server.url}/socket.io/socket.io.js`)
    for (const withCredentials of [false, true]) {
      await client.connect(server.url, { transports, withCredentials, auth: { name: "ada" } })
      await client.next("welcome")
      assert.ok((await client.ask("send", "hello")).ok)
      await client.isOn(transports.at(-1))
    }
  }, () => ({ "access.origins": elsewhere.url }))
}

chromiumTest("a page of an allowed origin can import the server's library", async ({ server, open }) => {
  const client = await open(elsewhere.url)
  assert.ok(await client.loadModule(`${server.url}/socket.io/socket.io.esm.min.js`))
}, () => ({ "access.origins": elsewhere.url }))

/** A test with a server, and a browser with an empty profile. */
function chromiumTest(name, body, settings = () => ({})) {
  test(name, async (t) => {
    const server = await Stonechat.start(settings())
    const context = await browser.newContext()
    try {
      await body({ server, open: (url) => BrowserClient.at(context, url) })
    } catch (error) {
      t.diagnostic(`the server said:\n${server.log}`)
      throw error
    } finally {
      await context.close()
      await server.remove()
    }
  })
}

/** A site of its own, with an empty page: another port is another origin. */
class Elsewhere {
  url
  #server = createServer((_, response) => response.setHeader("content-type", "text/html").end())

  static async start() {
    const elsewhere = new Elsewhere()
    elsewhere.#server.listen(0, "127.0.0.1")
    await once(elsewhere.#server, "listening")
    elsewhere.url = `http://127.0.0.1:${elsewhere.#server.address().port}`
    return elsewhere
  }

  stop() {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

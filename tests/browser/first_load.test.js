import assert from "node:assert/strict"
import { AWAY, PASSWORD, browserTest, unclaimedTest } from "./support/browser_test.js"

const MOST_BYTES = 120_000
const MOST_REQUESTS = 12
const SOCKETS = /\/socket\.io\//

browserTest("the page is there with few requests and few bytes, for who comes the first time", async (chat) => {
  const visitor = await chat.visitor()
  const load = await Load.watch(visitor.page)
  await visitor.page.reload()
  await visitor.sees(visitor.nameField)
  load.assertSmall()
  assert.equal(load.timesOf("/api/v1/server"), 1)
})

browserTest("the chat is there with few requests and few bytes, for who has no file of it any more", async (chat) => {
  const ada = await chat.join("ada")
  for (const number of [1, 2, 3]) await ada.say(`message ${number}`)
  await ada.sees(ada.numbered(3))

  const again = await chat.sameAs(ada)
  const load = await Load.watch(again.page)
  await again.page.reload()
  await again.sees(again.numbered(3))
  load.assertSmall()
  assert.equal(load.timesOf("/api/v1/server"), 0)
})

for (const [what, files] of Object.entries({ "the chat": "**/js/app.js*", "a part of it": "**/vendor/socket.io*/*" })) {
  browserTest(`nobody at the entrance waits for the chat, and who comes in without ${what} can try again`, async (chat) => {
    const visitor = await chat.visitor()
    await visitor.page.route(files, (route) => route.abort())
    await visitor.page.reload()
    await visitor.nameField.fill("ada")
    await visitor.nameField.press("Enter")
    await visitor.sees(visitor.page.getByText("Check your connection and try again."))
    assert.equal(await visitor.nameField.inputValue(), "ada")

    await visitor.page.unroute(files)
    await visitor.nameField.press("Enter")
    await visitor.sees(visitor.messageField)
  }, { expected: AWAY })
}

unclaimedTest("what can be done only once is not done before one can come in", async (chat) => {
  const link = chat.server.claimLink
  const owner = await chat.visitor()
  await owner.page.route("**/js/app.js*", (route) => route.abort())
  await owner.page.goto(link)
  const fields = { "Name of this place": "Birdwatchers", Name: "Grace", Password: PASSWORD }
  for (const [name, value] of Object.entries(fields)) await owner.field(name).fill(value)
  await owner.button("Make it mine").click()
  await owner.sees(owner.page.getByText("Check your connection and try again."))
  await owner.page.unroute("**/js/app.js*")
  await owner.button("Make it mine").click()
  await owner.sees(owner.heading("Lobby"))
}, { expected: AWAY })

browserTest("who was here before is told that the chat does not come, until it does", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("hello")
  await ada.sees(ada.numbered(1))
  const again = await chat.sameAs(ada)
  await again.page.route("**/js/app.js*", (route) => route.abort())
  const session = await again.page.context().newCDPSession(again.page)
  await session.send("Network.enable")
  await session.send("Network.setBypassServiceWorker", { bypass: true })
  await session.send("Network.setCacheDisabled", { cacheDisabled: true })
  await again.page.reload()
  await again.sees(again.banner)
  await again.page.unroute("**/js/app.js*")
  await again.button("Try now").click()
  await again.sees(again.numbered(1))
  await again.seesNoMore(again.banner)
}, { expected: AWAY })

browserTest("a link that is followed at the entrance shows at once, and is not kept in the address", async (chat) => {
  const visitor = await chat.visitor()
  await visitor.sees(visitor.nameField)
  await visitor.page.route("**/js/app.js*", (route) => route.abort())
  await visitor.page.evaluate(() => (location.hash = "#/reset/some-token"))
  await visitor.sees(visitor.button("Set password and sign in"))
  assert.equal(new URL(visitor.page.url()).hash, "")
}, { expected: AWAY })

browserTest("the chat comes while somebody is still at the entrance", async (chat) => {
  const visitor = await chat.visitor()
  await visitor.sees(visitor.nameField)
  await visitor.page.waitForFunction(() => performance.getEntriesByName(new URL("js/app.js", document.baseURI).href).length > 0)
  await visitor.goOffline()
  await visitor.nameField.fill("ada")
  await visitor.nameField.press("Enter")
  await visitor.sees(visitor.banner)
  await visitor.goOnline()
  await visitor.sees(visitor.messageField)
}, { expected: AWAY })

/** What comes over the wire while a page loads, headers included, as if nothing of it had been there before. */
class Load {
  #requests = new Map()

  static async watch(page) {
    const load = new Load()
    const session = await page.context().newCDPSession(page)
    session.on("Network.responseReceived", ({ requestId, response, type }) => {
      // What came until then was of the page before.
      if (type === "Document") load.#requests.clear()
      load.#requests.set(requestId, { ...response, bytes: 0 })
    })
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const request = load.#requests.get(requestId)
      if (request) request.bytes = encodedDataLength
    })
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", { cacheDisabled: true })
    await session.send("Network.setBypassServiceWorker", { bypass: true })
    return load
  }

  timesOf(path) {
    return [...this.#requests.values()].filter(({ url }) => new URL(url).pathname === path).length
  }

  assertSmall() {
    const files = [...this.#requests.values()].filter(({ url }) => !SOCKETS.test(url) && url.startsWith("http"))
    const list = files.map(({ url, status, bytes }) => `${status} ${bytes} ${url}`).join("\n")
    const sum = files.reduce((bytes, file) => bytes + file.bytes, 0)
    assert.deepEqual(files.filter(({ status }) => status >= 400), [], list)
    assert.ok(files.length > 3 && files.length <= MOST_REQUESTS, `${files.length} requests:\n${list}`)
    assert.ok(sum > 10_000 && sum <= MOST_BYTES, `${sum} bytes:\n${list}`)
  }
}

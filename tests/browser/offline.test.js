import assert from "node:assert/strict"
import { AWAY, browserTest } from "./support/browser_test.js"
import { asShown } from "./support/conversation.js"
import { historyOf } from "../clients/support/plain_client.js"
import { eventually } from "../clients/support/waiting.js"

browserTest("two windows write while one is offline, is closed and opened again: in the end both show the same", async (chat) => {
  const ada = await chat.join("ada")
  const bob = await chat.join("bob")
  await ada.say("before")
  await ada.sees(ada.numbered(1))
  await ada.hasKeptThePage()

  await ada.loseConnection()
  for (const text of ["ada offline 1", "ada offline 2"]) await ada.say(text)
  for (const text of ["bob meanwhile 1", "bob meanwhile 2"]) await bob.say(text)
  await bob.sees(bob.numbered(3))
  await ada.hasKeptItsLetters()

  const reopened = await chat.reopen(ada)
  await reopened.sees(reopened.banner, reopened.message("before"), reopened.message("ada offline 2"))
  assert.deepEqual(await reopened.transcript(), [
    { seq: 1, state: "sent", body: "before" },
    { seq: null, state: "pending", body: "ada offline 1" },
    { seq: null, state: "pending", body: "ada offline 2" },
  ])
  await reopened.say("ada offline 3")
  await bob.say("bob meanwhile 3")
  await bob.sees(bob.numbered(4))

  await reopened.goOnline()
  await assertSameList(chat, [reopened, bob], [
    "before",
    "bob meanwhile 1",
    "bob meanwhile 2",
    "bob meanwhile 3",
    "ada offline 1",
    "ada offline 2",
    "ada offline 3",
  ])
}, { expected: AWAY })

browserTest("what was written offline survives the closing of the window, edits and deletions too", async (chat) => {
  const ada = await chat.join("ada")
  for (const text of ["to be edited", "to be deleted"]) await ada.say(text)
  await ada.sees(ada.numbered(2))
  await ada.hasKeptThePage()
  await ada.loseConnection()
  await ada.edit("to be edited", "edited offline")
  await ada.delete("to be deleted")
  await ada.say("written offline")
  await ada.hasKeptItsLetters()

  const reopened = await chat.reopen(ada)
  await reopened.sees(reopened.message("written offline"))
  const pending = [
    { seq: 1, state: "pending", body: "edited offline" },
    { seq: 2, state: "pending", body: "Message deleted" },
    { seq: null, state: "pending", body: "written offline" },
  ]
  await eventually(async () => assert.deepEqual(await reopened.transcript(), pending))

  await reopened.goOnline()
  await reopened.sees(reopened.numbered(5))
  await assertSameList(chat, [reopened], ["edited offline", "Message deleted", "written offline"])
}, { expected: AWAY })

browserTest("a message written offline can be edited and taken back before anybody hears of it", async (chat) => {
  const ada = await chat.join("ada")
  await ada.loseConnection()
  await ada.say("a first drfat")
  await ada.say("a mistake")
  await ada.edit("a first drfat", "a first draft")
  await ada.delete("a mistake")
  await ada.seesNoMore(ada.message("a mistake"))

  await ada.goOnline()
  await assertSameList(chat, [ada], ["a first draft"])
  const [stored] = await historyOf(chat.server.url)
  assert.equal(stored.edited_at, undefined)
}, { expected: AWAY })

browserTest("of two tabs of one browser the other one sends what the closed one left behind", async (chat) => {
  const [first, second] = await twoTabsOffline(chat)
  for (const text of ["first 1", "first 2"]) await first.say(text)
  await second.say("second 1")
  await first.hasKeptItsLetters()
  await first.close()
  await second.sees(second.message("first 1"), second.message("first 2"))

  await second.goOnline()
  await assertSameList(chat, [second], ["second 1", "first 1", "first 2"])
}, { expected: AWAY })

browserTest("two tabs of one browser send what each of them wrote, once and in its order", async (chat) => {
  const [first, second] = await twoTabsOffline(chat)
  for (const number of [1, 2, 3]) {
    await first.say(`first ${number}`)
    await second.say(`second ${number}`)
  }
  assert.equal(await second.message("first").count(), 0)

  await first.goOnline()
  await eventually(async () => assert.equal((await historyOf(chat.server.url)).length, 6))
  const stored = await historyOf(chat.server.url)
  for (const tab of ["first", "second"]) {
    const bodies = stored.map(({ body }) => body).filter((body) => body.startsWith(tab))
    assert.deepEqual(bodies, [1, 2, 3].map((number) => `${tab} ${number}`))
  }
  for (const tab of [first, second]) {
    await eventually(async () => assert.deepEqual(await tab.transcript(), asShown(stored)))
  }
}, { expected: AWAY })

browserTest("without TLS, where there are no locks, a window sends nothing that another one has taken back", async (chat) => {
  const first = await chat.visitor()
  await first.page.context().addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }))
  await first.page.reload()
  await first.join("ada")
  await first.hasKeptThePage()
  await first.loseConnection()
  for (const text of ["a first drfat", "a mistake"]) await first.say(text)
  await first.hasKeptItsLetters()
  const second = await chat.anotherWindowOf(first)
  await second.sees(second.banner)
  assert.equal(await second.articles.count(), 0)
  await first.edit("a first drfat", "a first draft")
  await first.delete("a mistake")
  await first.seesNoMore(first.message("a mistake"))
  await first.hasKeptItsLetters()

  await first.goOnline()
  await assertSameList(chat, [first, second], ["a first draft"])
  await first.loseConnection()
  await first.say("left behind")
  await first.hasKeptItsLetters()
  await first.close()
  const third = await chat.anotherWindowOf(second)
  await third.sees(third.message("left behind"))
}, { expected: AWAY })

browserTest("what was refused is still there after a reload, and can be tried again", async (chat) => {
  const ada = await chat.join("ada")
  await chat.server.kill()
  await ada.sees(ada.banner)
  await ada.say("longer than ten bytes")
  await chat.server.startAgain({ "limits.message_bytes": 10 })
  const failed = ada.message("longer than ten bytes")
  await ada.sees(failed.getByText("Not sent:"))
  await ada.hasKeptItsLetters()

  await chat.server.kill()
  await chat.server.startAgain()
  await ada.page.reload()
  await ada.sees(failed.getByText("Not sent:"))
  await ada.seesNoMore(ada.banner)
  await failed.getByRole("button", { name: "Retry" }).click()
  await assertSameList(chat, [ada], ["longer than ten bytes"])
}, { expected: AWAY })

browserTest("what somebody else wrote at this browser is not sent under one's own name unasked", async (chat) => {
  const ada = await chat.join("ada")
  await ada.hasKeptThePage()
  await ada.loseConnection()
  await ada.say("ada's secret")
  await ada.hasKeptItsLetters()
  await ada.page.evaluate(() => localStorage.clear())
  // A window that is still there would come back as ada.
  await ada.close()
  await ada.goOnline()

  const eve = await chat.anotherWindowOf(ada)
  await eve.join("eve")
  const secret = eve.message("ada's secret")
  await eve.sees(secret.getByText("Not sent: it was written as “ada”"))
  assert.deepEqual(await historyOf(chat.server.url), [])
  await secret.getByRole("button", { name: "Discard" }).click()
  await eve.seesNoMore(secret)
}, { expected: AWAY })

browserTest("a browser that keeps nothing goes on as long as the page is open", async (chat) => {
  const ada = await chat.visitor()
  await ada.page.addInitScript(() => Object.defineProperty(window, "indexedDB", { get() { throw new Error("refused") } }))
  await ada.page.reload()
  await ada.join("ada")
  await ada.loseConnection()
  await ada.say("kept in memory")
  assert.equal(await ada.isAtRisk(), true)
  await ada.goOnline()
  await assertSameList(chat, [ada], ["kept in memory"])
}, { expected: AWAY })

browserTest("a server that hangs keeps nobody from opening the page, and what is written waits for it", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("before")
  await ada.sees(ada.numbered(1))
  await ada.hasKeptThePage()
  chat.server.hang()
  await ada.page.reload()
  await ada.sees(ada.message("before"))
  await ada.say("written meanwhile")
  await ada.choose("Settings")
  await ada.sees(ada.page.getByRole("dialog", { name: "Settings" }))
  await ada.page.keyboard.press("Escape")

  chat.server.goOn()
  await assertSameList(chat, [ada], ["before", "written meanwhile"])
}, { expected: AWAY })

browserTest("the icon that tells of something unread is there without a connection", async (chat) => {
  const ada = await chat.join("ada")
  await ada.hasKeptThePage()
  assert.ok(await ada.page.evaluate(async () => Boolean(await caches.match("favicon_unread.svg"))))
})

browserTest("after an upgrade of the server the page is the new one", async (chat) => {
  const ada = await chat.join("ada")
  await ada.hasKeptThePage()
  await ada.page.evaluate(spoilKeptPage)
  await ada.page.reload()
  await ada.seesPeople("ada")
  const kept = () => ada.page.evaluate(async () => (await (await caches.match(location.href)).text()).includes("Stonechat"))
  await eventually(async () => assert.equal(await kept(), true))
})

/** Runs in the page: as if it had been kept by an older version. */
async function spoilKeptPage() {
  const [name] = await caches.keys()
  await (await caches.open(name)).put(location.href, new Response("an old page"))
}

/** Two tabs of one browser, which have lost their connection. */
async function twoTabsOffline(chat) {
  const first = await chat.join("ada")
  const second = await chat.anotherWindowOf(first)
  await second.seesPeople("ada")
  await first.loseConnection()
  await second.sees(second.banner)
  return [first, second]
}

/** The windows and the server agree: these messages, each once, in this order. */
async function assertSameList(chat, windows, bodies) {
  for (const window of windows) {
    const shown = async () => (await window.transcript()).map(({ state, body }) => `${state}: ${body}`)
    await eventually(async () => assert.deepEqual(await shown(), bodies.map((body) => `sent: ${body}`)))
  }
  const stored = await historyOf(chat.server.url)
  for (const window of windows) assert.deepEqual(await window.transcript(), asShown(stored))
}

import assert from "node:assert/strict"
import { AWAY, browserTest } from "./support/browser_test.js"
import { asShown } from "./support/conversation.js"
import { LossyLine } from "./support/lossy_line.js"
import { PlainClient, historyOf } from "../clients/support/plain_client.js"
import { eventually } from "../clients/support/waiting.js"

const SENT_BY_EACH = 30
const KILLED_AT = 20
const MISSED = 120
const NO_MESSAGE_LIMIT = { "limits.messages_per_second": 0 }

browserTest("after a kill in mid-conversation both windows come back and show every message once", async (chat) => {
  const ada = await chat.join("ada")
  const bob = await chat.join("bob")
  const said = { ada: sentences("ada"), bob: sentences("bob") }
  const streams = Promise.all([sayAll(ada, said.ada), sayAll(bob, said.bob)])

  await ada.sees(ada.numbered(KILLED_AT))
  await chat.server.kill()
  await ada.sees(ada.banner)
  await bob.sees(bob.banner)
  await streams
  assert.ok((await unsent(ada)).length > 0, "the kill came too late to prove anything")
  said.bob.push("written while the server is away")
  await bob.say(said.bob.at(-1))
  assert.ok((await unsent(bob)).includes(said.bob.at(-1)))

  await chat.server.startAgain(NO_MESSAGE_LIMIT)
  for (const person of [ada, bob]) {
    await person.seesNoMore(person.banner)
    await person.sees(person.numbered(said.ada.length + said.bob.length))
    await eventually(async () => assert.deepEqual(await unsent(person), []))
    await person.seesPeople("ada", "bob")
  }

  const stored = await historyOf(chat.server.url)
  assert.deepEqual(stored.map(({ seq }) => seq), stored.map((_, index) => index + 1))
  assert.deepEqual(bodiesBy("ada", stored), said.ada)
  assert.deepEqual(bodiesBy("bob", stored), said.bob)
  assert.deepEqual(await ada.transcript(), asShown(stored))
  assert.deepEqual(await bob.transcript(), asShown(stored))
}, { settings: NO_MESSAGE_LIMIT, expected: AWAY })

browserTest("a window that was away for a long stretch fills all of it", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("before")
  await ada.sees(ada.numbered(1))

  await ada.loseConnection()
  const bob = await PlainClient.connect(chat.server.url, "bob")
  await Promise.all(Array.from({ length: MISSED }, (_, index) => bob.say(`missed ${index + 1}`)))
  bob.close()
  await ada.goOnline()

  await ada.seesNoMore(ada.banner)
  const stored = await historyOf(chat.server.url)
  assert.equal(stored.length, MISSED + 1)
  await eventually(async () => assert.deepEqual(await ada.transcript(), asShown(stored)))
}, { settings: NO_MESSAGE_LIMIT, expected: AWAY })

browserTest("a message whose acknowledgement was lost is sent again and stored once", async (chat) => {
  const ada = await chat.visitor()
  const line = await LossyLine.to(ada.page)
  await ada.join("ada")
  await ada.seesPeople("ada")
  line.loseAnswers()
  await ada.say("once")
  await eventually(async () => assert.equal((await historyOf(chat.server.url)).length, 1))
  assert.deepEqual(await unsent(ada), ["once"])

  await line.hangUp()
  await ada.sees(ada.numbered(1))
  const stored = await historyOf(chat.server.url)
  assert.deepEqual(stored.map(({ body }) => body), ["once"])
  assert.deepEqual(await ada.transcript(), asShown(stored))
})

browserTest("a server that is told to stop says that it comes back", async (chat) => {
  const ada = await chat.join("ada")
  await chat.server.stop()
  await ada.sees(ada.banner.filter({ hasText: "The server is restarting." }))
  await chat.server.startAgain()
  await ada.seesNoMore(ada.banner)
}, { expected: AWAY })

browserTest("who has the page open over an upgrade of the server is offered to load it anew, and keeps what was begun", async (chat) => {
  const ada = await chat.visitor()
  const line = await LossyLine.to(ada.page)
  await ada.join("ada")
  const offer = ada.page.getByRole("status").filter({ hasText: "There is a new version of this page." })
  await upgrade(ada, line, "next")
  await ada.sees(offer)
  await ada.button("Later").click()
  await ada.seesNoMore(offer)
  await upgrade(ada, line, "next")
  await ada.say("not now")
  await ada.sees(ada.numbered(1))
  assert.ok(await offer.isHidden())

  await upgrade(ada, line, "the one after")
  await ada.messageField.fill("begun")
  const loaded = ada.page.waitForEvent("load")
  await ada.button("Load it").click()
  await loaded
  await ada.sees(ada.people.getByText("ada"))
  assert.equal(await ada.messageField.inputValue(), "begun")
  assert.ok(await offer.isHidden())
}, { expected: AWAY })

browserTest("what the server comes back to refuse can be discarded", async (chat) => {
  const ada = await chat.join("ada")
  await chat.server.kill()
  await ada.sees(ada.banner)
  await ada.say("a long message, written while it was allowed")
  await ada.say("short")
  await chat.server.startAgain({ "limits.message_bytes": 10 })

  const refused = ada.message("a long message")
  await ada.sees(ada.numbered(1), refused.getByText("Not sent:"))
  await refused.getByRole("button", { name: "Discard" }).click()
  await ada.seesNoMore(refused)
  assert.deepEqual(await ada.transcript(), [{ seq: 1, state: "sent", body: "short" }])
}, { expected: AWAY })

/** The connection breaks off, and what one comes back to is another version. */
async function upgrade(person, line, version) {
  line.upgradeTo(version)
  await line.hangUp()
  await person.sees(person.banner)
  await person.seesNoMore(person.banner)
}

function sentences(name) {
  return Array.from({ length: SENT_BY_EACH }, (_, index) => `${name}'s sentence ${index + 1}`)
}

async function sayAll(person, texts) {
  for (const text of texts) await person.say(text)
}

async function unsent(person) {
  const messages = await person.transcript()
  return messages.filter(({ state }) => state !== "sent").map(({ body }) => body)
}

function bodiesBy(name, messages) {
  return messages.filter(({ user }) => user.name === name).map(({ body }) => body)
}

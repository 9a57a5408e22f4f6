import assert from "node:assert/strict"
import { browserTest } from "./support/browser_test.js"
import { PlainClient } from "../clients/support/plain_client.js"
import { eventually } from "../clients/support/waiting.js"

const SEEDED = 300
const NO_MESSAGE_LIMIT = { "limits.messages_per_second": 0 }

browserTest("one can read back to the very first message", async (chat) => {
  await seed(chat)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(SEEDED))
  const beginning = ada.page.getByText("This is the beginning of")
  assert.equal(await beginning.isVisible(), false)

  // What is older comes as one nears it, which may be before the key is pressed.
  await eventually(async () => {
    await ada.log.press("Home")
    assert.ok(await beginning.isVisible(), "the beginning did not come")
  })

  await ada.log.press("Home")
  await eventually(async () => assert.ok(await isInView(ada, ada.message("message 1.")), "the first message is out of view"))
  const shown = (await ada.transcript()).map(({ seq, body }) => [seq, body])
  assert.deepEqual(shown, Array.from({ length: SEEDED }, (_, index) => [index + 1, `message ${index + 1}.`]))
}, { settings: NO_MESSAGE_LIMIT })

browserTest("who reads further up keeps their place and is told of new messages", async (chat) => {
  const bob = await seed(chat)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(SEEDED))
  await ada.log.press("PageUp")
  await ada.sees(ada.page.getByRole("button", { name: "Newest messages" }))

  await bob.say("news")
  const news = ada.page.getByRole("button", { name: "1 new message" })
  await ada.sees(news)
  assert.equal(await isInView(ada, ada.message("news")), false)

  await news.click()
  await ada.seesNoMore(news)
  assert.ok(await isInView(ada, ada.message("news")))
}, { settings: NO_MESSAGE_LIMIT })

browserTest("who reads at the end stays at the end", async (chat) => {
  const bob = await seed(chat)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(SEEDED))
  for (const body of ["one", "two", "three"]) await bob.say(body)
  await ada.sees(ada.message("three"))
  await eventually(async () => assert.ok(await isInView(ada, ada.message("three"))))
}, { settings: NO_MESSAGE_LIMIT })

/** Fills the lobby; answers with who did it. */
async function seed(chat) {
  const author = await PlainClient.connect(chat.server.url, "bob")
  await Promise.all(Array.from({ length: SEEDED }, (_, index) => author.say(`message ${index + 1}.`)))
  return author
}

async function isInView(person, locator) {
  const log = await person.log.boundingBox()
  const box = await locator.boundingBox()
  return box.y >= log.y && box.y + box.height <= log.y + log.height
}

import assert from "node:assert/strict"
import { AWAY, browserTest } from "./support/browser_test.js"
import { asShown } from "./support/conversation.js"
import { PHONE } from "./support/devices.js"
import { historyOf } from "../clients/support/plain_client.js"
import { eventually } from "../clients/support/waiting.js"

browserTest("an edit and a deletion are seen by everybody, at once", async (chat) => {
  const ada = await chat.join("ada")
  const bob = await chat.join("bob")
  for (const text of ["a tpyo", "a slip"]) await ada.say(text)
  await bob.sees(bob.numbered(2))

  await ada.edit("a tpyo", "a typo")
  await bob.sees(bob.message("a typo").getByText("(edited)"))
  await ada.delete("a slip")
  await bob.sees(bob.message("Message deleted"))
  for (const person of [ada, bob]) {
    const expected = [{ seq: 1, state: "sent", body: "a typo" }, { seq: 2, state: "sent", body: "Message deleted" }]
    await eventually(async () => assert.deepEqual(await person.transcript(), expected))
  }
  assert.match(await bob.message("a typo").getByText("(edited)").getAttribute("title"), /\d/)
})

browserTest("edits and deletions are seen by a window that was away, also of messages it had long before", async (chat) => {
  const ada = await chat.join("ada")
  const bob = await chat.join("bob")
  for (const text of ["one", "two", "three"]) await ada.say(text)
  await bob.sees(bob.numbered(3))
  await bob.loseConnection()

  await ada.edit("one", "one, edited")
  await ada.delete("two")
  await ada.say("four")
  await ada.sees(ada.numbered(6))
  await bob.goOnline()

  await bob.seesNoMore(bob.banner)
  const stored = await historyOf(chat.server.url)
  assert.deepEqual(stored.map(({ seq }) => seq), [1, 2, 3, 6])
  for (const person of [ada, bob]) await eventually(async () => assert.deepEqual(await person.transcript(), asShown(stored)))
}, { expected: AWAY })

browserTest("only one's own messages can be edited and deleted, and no deleted ones", async (chat) => {
  const ada = await chat.join("ada")
  const bob = await chat.join("bob")
  await ada.say("ada's")
  await bob.say("bob's")
  await ada.sees(ada.numbered(1), ada.numbered(2))
  const tools = (text) => ada.message(text).getByRole("button", { name: /Edit|Delete/ })
  await ada.openTools(ada.message("ada's"))
  assert.equal(await tools("ada's").count(), 2)
  await ada.openTools(ada.message("bob's"))
  assert.equal(await tools("bob's").count(), 0)

  await ada.delete("ada's")
  await ada.sees(ada.message("Message deleted"))
  assert.equal(await tools("Message deleted").count(), 0)
})

browserTest("editing is done by keyboard, and Escape gives back what was being written", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("first")
  await ada.sees(ada.numbered(1))
  await ada.messageField.fill("half a sentence")

  await ada.openTools(ada.message("first"))
  await ada.message("first").getByRole("button", { name: "Edit message" }).press("Enter")
  await ada.sees(ada.page.getByText("Editing a message"))
  assert.equal(await ada.messageField.inputValue(), "first")
  assert.ok(await isFocused(ada.messageField))
  await ada.messageField.press("Escape")
  await ada.seesNoMore(ada.page.getByText("Editing a message"))
  assert.equal(await ada.messageField.inputValue(), "half a sentence")
  assert.ok(await isFocused(ada.messageField))

  await ada.message("first").getByRole("button", { name: "Edit message" }).press("Enter")
  await ada.messageField.fill("second")
  await ada.saveButton.click()
  await ada.sees(ada.message("second").getByText("(edited)"))
  assert.equal(await ada.messageField.inputValue(), "half a sentence")
})

browserTest("the arrow up in an empty composer edits what one wrote last, and Escape lets it be", async (chat) => {
  const ada = await chat.join("ada")
  const bob = await chat.join("bob")
  await ada.say("mine")
  await ada.sees(ada.numbered(1))
  await bob.say("his")
  await ada.sees(ada.numbered(2))

  await ada.messageField.fill("begun")
  await ada.messageField.press("ArrowUp")
  assert.equal(await ada.messageField.inputValue(), "begun")
  await ada.messageField.fill("")
  await ada.messageField.press("ArrowUp")
  await ada.sees(ada.page.getByText("Editing a message"))
  assert.equal(await ada.messageField.inputValue(), "mine")
  await ada.messageField.press("Escape")
  await ada.seesNoMore(ada.page.getByText("Editing a message"))

  await ada.messageField.press("ArrowUp")
  await ada.messageField.fill("mine, better")
  await ada.messageField.press("Enter")
  await bob.sees(bob.message("mine, better").getByText("(edited)"))
  assert.ok(await isFocused(ada.messageField))
})

browserTest("who hears the page is led to the tools of a message by a button of their own", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("mine")
  await ada.sees(ada.numbered(1))
  await ada.openTools(ada.message("mine"))
  assert.ok(await isFocused(ada.message("mine").getByRole("button", { name: "Copy link" })))
  await ada.page.keyboard.press("Tab")
  assert.ok(await isFocused(ada.message("mine").getByRole("button", { name: "Edit message" })))

  const elsewhere = await chat.sameAs(ada)
  await elsewhere.delete("mine")
  await ada.sees(ada.message("Message deleted"))
  assert.ok(await isFocused(ada.message("Message deleted")))
  assert.equal(await ada.message("Message deleted").getByRole("button").count(), 0)
})

browserTest("a deletion asks first, and the keyboard stays where it was", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("precious")
  await ada.sees(ada.numbered(1))
  const button = ada.message("precious").getByRole("button", { name: "Delete message" })
  const dialog = ada.page.getByRole("dialog", { name: "Delete this message?" })

  await ada.openTools(ada.message("precious"))
  await button.press("Enter")
  await ada.sees(dialog.getByText("precious"))
  await ada.page.keyboard.press("Escape")
  await ada.seesNoMore(dialog)
  assert.ok(await isFocused(button))
  await button.press("Enter")
  await dialog.getByRole("button", { name: "Cancel" }).click()
  assert.deepEqual((await ada.transcript()).map(({ body }) => body), ["precious"])

  await button.press("Enter")
  await dialog.getByRole("button", { name: "Delete" }).press("Enter")
  await ada.sees(ada.message("Message deleted"))
  assert.ok(await isFocused(ada.message("Message deleted")))
})

browserTest("on a phone a tap on a message, or on its dots, shows what can be done to it", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  await ada.say("from the train")
  await ada.sees(ada.numbered(1))
  await ada.message("from the train").tap()
  await ada.message("from the train").getByRole("button", { name: "Edit message" }).tap()
  await ada.messageField.fill("from the bus")
  await ada.saveButton.tap()
  await ada.sees(ada.message("from the bus").getByText("(edited)"))

  await ada.messageField.tap()
  await ada.message("from the bus").getByRole("button", { name: "Message actions" }).tap()
  await ada.sees(ada.message("from the bus").getByRole("button", { name: "Copy link" }))
  await ada.seesNoMore(ada.dialog)
  await ada.message("from the bus").getByRole("button", { name: "Delete message" }).tap()
  await ada.page.getByRole("dialog").getByRole("button", { name: "Delete" }).tap()
  await ada.sees(ada.message("Message deleted"))
})

browserTest("an edit of what was changed elsewhere meanwhile is not made unasked, and its text is not lost", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("draft")
  await ada.sees(ada.numbered(1))
  await ada.hasKeptThePage()
  const elsewhere = await chat.sameAs(ada)
  await elsewhere.sees(elsewhere.message("draft"))
  await ada.loseConnection()
  await ada.edit("draft", "written offline")
  await elsewhere.edit("draft", "written elsewhere")
  await elsewhere.sees(elsewhere.message("written elsewhere").getByText("(edited)"))

  await ada.goOnline()
  const message = ada.numbered(1)
  await ada.sees(message.getByText("Not saved: the message was changed elsewhere meanwhile."))
  assert.deepEqual((await ada.transcript()).map(({ body }) => body), ["written elsewhere"])
  await ada.sees(message.getByText("written offline"))
  await message.getByRole("button", { name: "Retry" }).click()
  await elsewhere.sees(elsewhere.message("written offline"))
  await ada.seesNoMore(message.getByText("Not saved:"))
  assert.deepEqual((await ada.transcript()).map(({ body }) => body), ["written offline"])
}, { expected: AWAY })

browserTest("of several edits made offline all go out in their order", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("zero")
  await ada.sees(ada.numbered(1))
  await ada.loseConnection()
  await ada.edit("zero", "one")
  await ada.edit("one", "two")
  await ada.goOnline()
  await eventually(async () => assert.deepEqual(await ada.transcript(), [{ seq: 1, state: "sent", body: "two" }]))
  const [stored] = await historyOf(chat.server.url)
  assert.deepEqual([stored.body, stored.changed], ["two", 3])
}, { expected: AWAY })

function isFocused(locator) {
  return locator.evaluate((element) => element === document.activeElement)
}

import assert from "node:assert/strict"
import { browserTest } from "./support/browser_test.js"
import { historyOf } from "../clients/support/plain_client.js"

browserTest("two people see each other come, speak and go", async (chat) => {
  const ada = await chat.join("ada")
  await ada.seesPeople("ada")
  const bob = await chat.join("bob")
  await ada.sees(ada.notice("bob joined"))
  await ada.seesPeople("ada", "bob")
  await bob.seesPeople("ada", "bob")

  await ada.say("Hello bob")
  await bob.sees(bob.message("Hello bob"))
  await bob.say("Hello ada")
  await ada.sees(ada.message("Hello ada"))
  const expected = [
    { seq: 1, state: "sent", body: "Hello bob" },
    { seq: 2, state: "sent", body: "Hello ada" },
  ]
  assert.deepEqual(await ada.transcript(), expected)
  assert.deepEqual(await bob.transcript(), expected)

  await bob.leave()
  await ada.sees(ada.notice("bob left"))
  await ada.seesPeople("ada")
})

browserTest("a reload keeps the name, the person and what was said", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("before")
  await ada.sees(ada.numbered(1))

  await ada.page.reload()
  await ada.sees(ada.message("before"))
  await ada.seesPeople("ada")
  await ada.say("after")
  await ada.sees(ada.numbered(2))

  const authors = (await historyOf(chat.server.url)).map(({ user }) => user)
  assert.equal(authors[0].name, "ada")
  assert.deepEqual(authors[0], authors[1])
})

browserTest("two windows of one browser are one person", async (chat) => {
  const ada = await chat.join("ada")
  const window = await chat.anotherWindowOf(ada)
  await window.sees(window.messageField)
  await ada.say("Hello me")
  await window.sees(window.message("Hello me"))
  await ada.seesPeople("ada")
  await window.seesPeople("ada")
})

browserTest("a second ada is called ada 2 and told so", async (chat) => {
  const first = await chat.join("ada")
  const second = await chat.join("ada")
  await second.sees(second.notice("You are “ada 2” here: “ada” was not available"))
  await first.sees(first.notice("ada 2 joined"))
  await first.seesPeople("ada", "ada 2")
})

browserTest("where the browser lets sites keep nothing, one chats all the same", async (chat) => {
  const visitor = await chat.visitor()
  await visitor.page.addInitScript(forbidKeeping)
  await visitor.page.reload()
  await visitor.join("ada")
  await visitor.say("Hello")
  await visitor.sees(visitor.numbered(1))
})

browserTest("the others learn of a new name", async (chat) => {
  const ada = await chat.join("ada")
  const bob = await chat.join("bob")
  await ada.choose("Change name")
  await ada.join("Ada Lovelace")
  await bob.sees(bob.notice("ada left"), bob.notice("Ada Lovelace joined"))
  await bob.seesPeople("Ada Lovelace", "bob")
})

browserTest("nobody enters without a name", async (chat) => {
  const visitor = await chat.visitor()
  await visitor.nameField.press("Enter")
  await visitor.sees(visitor.page.getByRole("alert").getByText("Please type a name."))
})

browserTest("the others see that somebody is typing, until they send or think better of it", async (chat) => {
  const ada = await chat.join("ada")
  const bob = await chat.join("bob")
  const typing = ada.page.getByText("bob is typing…")

  await bob.messageField.pressSequentially("never mind")
  await ada.sees(typing)
  await bob.messageField.fill("")
  await ada.seesNoMore(typing)

  await bob.messageField.pressSequentially("hello")
  await ada.sees(typing)
  await bob.sendButton.click()
  await ada.sees(ada.message("hello"))
  await ada.seesNoMore(typing)
})

/** Runs in the page: what a browser does when somebody blocks the data of sites. */
function forbidKeeping() {
  const get = () => {
    throw new DOMException("Access is denied for this document.", "SecurityError")
  }
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get })
  IDBFactory.prototype.open = get
}

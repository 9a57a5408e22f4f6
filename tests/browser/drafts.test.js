import assert from "node:assert/strict"
import { browserTest, unclaimedTest } from "./support/browser_test.js"
import { eventually } from "../clients/support/waiting.js"

function fieldHas(visitor, text) {
  return eventually(async () => assert.equal(await visitor.messageField.inputValue(), text))
}

browserTest("what was begun is still there after a reload and in a window that opens later, until it is sent", async (chat) => {
  let ada = await chat.join("ada")
  await ada.messageField.pressSequentially("half a sen")
  await ada.page.reload()
  await fieldHas(ada, "half a sen")
  ada = await chat.reopen(ada)
  await fieldHas(ada, "half a sen")
  await ada.messageField.press("End")
  await ada.messageField.pressSequentially("tence")
  await ada.messageField.press("Enter")
  await ada.sees(ada.numbered(1))
  assert.deepEqual((await ada.transcript()).map(({ body }) => body), ["half a sentence"])
  ada = await chat.reopen(ada)
  await ada.sees(ada.numbered(1))
  await fieldHas(ada, "")
})

browserTest("two windows that write in the same room keep their own texts", async (chat) => {
  const one = await chat.join("ada")
  const other = await chat.anotherWindowOf(one)
  await other.sees(other.messageField)
  await one.messageField.pressSequentially("one")
  await other.messageField.pressSequentially("other")
  await other.page.reload()
  await fieldHas(other, "other")
  await fieldHas(one, "one")
  await other.messageField.press("Enter")
  await other.sees(other.numbered(1))
  await fieldHas(other, "")
  await fieldHas(one, "one")
})

unclaimedTest("each room has its own draft, and the list shows which ones have any", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.messageField.pressSequentially("for the lobby")
  await grace.createRoom("Garden")
  await fieldHas(grace, "")
  await grace.sees(grace.roomEntry("Lobby (draft)"))
  await grace.messageField.pressSequentially("for the garden")
  await grace.open("Lobby")
  await fieldHas(grace, "for the lobby")
  await grace.sees(grace.roomEntry("Garden (draft)"))
  await grace.messageField.press("Enter")
  await grace.open("Garden")
  await fieldHas(grace, "for the garden")
  await grace.sees(grace.roomEntry(/^Lobby$/))
})

unclaimedTest("who signs out leaves no drafts behind", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.messageField.pressSequentially("a secret")
  await grace.choose("Sign out")
  await grace.sees(grace.button("I have an account"))
  const kept = await grace.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
  assert.doesNotMatch(kept, /a secret/)
})

import assert from "node:assert/strict"
import { browserTest, unclaimedTest } from "./support/browser_test.js"
import { PHONE } from "./support/devices.js"
import { eventually } from "../clients/support/waiting.js"

function suggestions(visitor) {
  return visitor.page.getByRole("listbox", { name: "Suggestions" }).getByRole("option")
}

function suggests(visitor, ...labels) {
  const shown = () => suggestions(visitor).locator("[data-label]").allInnerTexts()
  return eventually(async () => assert.deepEqual(await shown(), labels))
}

function fieldHas(visitor, text) {
  return eventually(async () => assert.equal(await visitor.messageField.inputValue(), text))
}

browserTest("people are called by the keyboard: @, a letter or two, arrows, Enter", async (chat) => {
  const ada = await chat.join("ada")
  await chat.join("bob")
  await chat.join("Bo Peep")
  await ada.seesPeople("ada", "Bo Peep", "bob")

  await ada.messageField.pressSequentially("hi @")
  await suggests(ada, "Bo Peep", "bob")
  await ada.sees(ada.page.getByRole("status").getByText("2 suggestions"))
  await ada.messageField.pressSequentially("bo")
  await suggests(ada, "Bo Peep", "bob")
  await ada.messageField.press("ArrowDown")
  const chosen = suggestions(ada).and(ada.page.locator("[aria-selected=true]"))
  await ada.sees(chosen.getByText("bob"))
  assert.equal(await ada.messageField.getAttribute("aria-activedescendant"), await chosen.getAttribute("id"))
  await ada.messageField.press("Enter")
  await fieldHas(ada, "hi @bob ")
  await suggests(ada)
  assert.equal(await ada.messageField.getAttribute("aria-activedescendant"), null)
  await ada.messageField.press("Control+z")
  assert.match(await ada.messageField.inputValue(), /^hi @bob?$/)

  await ada.messageField.fill("@bo")
  await suggests(ada, "Bo Peep", "bob")
  await ada.messageField.press("Escape")
  await suggests(ada)
  await ada.messageField.pressSequentially("b")
  await suggests(ada)
  await ada.messageField.press("Enter")
  await ada.sees(ada.numbered(1))
  assert.deepEqual((await ada.transcript()).map(({ body }) => body), ["@bob"])
})

unclaimedTest("who is away is found too, is called, and sees their name stand out", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás Ó Sé", grace)
  await tomas.leave()
  await grace.seesPeople("Grace")
  await grace.messageField.pressSequentially("@tom")
  await suggests(grace, "Tomás Ó Sé")
  await grace.messageField.press("Tab")
  await grace.messageField.pressSequentially("are you there?")
  await grace.messageField.press("Enter")
  const mention = grace.message("are you there?").locator(".mention")
  await grace.sees(mention.getByText("@Tomás Ó Sé", { exact: true }))
})

unclaimedTest("a room that is named is a link to it", async (chat) => {
  const grace = await chat.claim("Grace")
  await grace.createRoom("Garden")
  await grace.open("Lobby")
  await grace.messageField.pressSequentially("see #gar")
  await suggests(grace, "#garden")
  await grace.messageField.press("Enter")
  await grace.messageField.press("Enter")
  await grace.message("see #garden").getByRole("link", { name: "#garden" }).click()
  await grace.sees(grace.heading("Garden"))
})

browserTest("on a phone a suggestion is chosen by a tap", async (chat) => {
  await chat.join("bob")
  const ada = await chat.join("ada", PHONE)
  await ada.messageField.tap()
  await ada.messageField.pressSequentially("@b")
  await suggests(ada, "bob")
  await suggestions(ada).first().tap()
  await fieldHas(ada, "@bob ")
  assert.ok(await ada.messageField.evaluate((field) => field === document.activeElement))
})

browserTest("commands are offered as one writes a slash, and /help explains them", async (chat) => {
  const ada = await chat.join("ada")
  await ada.messageField.pressSequentially("/")
  await ada.sees(suggestions(ada).getByText("/help"))
  await ada.messageField.pressSequentially("he")
  await suggests(ada, "/help")
  await ada.messageField.press("Enter")
  await fieldHas(ada, "/help")
  await ada.messageField.press("Enter")
  const dialog = ada.page.getByRole("dialog", { name: "What you can write" })
  await ada.sees(dialog.getByText("/me what you do"))
  await fieldHas(ada, "")
  await ada.page.keyboard.press("Escape")
  await ada.seesNoMore(dialog)
  assert.ok(await ada.messageField.evaluate((field) => field === document.activeElement))
})

browserTest("a command that there is not is told, and its text stays; two slashes send one", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("/dance now")
  await ada.sees(ada.page.getByRole("alert").getByText("There is no command /dance here."))
  await fieldHas(ada, "/dance now")
  await ada.say("/me ")
  await ada.sees(ada.page.getByRole("alert").getByText("Something is missing: /me what you do"))
  await ada.say("//dance now")
  await ada.sees(ada.numbered(1))
  assert.equal((await ada.transcript())[0].body, "/dance now")
})

unclaimedTest("who may changes the topic, adds people and has a room be quiet by a command", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await grace.createRoom("Garden")
  await grace.say("/topic Hedges and bees")
  await grace.sees(grace.page.locator(".room__topic").getByText("Hedges and bees"))
  await fieldHas(grace, "")

  await grace.messageField.pressSequentially("/inv")
  await grace.messageField.press("Enter")
  await grace.messageField.pressSequentially("tom")
  await suggests(grace, "Tomás")
  await grace.messageField.press("Enter")
  await fieldHas(grace, "/invite Tomás")
  await grace.messageField.press("Enter")
  await tomas.sees(tomas.roomEntry("Garden"))
  await fieldHas(grace, "")
  await grace.say("/invite Nobody")
  await grace.sees(grace.page.getByRole("alert").getByText("Nobody called “Nobody” has an account here."))
  await fieldHas(grace, "/invite Nobody")

  await tomas.open("Garden")
  await tomas.say("/mute")
  await tomas.sees(tomas.page.getByRole("status").getByText("This room stays quiet now."))
  await suggests(tomas)
  await tomas.open("Lobby")
  await grace.say("anybody?")
  await tomas.sees(tomas.roomEntry(/^Garden$/).and(tomas.page.locator(".rooms__entry--quiet")))
  await tomas.open("Garden")
  await tomas.say("/topic Mine")
  await tomas.sees(tomas.page.getByRole("alert").getByText("There is no command /topic here."))
  await tomas.say("/unmute")
  await tomas.sees(tomas.page.getByRole("status").getByText("You are told of this room again."))
})

browserTest("a guest changes their name by a command", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("/nick Ada Lovelace")
  await ada.seesPeople("Ada Lovelace")
})

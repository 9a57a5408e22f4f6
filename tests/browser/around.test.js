import assert from "node:assert/strict"
import { browserTest, unclaimedTest } from "./support/browser_test.js"
import { isFocused } from "./support/focus.js"

/** An owner with three rooms besides the lobby, and somebody who is in the garden. */
async function threeRooms(chat) {
  const grace = await chat.claim("Grace")
  for (const title of ["Field notes", "Garden", "Pond"]) await grace.createRoom(title)
  const tomas = await chat.member("Tomás", grace)
  await tomas.button("Browse rooms").click()
  await tomas.button("Join Garden").click()
  await tomas.sees(tomas.heading("Garden"))
  await grace.open("Lobby")
  return { grace, tomas, keys: grace.page.keyboard }
}

unclaimedTest("a few letters lead to a room, without a mouse, and what is unread comes first", async (chat) => {
  const { grace, tomas, keys } = await threeRooms(chat)
  await tomas.say("The hedge is growing")
  await grace.sees(grace.roomEntry(/^Garden \(1 unread\)$/))

  await keys.press("Control+K")
  const options = grace.page.getByRole("option")
  await grace.sees(grace.page.getByRole("option", { name: "Garden (1 unread)", selected: true }))
  assert.equal(await options.filter({ hasText: "Lobby" }).count(), 0)
  await keys.press("Enter")
  await grace.sees(grace.heading("Garden"), grace.message("The hedge"))
  await isFocused(grace.messageField)

  await keys.press("Control+K")
  await keys.type("fn")
  await grace.sees(grace.page.getByRole("option", { name: "Field notes", selected: true }))
  await keys.press("Enter")
  await grace.sees(grace.heading("Field notes"))

  await keys.press("Control+K")
  await keys.press("ArrowDown")
  const [, second] = await options.allInnerTexts()
  await keys.press("Enter")
  await grace.sees(grace.heading(second.trim()))
})

unclaimedTest("the switcher begins a talk with somebody, and offers to browse where nothing is called that", async (chat) => {
  const { grace, keys } = await threeRooms(chat)
  await grace.button("Go to a room or person").click()
  await keys.type("tomas")
  await grace.sees(grace.page.getByRole("option", { name: /^Tomás/, selected: true }))
  await keys.press("Enter")
  await grace.sees(grace.heading("Tomás"))
  await keys.press("Control+K")
  await keys.type("tomas")
  await grace.sees(grace.page.getByRole("option", { name: "Tomás", exact: true }))
  assert.equal(await grace.page.getByRole("option").count(), 1)

  await keys.type("xyz")
  await grace.sees(grace.page.getByRole("status").getByText("No room and nobody is called that."))
  await keys.press("Enter")
  await grace.sees(grace.page.getByRole("dialog", { name: "Browse rooms" }))
})

unclaimedTest("one goes from room to room by keyboard, and to what is unread", async (chat) => {
  const { grace, tomas, keys } = await threeRooms(chat)
  await keys.press("Alt+ArrowDown")
  await grace.sees(grace.heading("Field notes"))
  await keys.press("Alt+ArrowUp")
  await grace.sees(grace.heading("Lobby"))
  await keys.press("Alt+Shift+ArrowDown")
  await grace.sees(grace.page.getByText("Nothing is unread."))
  await tomas.say("The hedge is growing")
  await grace.sees(grace.roomEntry(/^Garden \(1 unread\)$/))
  await keys.press("Alt+Shift+ArrowDown")
  await grace.sees(grace.heading("Garden"))
})

unclaimedTest("the list of rooms is one stop of the Tab key, and the arrow keys move in it", async (chat) => {
  const { grace, keys } = await threeRooms(chat)
  await grace.roomEntry("Lobby").focus()
  await keys.press("ArrowDown")
  await isFocused(grace.roomEntry("Field notes"))
  await keys.press("End")
  await isFocused(grace.roomEntry("Pond"))
  await keys.press("Home")
  await isFocused(grace.roomEntry("Lobby"))
  await keys.press("ArrowDown")
  await keys.press("Enter")
  await grace.sees(grace.heading("Field notes"))
  await isFocused(grace.messageField)
})

unclaimedTest("whoever is at a room in the list that goes away is at its neighbour", async (chat) => {
  const { grace, tomas, keys } = await threeRooms(chat)
  await grace.open("Garden")
  await tomas.open("Lobby")
  await tomas.roomEntry("Garden").focus()
  await grace.people.getByRole("button", { name: "Tomás" }).click()
  await grace.button("Remove from the room").click()
  await tomas.seesNoMore(tomas.roomEntry("Garden"))
  await isFocused(tomas.roomEntry("Lobby"))
  await keys.press("Escape")
})

browserTest("one goes around the parts of the page, and from its beginning to where one writes", async (chat) => {
  const ada = await chat.join("ada")
  const keys = ada.page.keyboard
  await ada.seesPeople("ada")
  await isFocused(ada.messageField)
  await keys.press("F6")
  await isFocused(ada.people.getByRole("button", { name: "ada" }))
  await keys.press("F6")
  await isFocused(ada.roomEntry("Lobby"))
  await keys.press("F6")
  await isFocused(ada.log)
  await keys.press("Shift+F6")
  await isFocused(ada.roomEntry("Lobby"))
  await keys.press("Escape")
  await isFocused(ada.messageField)

  await ada.page.evaluate(() => document.activeElement.blur())
  await ada.page.locator("body").press("Tab")
  await ada.button("Skip to where you write").focus()
  await keys.press("Enter")
  await isFocused(ada.messageField)
})

browserTest("the sheet has all shortcuts, by a key or from the menu, and Esc leads back", async (chat) => {
  const ada = await chat.join("ada")
  const keys = ada.page.keyboard
  const sheet = ada.page.getByRole("dialog", { name: "Keyboard shortcuts" })
  await ada.messageField.press("?")
  assert.equal(await ada.messageField.inputValue(), "?")
  await ada.log.focus()
  await keys.press("?")
  await ada.sees(sheet.getByRole("row", { name: "Go to a room or person Ctrl K" }))
  await ada.sees(sheet.getByRole("row", { name: "Send Enter", exact: true }))
  await keys.press("Escape")
  await ada.seesNoMore(sheet)
  await isFocused(ada.log)
  await ada.choose("Keyboard shortcuts")
  await ada.sees(sheet)
})

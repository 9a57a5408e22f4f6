import { AWAY, browserTest, unclaimedTest } from "./support/browser_test.js"
import { fill, NO_LIMITS } from "./support/filling.js"
import { isFocused } from "./support/focus.js"

const NARROW = { viewport: { width: 390, height: 844 } }
unclaimedTest("whoever presses a button by keyboard is there again when what it opened is closed", async (chat) => {
  const grace = await chat.claim("Grace")
  const keys = grace.page.keyboard
  await grace.choose("Invite people")
  await grace.button("Make a link").focus()
  await keys.press("Enter")
  await isFocused(grace.field("Link"))
  await keys.press("Escape")
  await isFocused(grace.button("Make a link"))
})

unclaimedTest("a button that was refused keeps the keyboard's place", async (chat) => {
  const grace = await chat.claim("Grace")
  const keys = grace.page.keyboard
  await grace.button("Create a room").first().click()
  await grace.field("Title").fill("Garden")
  await grace.goOffline()
  await grace.sees(grace.banner)
  await grace.button("Create").focus()
  await keys.press("Enter")
  await grace.sees(grace.dialog.getByText("There is no connection just now."))
  await isFocused(grace.button("Create"))
}, { expected: AWAY })

browserTest("Escape closes the menu, and only then the rooms below it", async (chat) => {
  const ada = await chat.join("ada", NARROW)
  const keys = ada.page.keyboard
  const menu = ada.page.getByRole("group", { name: "Your menu" })
  const opener = ada.page.getByRole("button", { name: /^Show rooms/ })
  const mine = ada.page.getByRole("button", { name: "your menu" })
  await opener.focus()
  await keys.press("Enter")
  await mine.focus()
  await keys.press("Enter")
  await ada.sees(menu)
  await keys.press("Escape")
  await ada.seesNoMore(menu)
  await isFocused(mine)
  await keys.press("Escape")
  await isFocused(opener)
})

browserTest("the button that leads to the newest messages leaves nobody without a place", async (chat) => {
  await fill(chat, 100)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(100))
  await ada.log.focus()
  await ada.page.keyboard.press("Home")
  const newest = ada.button("Newest messages")
  await newest.focus()
  await ada.page.keyboard.press("Enter")
  await ada.seesNoMore(newest)
  await isFocused(ada.messageField)
}, { settings: NO_LIMITS })

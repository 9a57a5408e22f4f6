import assert from "node:assert/strict"
import { AWAY, browserTest } from "./support/browser_test.js"
import { PHONE } from "./support/devices.js"
import { isFocused } from "./support/focus.js"
import { eventually } from "../clients/support/waiting.js"

function picker(visitor) {
  return visitor.page.getByRole("dialog", { name: "Emoji", exact: true })
}

function fieldHas(visitor, text) {
  return eventually(async () => assert.equal(await visitor.messageField.inputValue(), text))
}

browserTest("an emoji is looked for and put at the cursor by keyboard alone", async (chat) => {
  const ada = await chat.join("ada")
  await ada.messageField.fill("well done!")
  await ada.messageField.press("Home")
  await ada.messageField.press("Control+Shift+E")
  const search = picker(ada).getByRole("searchbox", { name: "Search emoji" })
  await isFocused(search)
  await ada.sees(picker(ada).getByRole("button", { name: "grinning face", exact: true }))
  await search.pressSequentially("party popper")
  await ada.sees(picker(ada).getByRole("status").getByText("1 emoji"))
  await search.press("Enter")
  await ada.seesNoMore(picker(ada))
  await isFocused(ada.messageField)
  await fieldHas(ada, "🎉well done!")
  await ada.messageField.press("Control+z")
  await fieldHas(ada, "well done!")
})

browserTest("the arrows go through the emoji, and Escape goes back to where one wrote", async (chat) => {
  const ada = await chat.join("ada")
  await ada.messageField.press("Control+Shift+E")
  const cell = (name) => picker(ada).getByRole("button", { name, exact: true })
  await ada.sees(cell("grinning face"))
  await ada.page.keyboard.press("ArrowDown")
  await isFocused(cell("grinning face"))
  await ada.page.keyboard.press("ArrowRight")
  await ada.page.keyboard.press("ArrowDown")
  const name = await ada.page.evaluate(() => document.activeElement.getAttribute("aria-label"))
  await ada.page.keyboard.press("ArrowUp")
  await isFocused(cell("grinning face with big eyes"))
  await ada.page.keyboard.press("ArrowUp")
  await isFocused(picker(ada).getByRole("searchbox"))
  await ada.page.keyboard.type("cat")
  await ada.page.keyboard.press("Escape")
  await ada.seesNoMore(picker(ada))
  await isFocused(ada.messageField)
  assert.equal(await ada.messageField.inputValue(), "")

  // What was used of late is there first the next time.
  await ada.messageField.press("Control+Shift+E")
  await ada.page.keyboard.press("ArrowDown")
  await isFocused(cell("grinning face"))
  await ada.page.keyboard.press("ArrowRight")
  await ada.page.keyboard.press("ArrowDown")
  await isFocused(cell(name))
  await ada.page.keyboard.press("Enter")
  const used = await ada.messageField.inputValue()
  await ada.messageField.press("Control+Shift+E")
  await ada.sees(picker(ada).getByRole("tab", { name: "Used recently", selected: true }))
  await ada.sees(cell(name))
  await picker(ada).getByRole("searchbox").press("Enter")
  await fieldHas(ada, used + used)
})

browserTest("kinds of emoji are chosen by a tap on a phone, in the tone of skin that one likes", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  await ada.button("Insert an emoji").tap()
  await picker(ada).getByRole("combobox", { name: "Skin tone" }).selectOption("🏽")
  await picker(ada).getByRole("tab", { name: "People and gestures" }).tap()
  const wave = picker(ada).getByRole("button", { name: "waving hand", exact: true })
  await ada.sees(wave)
  const { x, y, width, height } = await picker(ada).boundingBox()
  assert.ok(x >= 0 && y >= 0 && x + width <= 390 && y + height <= 844, "the picker is in sight")
  assert.ok((await wave.boundingBox()).width >= 40, "emoji are large enough for a thumb")
  await wave.tap()
  await ada.seesNoMore(picker(ada))
  await fieldHas(ada, "👋🏽")
  await ada.sendButton.tap()
  await ada.sees(ada.numbered(1))
})

browserTest("a colon and some letters suggest emoji, and a whole shortcode becomes one", async (chat) => {
  const ada = await chat.join("ada")
  await ada.messageField.pressSequentially("nice :tad")
  const options = ada.page.getByRole("listbox", { name: "Suggestions" }).getByRole("option")
  await ada.sees(options.getByText("party popper"))
  await ada.messageField.press("Enter")
  await fieldHas(ada, "nice 🎉 ")
  await ada.messageField.pressSequentially(":heart:")
  await fieldHas(ada, "nice 🎉 ❤️ ")
  await ada.messageField.pressSequentially("at 10:30 :-) ")
  await fieldHas(ada, "nice 🎉 ❤️ at 10:30 :-) ")
})

browserTest("without a connection the picker says that it cannot show emoji, and does once it is back", async (chat) => {
  const ada = await chat.join("ada")
  await ada.loseConnection()
  await ada.button("Insert an emoji").click()
  await ada.sees(picker(ada).getByText("Emoji cannot be loaded without a connection."))
  await ada.page.keyboard.press("Escape")
  await ada.goOnline()
  await ada.button("Insert an emoji").click()
  await ada.sees(picker(ada).getByRole("button", { name: "grinning face", exact: true }))
}, { expected: AWAY })

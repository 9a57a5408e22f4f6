import assert from "node:assert/strict"
import { AWAY, browserTest } from "./support/browser_test.js"
import { DESKTOP } from "./support/devices.js"
import { isFocused } from "./support/focus.js"
import { eventually } from "../clients/support/waiting.js"

const DARK = "rgb(30, 27, 25)"
const LIGHT = "rgb(253, 252, 250)"

browserTest("the colours are those of the system until one chooses others, at once in all windows and from the first paint", async (chat) => {
  const ada = await chat.visitor({ ...DESKTOP, colorScheme: "light" })
  await ada.join("ada")
  const window = await chat.anotherWindowOf(ada)
  await window.sees(window.messageField)
  assert.equal(await background(ada), LIGHT)

  await ada.choose("Settings")
  await segment(ada, "Dark").click()
  for (const each of [ada, window]) await eventually(async () => assert.equal(await background(each), DARK))
  assert.deepEqual(await barColours(ada), ["#171513"])

  const firstPaint = ada.page.waitForRequest(/main\.js$/).then(() => ada.page.locator("html").getAttribute("data-theme"))
  await ada.page.reload()
  assert.equal(await firstPaint, "dark")
  await ada.choose("Settings")
  await segment(ada, "As the system").click()
  assert.equal(await background(ada), LIGHT)
})

browserTest("more contrast and less motion hold when one wishes them, or when the system does", async (chat) => {
  const ada = await chat.visitor({ ...DESKTOP, reducedMotion: "no-preference" })
  await ada.join("ada")
  const before = await quietColour(ada)
  await ada.choose("Settings")
  await ada.dialog.getByRole("checkbox", { name: "More contrast" }).check()
  await ada.dialog.getByRole("checkbox", { name: "Less motion" }).check()
  assert.notEqual(await quietColour(ada), before)
  assert.equal(await ada.page.locator("html").getAttribute("data-motion"), "less")
  await ada.dialog.getByRole("checkbox", { name: "More contrast" }).uncheck()
  await ada.dialog.getByRole("checkbox", { name: "Less motion" }).uncheck()
  assert.equal(await quietColour(ada), before)

  await ada.page.emulateMedia({ contrast: "more", reducedMotion: "reduce" })
  await eventually(async () => assert.notEqual(await quietColour(ada), before))
  assert.equal(await ada.page.locator("html").getAttribute("data-motion"), "less")
})

browserTest("where the system chooses the colours, frames tell where one is and what can be pressed", async (chat) => {
  const ada = await chat.visitor({ ...DESKTOP, forcedColors: "active" })
  await ada.join("ada")
  assert.equal(await frameOf(ada.roomEntry("Lobby"), "outline-style"), "solid")
  assert.equal(await frameOf(ada.sendButton, "border-block-start-style"), "solid")
  await ada.log.focus()
  await ada.page.keyboard.press("Shift+Tab")
  assert.equal(await frameOf(ada.page.locator(":focus"), "outline-style"), "solid")
})

browserTest("another language shows at once, and one is still where one chose it", async (chat) => {
  const ada = await chat.join("ada")
  await ada.choose("Settings")
  await ada.field("Language").selectOption("Deutsch")
  const settings = ada.page.getByRole("dialog", { name: "Einstellungen" })
  const language = settings.getByLabel("Sprache")
  await ada.sees(language)
  await isFocused(language)
  assert.match(await ada.page.locator("html").getAttribute("lang"), /^de/)
  await language.selectOption("简体中文")
  await ada.sees(ada.page.getByRole("dialog", { name: "设置" }))
})

browserTest("settings are changed by keyboard alone, and one is back at the menu's button afterwards", async (chat) => {
  const ada = await chat.join("ada")
  const button = ada.page.getByRole("button", { name: "your menu" })
  await button.focus()
  await ada.page.keyboard.press("Enter")
  await ada.page.getByRole("button", { name: "Settings" }).focus()
  await ada.page.keyboard.press("Enter")
  await ada.button("Look and writing").focus()
  await ada.page.keyboard.press("ArrowRight")
  await isFocused(ada.button("Notifications"))
  await ada.page.keyboard.press("Enter")
  await ada.sees(ada.field("Sound"))
  await ada.page.keyboard.press("ArrowLeft")
  await ada.page.keyboard.press("Enter")
  await ada.dialog.getByRole("radio", { name: "As the system" }).focus()
  await ada.page.keyboard.press("ArrowRight")
  await ada.page.keyboard.press("ArrowRight")
  await eventually(async () => assert.equal(await background(ada), DARK))
  await ada.page.keyboard.press("Escape")
  await ada.seesNoMore(ada.page.getByRole("dialog"))
  assert.ok(await button.evaluate((element) => element === document.activeElement))
})

function segment({ dialog }, name) {
  return dialog.locator("label").filter({ hasText: name })
}

function frameOf(locator, property) {
  return locator.evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), property)
}

browserTest("another language waits where the page could not be loaded anew", async (chat) => {
  const ada = await chat.visitor({ ...DESKTOP, serviceWorkers: "block" })
  await ada.join("ada")
  await ada.choose("Settings")
  await ada.loseConnection()
  await ada.field("Language").selectOption("Deutsch")
  await ada.sees(ada.page.getByText("The page is shown in it when you open it the next time."))
  await ada.page.keyboard.press("Escape")
  await ada.say("written meanwhile")
  await ada.goOnline()
  await ada.sees(ada.numbered(1))
  assert.equal(await ada.dialog.count(), 0)
  await ada.page.reload()
  await ada.sees(ada.page.getByRole("textbox", { name: "Nachricht" }))
  assert.equal(await ada.dialog.count(), 0)
}, { expected: new RegExp(`${AWAY.source}|Service Worker registration blocked`) })


function background({ page }) {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
}

function quietColour({ page }) {
  return page.evaluate(() => getComputedStyle(document.querySelector(".side__heading")).color)
}

/** The colours that browsers may take for their own bars now. */
function barColours({ page }) {
  return page.locator("meta[name=theme-color]").evaluateAll((metas) =>
    metas.filter(({ media }) => matchMedia(media).matches).map(({ content }) => content))
}

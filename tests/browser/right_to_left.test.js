import assert from "node:assert/strict"
import { browserTest } from "./support/browser_test.js"
import { DESKTOP, PHONE } from "./support/devices.js"
import { isFocused } from "./support/focus.js"

const HEBREW = "שלום לכולם, מה שלומכם?"
const ARABIC = "مرحبا بالجميع"

browserTest("each message is written in its own direction", async (chat) => {
  const ada = await chat.join("ada")
  for (const body of ["Good morning!", HEBREW, ARABIC]) await ada.say(body)
  await ada.sees(ada.numbered(3))
  assert.deepEqual(await directionsOf(ada.articles.locator(".message__text")), ["ltr", "rtl", "rtl"])
})

browserTest("what is being written turns as it is written", async (chat) => {
  const ada = await chat.join("ada")
  await ada.messageField.fill(HEBREW)
  assert.deepEqual(await directionsOf(ada.messageField), ["rtl"])
  await ada.messageField.fill("Good morning!")
  assert.deepEqual(await directionsOf(ada.messageField), ["ltr"])
})

browserTest("a name from right to left does not turn what is told with it", async (chat) => {
  const ada = await chat.join("ada")
  const david = await chat.join("דוד")
  const notice = ada.log.locator(".notice").filter({ hasText: "דוד" })
  await ada.sees(notice)
  assert.equal(await notice.textContent(), "\u2068דוד\u2069 joined")
  await david.say("hello")
  const author = ada.articles.locator(".message__author")
  await ada.sees(author)
  assert.deepEqual(await directionsOf(author), ["rtl"])
  assert.deepEqual(await directionsOf(ada.articles), ["ltr"])
})

browserTest("from right to left, a window has everything on its other side", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("Good morning!")
  await ada.sees(ada.numbered(1))
  await turn(ada)
  const { width } = DESKTOP.viewport

  assert.equal(rightOf(await boxOf(ada, "#side")), width)
  assert.equal((await boxOf(ada, "#people-panel")).x, 0)
  await isBeside(ada, ".message__avatar", ".message__body")
  await isBeside(ada, "#message", ".composer__send")
  await isBeside(ada, ".room__heading", "#room-details")
  await ada.message("Good morning!").hover()
  await isBeside(ada, ".message__author", ".message__tools")
  await ada.page.locator("#your-menu-button").click()
  assert.ok(width - rightOf(await boxOf(ada, "#your-menu")) < 16, "the menu is not below its button")
  assert.deepEqual(await outOfSight(ada), [])
  assert.deepEqual(await directionsOf(ada.messageField), ["rtl"])
})

browserTest("from right to left, the left arrow leads on", async (chat) => {
  const ada = await chat.join("ada")
  await ada.choose("Settings")
  await turn(ada)
  await ada.button("Look and writing").press("ArrowLeft")
  await isFocused(ada.button("Notifications"))
})

browserTest("from right to left, a phone has its panels on their other sides", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  await turn(ada)
  const { width } = PHONE.viewport

  assert.deepEqual(await outOfSight(ada), [])
  await ada.page.getByRole("button", { name: /^Show rooms/ }).tap()
  assert.equal(rightOf(await settledBoxOf(ada, "#side")), width)
  assert.deepEqual(await outOfSight(ada), [])
  await ada.page.locator("#side").getByRole("button", { name: "Close" }).tap()
  await ada.page.getByRole("button", { name: /^Show who is here/ }).tap()
  assert.equal((await settledBoxOf(ada, "#people-panel")).x, 0)
  assert.deepEqual(await outOfSight(ada), [])
})

function directionsOf(locator) {
  return locator.evaluateAll((elements) => elements.map((element) => getComputedStyle(element).direction))
}

/** None of the languages of the page is written so yet. */
async function turn({ page }) {
  await page.evaluate(() => (document.documentElement.dir = "rtl"))
}

function boxOf({ page }, selector) {
  return page.locator(selector).first().boundingBox()
}

/** Once what slides has arrived. */
async function settledBoxOf(person, selector) {
  await person.page.locator(selector).evaluate((element) =>
    Promise.all(element.getAnimations().map(({ finished }) => finished)))
  return boxOf(person, selector)
}

function rightOf({ x, width }) {
  return x + width
}

/** The first stands before the other as one reads: on its right. */
async function isBeside(person, first, other) {
  const [before, after] = await Promise.all([boxOf(person, first), boxOf(person, other)])
  assert.ok(before.x >= rightOf(after) - 1, `${first} is not on the right of ${other}`)
}

/** What can be seen and reaches over an edge of the window. */
function outOfSight({ page }) {
  return page.evaluate(() => {
    const { clientWidth } = document.documentElement
    const isOver = (element) => {
      const { left, right } = element.getBoundingClientRect()
      return element.checkVisibility({ visibilityProperty: true }) && (left < -1 || right > clientWidth + 1)
    }
    return [...document.body.querySelectorAll("*")].filter(isOver).map((element) => `${element.localName}.${element.className}`)
  })
}

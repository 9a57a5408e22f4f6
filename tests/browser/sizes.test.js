import assert from "node:assert/strict"
import { browserTest } from "./support/browser_test.js"
import { DESKTOP, PHONE } from "./support/devices.js"
import { PlainClient } from "../clients/support/plain_client.js"

const LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff-the-one-with-the-long-name"
const LONG_WORD = "Donaudampfschifffahrtsgesellschaft".repeat(10)
const LONG_ADDRESS = `https://example.org/${"path/".repeat(40)}`

browserTest("on a phone one writes with the composer and opens the list of people", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  await chat.join("bob", PHONE)

  await ada.messageField.tap()
  await ada.messageField.fill("Hello from the train")
  await ada.sendButton.tap()
  await ada.sees(ada.numbered(1))
  const composer = await ada.messageField.boundingBox()
  assert.ok(composer.y + composer.height <= PHONE.viewport.height, "the composer is below the edge")

  assert.equal(await ada.people.isVisible(), false)
  await ada.page.getByRole("button", { name: /^Show who is here:\s*2$/ }).tap()
  await ada.seesPeople("ada", "bob")
  await ada.sees(ada.people)
  await ada.page.getByRole("button", { name: "Close" }).tap()
  await ada.seesNoMore(ada.people)
  await ada.sees(ada.messageField)
})

for (const [device, options] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
  browserTest(`nothing is wider than a ${device}, in the light and in the dark`, async (chat) => {
    const bob = await PlainClient.connect(chat.server.url, LONG_NAME)
    for (const body of [LONG_WORD, LONG_ADDRESS, "short"]) await bob.say(body)
    const light = await chat.visitor({ ...options, colorScheme: "light" })
    const dark = await chat.visitor({ ...options, colorScheme: "dark" })
    for (const person of [light, dark]) {
      assert.deepEqual(await tooWide(person), [])
      await person.join(`${LONG_NAME}!`)
      await person.messageField.fill(LONG_WORD)
      await person.sees(person.numbered(3))
      assert.deepEqual(await tooWide(person), [])
    }
    assert.notEqual(await background(light), await background(dark))
  })
}

/** What could be scrolled sideways or reaches over the edge of the window. */
function tooWide({ page }) {
  return page.evaluate(() => {
    const { clientWidth } = document.documentElement
    const scrolls = (element) =>
      element.scrollWidth > element.clientWidth && ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
    const isOver = (element) =>
      element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().right > clientWidth + 1
    const found = [...document.body.querySelectorAll("*")].filter((element) => scrolls(element) || isOver(element))
    if (document.documentElement.scrollWidth > clientWidth) found.push(document.documentElement)
    return found.map((element) => `${element.localName}.${element.className}`)
  })
}

function background({ page }) {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
}

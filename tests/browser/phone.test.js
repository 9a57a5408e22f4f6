import assert from "node:assert/strict"
import { browserTest } from "./support/browser_test.js"
import { PHONE } from "./support/devices.js"
import { eventually } from "../clients/support/waiting.js"

const STEPS = 5

browserTest("a swipe brings the rooms and the people, and another one takes them away", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  await assertSwipesOpen(ada, { rooms: [60, 300], people: [330, 90] })
})

browserTest("where one reads from right to left the swipes go the other way", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  await ada.page.evaluate(() => (document.documentElement.dir = "rtl"))
  await assertSwipesOpen(ada, { rooms: [330, 90], people: [60, 300] })
})

browserTest("a finger that scrolls, selects or wanders slowly opens nothing", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  await swipe(ada, { x: [60, 300], y: [300, 520] })
  await swipe(ada, { x: [60, 90] })
  await swipe(ada, { x: [60, 300], pause: 700 })
  const field = await ada.messageField.boundingBox()
  await swipe(ada, { x: [60, 300], y: [field.y + 10, field.y + 10] })
  assert.equal(await roomsOf(ada).isVisible(), false)
  assert.equal(await ada.people.isVisible(), false)
})

browserTest("where there is room for the columns a swipe takes nothing away", async (chat) => {
  const ada = await chat.join("ada", { viewport: { width: 1280, height: 800 }, hasTouch: true })
  await swipe(ada, { x: [200, 20] })
  await swipe(ada, { x: [500, 900] })
  await ada.sees(roomsOf(ada), ada.people)
  assert.equal(await ada.messageField.isEnabled(), true)
})

async function assertSwipesOpen(person, ways) {
  const places = { rooms: roomsOf(person), people: person.people }
  for (const [name, [from, to]] of Object.entries(ways)) {
    await swipe(person, { x: [from, to] })
    await person.sees(places[name])
    // The same once more changes nothing.
    await swipe(person, { x: [from, to] })
    await person.sees(places[name])
    await swipe(person, { x: [to, from] })
    await person.seesNoMore(places[name])
    await eventually(async () => assert.ok(await person.messageField.isEnabled()))
  }
}

function roomsOf({ page }) {
  return page.getByRole("navigation", { name: "Rooms" })
}

/** One finger goes over the window, from the first of each pair to the second. */
async function swipe({ page }, { x, y = [400, 400], pause = 0 }) {
  const session = await page.context().newCDPSession(page)
  const touch = (type, ...touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints })
  const at = ([from, to], step) => from + ((to - from) * step) / STEPS
  await touch("touchStart", { x: x[0], y: y[0] })
  for (let step = 1; step <= STEPS; step++) await touch("touchMove", { x: at(x, step), y: at(y, step) })
  await page.waitForTimeout(pause)
  await touch("touchEnd")
  await session.detach()
}

import assert from "node:assert/strict"
import { AWAY, browserTest } from "./support/browser_test.js"
import { PHONE } from "./support/devices.js"
import { isFocused } from "./support/focus.js"
import { LossyLine } from "./support/lossy_line.js"
import { PlainClient } from "../clients/support/plain_client.js"
import { eventually } from "../clients/support/waiting.js"

const SMALL_PX = 48

browserTest("a server that restarts is a small banner and no more, and one is not moved from where one writes", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  await ada.messageField.fill("half a sen")
  await chat.server.stop()
  await ada.sees(ada.page.getByRole("status").getByText("The server is restarting. Reconnecting…"))
  const { height } = await ada.page.locator("#connection").boundingBox()
  assert.ok(height <= 2 * SMALL_PX, `the banner is ${height} px high`)
  assert.equal(await ada.messageField.inputValue(), "half a sen")
  await chat.server.startAgain()
  await ada.seesNoMore(ada.banner)
  assert.equal(await ada.messageField.inputValue(), "half a sen")
}, { expected: AWAY })

browserTest("who is offline is told so, and that what they write waits", async (chat) => {
  const ada = await chat.join("ada")
  await ada.goOffline()
  await ada.sees(ada.page.getByRole("status").getByText("You are offline."), ada.page.getByText("What you write waits here."))
  assert.equal(await ada.button("Try now").isVisible(), false)
  await ada.say("from the tunnel")
  await ada.regainConnection()
  await ada.sees(ada.numbered(1))
}, { expected: AWAY })

browserTest("one need not wait for the next try, and is where one writes afterwards", async (chat) => {
  const ada = await chat.visitor()
  await ada.page.addInitScript(slowDownWaits)
  await ada.page.reload()
  await ada.join("ada")
  await ada.page.evaluate(() => (window.isSlow = true))
  await chat.server.kill()
  await ada.sees(ada.banner)
  await ada.button("Try now").click()
  await ada.sees(ada.banner)
  await chat.server.startAgain()
  await ada.button("Try now").focus()
  await ada.page.keyboard.press("Enter")
  await ada.seesNoMore(ada.banner)
  await isFocused(ada.messageField)
}, { expected: AWAY })

browserTest("what happened is told in words that wait for each other, stay while one points at them, and can be dismissed", async (chat) => {
  const ada = await chat.join("ada")
  await ada.page.clock.install()
  for (const name of ["one", "two", "three", "four"]) await ada.page.evaluate((name) => (location.hash = `#/rooms/${name}`), name)
  const toasts = ada.page.getByRole("status").getByText("There is no such room, or you are not in it.")
  await eventually(async () => assert.equal(await toasts.count(), 1))
  await toasts.hover()
  await ada.page.clock.fastForward(60_000)
  assert.equal(await toasts.count(), 1)
  await ada.button("Dismiss").focus()
  await ada.page.keyboard.press("Enter")
  await ada.seesNoMore(toasts)
  await isFocused(ada.messageField)
})

browserTest("what is told while a dialog is open can be dismissed there, and stays when the dialog closes", async (chat) => {
  const ada = await chat.join("ada")
  await ada.choose("Settings")
  await ada.sees(ada.page.getByRole("dialog", { name: "Settings" }))
  await ada.page.evaluate(() => (location.hash = "#/rooms/nowhere"))
  const toast = ada.dialog.getByText("There is no such room, or you are not in it.")
  await ada.sees(toast)
  await ada.page.keyboard.press("Escape")
  await ada.seesNoMore(ada.page.getByRole("dialog"))
  await ada.button("Dismiss").click()
  await ada.seesNoMore(ada.page.getByText("There is no such room"))
})

browserTest("what is told covers neither what one writes nor what leads to the newest messages", async (chat) => {
  const ada = await chat.join("ada", PHONE)
  const bob = await PlainClient.connect(chat.server.url, "bob")
  for (let count = 0; count < 3; count++) await bob.say("a line of many\n".repeat(50))
  await ada.sees(ada.numbered(3))
  await ada.log.press("Home")
  const newest = ada.button("Newest messages")
  await ada.messageField.fill("one line and\n".repeat(9))
  await ada.page.evaluate(() => (location.hash = "#/rooms/nowhere"))
  const toast = ada.page.getByRole("status").getByText("There is no such room, or you are not in it.")
  await ada.sees(toast, newest)
  await isAbove(toast, newest)
  await ada.log.press("End")
  await ada.seesNoMore(newest)
  await isAbove(toast, ada.messageField)
})

browserTest("what belongs to somebody is not there before it is known who that is", async (chat) => {
  const ada = await chat.join("ada")
  const menu = ada.page.getByRole("button", { name: "your menu" })
  const line = await LossyLine.to(ada.page)
  await ada.sees(menu)
  line.loseAnswers()
  await ada.page.evaluate(() => void indexedDB.deleteDatabase("stonechat"))
  await ada.page.reload()
  await ada.sees(ada.page.getByRole("status").getByText("Connecting…"))
  await ada.seesNoMore(menu)
  await line.hangUp()
  await ada.sees(menu)
})

function isAbove(locator, other) {
  return eventually(async () => {
    const [{ y, height }, below] = await Promise.all([locator.boundingBox(), other.boundingBox()])
    assert.ok(y + height <= below.y, `${locator} is not above ${other}`)
  })
}

/** Runs in the page: what it would do by itself, it does so late that it cannot be what happened. */
function slowDownWaits() {
  const { setTimeout } = window
  window.setTimeout = (work, delay, ...rest) => setTimeout(work, window.isSlow ? delay * 1_000 : delay, ...rest)
}

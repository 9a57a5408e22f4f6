import assert from "node:assert/strict"
import { AWAY, browserTest, unclaimedTest } from "./support/browser_test.js"
import { eventually } from "../clients/support/waiting.js"

unclaimedTest("who looks elsewhere is notified of a message, by one window of several, and a click opens its room", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await allowNotifications(grace)
  await grace.button("Create a room").first().click()
  await grace.submit({ Title: "Garden" }, "Create")
  const window = await chat.anotherWindowOf(grace)
  await window.open("Garden")
  await lookAway(window)
  for (const each of [grace, window]) await each.page.evaluate(countNotifications)

  await tomas.say("The swifts\nare back")
  await notified(grace, [{ title: "Tomás in Lobby", body: "The swifts are back", tag: "room:lobby" }])
  await tomas.say("and the swallows")
  await notified(grace, [{ title: "Tomás in Lobby", body: "and the swallows", tag: "room:lobby" }])
  const counts = await Promise.all([grace, window].map(({ page }) => page.evaluate(() => window.notified)))
  assert.equal(counts[0] + counts[1], 2)

  await clickNotification(grace)
  await eventually(async () => {
    const addresses = [grace, window].map(({ page }) => page.url())
    assert.ok(addresses.some((address) => /#\/rooms\/lobby(\/\d+)?$/.test(address)), addresses.join(" "))
  })
  await notified(grace, [])
})

unclaimedTest("what is read is no news any more", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await allowNotifications(grace)
  await lookAway(grace)
  await tomas.say("anybody there?")
  await notified(grace, [{ title: "Tomás in Lobby", body: "anybody there?", tag: "room:lobby" }])
  await lookBack(grace)
  await notified(grace, [])
})

unclaimedTest("who has signed out is told nothing any more, not even what was about to be told", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await allowNotifications(grace)
  await grace.page.evaluate(countNotifications)
  await grace.page.evaluate(holdNotices)
  await lookAway(grace)
  await tomas.say("anybody there?")
  await eventually(async () => assert.ok(await grace.page.evaluate(() => window.isHolding)))
  await grace.choose("Sign out")
  await grace.sees(grace.nameField)
  await grace.page.evaluate(() => window.letNoticesGo())
  assert.equal(await grace.page.evaluate(() => window.notified), 0)
})

unclaimedTest("a room tells as much as one wants, and nothing of what one is looking at", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await allowNotifications(grace)
  await tomas.say("seen at once")
  await grace.sees(grace.message("seen at once"))

  await grace.button("Room details").click()
  await grace.button("Notifications").click()
  await grace.dialog.getByRole("radio", { name: /^Mentions/ }).check()
  await grace.dialog.getByRole("button", { name: "Close" }).click()
  await lookAway(grace)
  await tomas.say("for everybody")
  await tomas.say("@Grace, for you")
  await notified(grace, [{ title: "Tomás in Lobby", body: "@Grace, for you", tag: "room:lobby" }])
})

unclaimedTest("what called one while there was no connection is told once there is one, and nothing else of it", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await allowNotifications(grace)
  await lookAway(grace)
  await grace.page.evaluate(countNotifications)
  await grace.loseConnection()
  for (const text of ["@Grace, are you there?", "@Grace, I have found it", "Good night, everybody"]) await tomas.say(text)
  await tomas.sees(tomas.numbered(3))
  await grace.goOnline()
  await notified(grace, [{ title: "Tomás in Lobby", body: "@Grace, I have found it", tag: "room:lobby" }])
  await grace.sees(grace.numbered(3))
  assert.equal(await grace.page.evaluate(() => window.notified), 1)
}, { expected: AWAY })

unclaimedTest("a quiet time is quiet", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  await allowNotifications(grace)
  await grace.choose("Settings")
  await grace.button("Notifications").click()
  await grace.dialog.getByRole("checkbox", { name: "Quiet time" }).check()
  await grace.field("From").fill("00:00")
  await grace.field("Until").fill("00:00")
  await grace.page.keyboard.press("Escape")
  await lookAway(grace)
  await tomas.say("shh")
  await grace.sees(grace.roomEntry(/^Lobby \(1 unread\)$/))

  await grace.page.evaluate(wish, { quiet: false })
  await grace.page.reload()
  await grace.sees(grace.message("shh"))
  await lookAway(grace)
  await tomas.say("good morning")
  await notified(grace, [{ title: "Tomás in Lobby", body: "good morning", tag: "room:lobby" }])
})

browserTest("one is asked whether to be told only after having written, and not again after a no", async (chat) => {
  const ada = await chat.visitor()
  await ada.page.addInitScript(fakeNotifications)
  await ada.page.reload()
  await ada.join("ada")
  const offer = ada.page.getByRole("region", { name: "Be told when somebody writes to you?" })
  for (const text of ["one", "two"]) await ada.say(text)
  await ada.sees(ada.numbered(2))
  assert.equal(await offer.isVisible(), false)
  await ada.say("three")
  await offer.getByRole("button", { name: "No, thanks" }).click()
  await ada.seesNoMore(offer)
  assert.ok(await ada.messageField.evaluate((field) => field === document.activeElement))

  await ada.page.reload()
  for (const text of ["four", "five", "six"]) await ada.say(text)
  await ada.sees(ada.numbered(6))
  assert.equal(await offer.isVisible(), false)
  assert.equal(await ada.page.evaluate(() => Notification.asked), 0)
})

browserTest("a yes to the offer has the browser ask, and the settings know of it", async (chat) => {
  const ada = await chat.visitor()
  await ada.page.addInitScript(fakeNotifications)
  await ada.page.reload()
  await ada.join("ada")
  const bob = await chat.join("bob")
  await lookAway(ada)
  await bob.say("are you there?")
  await ada.sees(ada.message("are you there?"))
  await lookBack(ada)
  await ada.button("Yes, tell me").click()
  await eventually(async () => assert.equal(await ada.page.evaluate(() => Notification.asked), 1))
  await ada.choose("Settings")
  await ada.button("Notifications").click()
  assert.ok(await ada.dialog.getByRole("checkbox", { name: "Notifications of the system" }).isChecked())
})

browserTest("a sound can be chosen, and is heard when a message comes that one does not see", async (chat) => {
  const ada = await chat.visitor()
  await ada.page.addInitScript(countTones)
  await ada.page.reload()
  await ada.join("ada")
  await ada.choose("Settings")
  await ada.button("Notifications").click()
  await ada.field("Sound").selectOption("Knock")
  await eventually(async () => assert.equal(await tones(ada), 2))
  await ada.button("Play").click()
  await eventually(async () => assert.equal(await tones(ada), 4))
  await ada.page.keyboard.press("Escape")

  const bob = await chat.join("bob")
  await bob.say("seen")
  await ada.sees(ada.message("seen"))
  await lookAway(ada)
  await bob.say("heard")
  await eventually(async () => assert.equal(await tones(ada), 6))
})

unclaimedTest("the title and the icon of the tab tell how much is unread, and so does the badge of an installed page", async (chat) => {
  const grace = await chat.claim("Grace")
  const tomas = await chat.member("Tomás", grace)
  const icon = () => grace.page.locator("link[rel=icon][type='image/svg+xml']").getAttribute("href")
  const badge = () => grace.page.evaluate(() => window.badge)
  await grace.page.evaluate(keepBadge)
  assert.deepEqual([await grace.page.title(), await icon()], ["Birdwatchers", "favicon.svg"])
  await lookAway(grace)
  for (const text of ["one", "two"]) await tomas.say(text)
  await eventually(async () => assert.deepEqual([await grace.page.title(), await icon()], ["(2) Birdwatchers", "favicon_unread.svg"]))
  assert.equal(await badge(), 2)
  await lookBack(grace)
  await eventually(async () => assert.deepEqual([await grace.page.title(), await icon()], ["Birdwatchers", "favicon.svg"]))
  assert.equal(await badge(), 0)
})

/** As somebody who has said yes to everything. */
async function allowNotifications(visitor) {
  await visitor.page.context().grantPermissions(["notifications"])
  await visitor.hasKeptThePage()
  await visitor.page.evaluate(wish, { notify: true })
  await visitor.page.reload()
  // What is kept shows before the connection is there.
  await visitor.sees(visitor.people.getByRole("listitem").first())
  await visitor.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
}

/** Another window lies above this one. */
function lookAway({ page }) {
  return page.evaluate(becomeHidden, true)
}

function lookBack({ page }) {
  return page.evaluate(becomeHidden, false)
}

function notified({ page }, expected) {
  return eventually(async () => assert.deepEqual(await page.evaluate(shownNotifications), expected))
}

async function clickNotification({ page }) {
  const [worker] = page.context().serviceWorkers()
  await worker.evaluate(async () => {
    const [notification] = await self.registration.getNotifications()
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }))
  })
}

function tones({ page }) {
  return page.evaluate(() => window.tones)
}

// The following run in the page.

function wish(wishes) {
  const kept = JSON.parse(localStorage.getItem("stonechat.settings") ?? "{}")
  localStorage.setItem("stonechat.settings", JSON.stringify({ ...kept, ...wishes }))
}

function becomeHidden(hidden) {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true })
  document.dispatchEvent(new Event("visibilitychange"))
}

async function shownNotifications() {
  const registration = await navigator.serviceWorker.ready
  return (await registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }))
}

function countNotifications() {
  window.notified = 0
  const { showNotification } = ServiceWorkerRegistration.prototype
  ServiceWorkerRegistration.prototype.showNotification = function (...notification) {
    window.notified += 1
    return showNotification.apply(this, notification)
  }
}

/** Between a message and its notification the windows find out which of them tells it: that takes until `letNoticesGo`. */
function holdNotices() {
  const { request } = LockManager.prototype
  let goOn
  const held = new Promise((resolve) => (goOn = resolve))
  LockManager.prototype.request = async function (name, ...rest) {
    if (name.startsWith("stonechat.notice.")) {
      window.isHolding = true
      await held
    }
    return request.call(this, name, ...rest)
  }
  window.letNoticesGo = async () => {
    goOn()
    // What is told then is told before this one is.
    await navigator.locks.request("stonechat.notice.last", async () => (await navigator.serviceWorker.ready).getNotifications())
  }
}

function fakeNotifications() {
  window.Notification = class {
    static asked = 0
    static permission = "default"

    static async requestPermission() {
      this.asked += 1
      return (this.permission = "granted")
    }
  }
}

function keepBadge() {
  Object.assign(navigator, {
    setAppBadge: async (count) => (window.badge = count),
    clearAppBadge: async () => (window.badge = 0),
  })
}

function countTones() {
  window.tones = 0
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (...when) {
    window.tones += 1
    return start.apply(this, when)
  }
}

import assert from "node:assert/strict"
import { browserTest, unclaimedTest } from "./support/browser_test.js"
import { fill, NO_LIMITS } from "./support/filling.js"
import { LossyLine } from "./support/lossy_line.js"
import { eventually } from "../clients/support/waiting.js"

const MANY = 300
// They fill the window more than once.
const FEW = 60
// More than a window shows, and no more than come at once.
const ONE_PAGE = 40
const LINES = "one line and\n".repeat(9)

// Where one left off

for (const [much, unread] of [["more than a screen", 60], ["much more than is loaded", MANY]]) {
  unclaimedTest(`a room with ${much} of news opens at the line where one left off`, async (chat) => {
    const ada = await chat.claim("Ada")
    await ada.say("seen")
    await ada.sees(ada.numbered(1))
    const bob = await whileAwayFrom(chat, ada, unread)
    const line = ada.log.getByText("New", { exact: true })
    await eventually(async () => assert.ok(await isInView(ada, line)))
    assert.ok(await isInView(ada, ada.numbered(2)), "the first new message is out of view")
    const news = ada.page.getByRole("button", { name: unread > 100 ? "100+ new messages" : `${unread} new messages` })
    await news.click()
    await ada.seesNoMore(news)
    assert.ok(await isInView(ada, ada.numbered(unread + 1)))

    await bob.say("still there?")
    await ada.sees(ada.message("still there?"))
    await ada.say("yes")
    await ada.sees(ada.message("yes"))
    await ada.seesNoMore(line)
  }, { settings: NO_LIMITS })
}

unclaimedTest("a room with a little news opens at its end, and the line shows where it begins", async (chat) => {
  const ada = await chat.claim("Ada")
  await ada.say("seen")
  await ada.sees(ada.numbered(1))
  await whileAwayFrom(chat, ada, 2)
  await ada.sees(ada.log.getByText("New", { exact: true }), ada.numbered(3))
  assert.ok(await isInView(ada, ada.numbered(3)))
  await ada.page.reload()
  await ada.sees(ada.numbered(3))
  assert.equal(await ada.log.getByText("New", { exact: true }).count(), 0)
}, { settings: NO_LIMITS })

browserTest("a guest who comes back sees where they left off", async (chat) => {
  const ada = await chat.join("ada")
  await ada.say("seen")
  await ada.sees(ada.numbered(1))
  await whileAwayFrom(chat, ada, 2)
  await ada.sees(ada.log.getByText("New", { exact: true }), ada.numbered(3))
}, { settings: NO_LIMITS })

browserTest("what comes while one looks elsewhere is new, and what comes while one looks is not", async (chat) => {
  const bob = await fill(chat, MANY)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(MANY))
  await bob.say("seen at once")
  await ada.sees(ada.message("seen at once"))
  assert.equal(await ada.log.getByText("New", { exact: true }).count(), 0)
  await ada.log.press("PageUp")
  await ada.sees(ada.button("Newest messages"))
  await bob.say("behind one's back")
  await ada.button("1 new message").click()
  await ada.sees(ada.log.getByText("New", { exact: true }))
}, { settings: NO_LIMITS })

unclaimedTest("who looks into another room and comes back is where they were", async (chat) => {
  const ada = await chat.claim("Ada")
  await fill(chat, MANY)
  await ada.createRoom("Garden")
  await ada.open("Lobby")
  await ada.sees(ada.numbered(MANY))
  for (let page = 0; page < 4; page += 1) await goPageUp(ada)
  await ada.sees(ada.button("Newest messages"))
  const before = await ada.log.evaluate(firstInView)
  await ada.open("Garden")
  await ada.open("Lobby")
  await eventually(async () => assert.deepEqual(await ada.log.evaluate(firstInView), before))
}, { settings: NO_LIMITS })

// Addresses

browserTest("an address leads to a message, in the same window, however far back it is", async (chat) => {
  const bob = await fill(chat, MANY)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(MANY))
  await ada.page.goto(`${chat.server.url}/#/rooms/lobby/5`)
  await eventually(async () => assert.ok(await isInView(ada, ada.numbered(5))))
  assert.ok(await isFocused(ada.numbered(5)))
  assert.equal(new URL(ada.page.url()).hash, "#/rooms/lobby")

  await bob.say(`see ${chat.server.url}/#/rooms/lobby/150`)
  await ada.button("1 new message").click()
  await ada.message("see ").getByRole("link", { name: "/150" }).click()
  await eventually(async () => assert.ok(await isInView(ada, ada.numbered(150))))
  assert.equal(ada.page.context().pages().length, 1)
}, { settings: NO_LIMITS })

browserTest("who opens the page by the address of a message comes to it", async (chat) => {
  await fill(chat, MANY)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(MANY))
  await ada.page.goto("about:blank")
  await ada.page.goto(`${chat.server.url}/#/rooms/lobby/7`)
  await eventually(async () => assert.ok(await isInView(ada, ada.numbered(7))))
}, { settings: NO_LIMITS })

browserTest("an address of a message that is gone says so", async (chat) => {
  const ada = await chat.join("ada")
  for (const text of ["one", "two"]) await ada.say(text)
  await ada.sees(ada.numbered(2))
  await ada.delete("one")
  await ada.sees(ada.message("Message deleted"))
  const said = (text) => ada.page.getByRole("status").getByText(text)
  await ada.page.goto(`${chat.server.url}/#/rooms/lobby/1`)
  await ada.sees(said("This message was deleted."))
  await ada.page.goto(`${chat.server.url}/#/rooms/lobby/700`)
  await ada.sees(said("There is no such message here."))
})

browserTest("the link to a message can be copied, and its time is one too", async (chat) => {
  const ada = await chat.join("ada")
  await ada.page.context().grantPermissions(["clipboard-read", "clipboard-write"])
  await ada.say("hello")
  await ada.sees(ada.numbered(1))
  await ada.message("hello").hover()
  await ada.message("hello").getByRole("button", { name: "Copy link" }).click()
  await ada.sees(ada.page.getByRole("status").getByText("Link copied."))
  const address = `${chat.server.url}/#/rooms/lobby/1`
  assert.equal(await ada.page.evaluate(() => navigator.clipboard.readText()), address)
  assert.equal(await ada.numbered(1).getByRole("link").evaluate(({ href }) => href), address)
})

// Days

browserTest("one jumps to a day, to the first message and to the newest", async (chat) => {
  await fill(chat, MANY)
  await chat.server.age(100, 10)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(MANY))
  const open = () => ada.log.getByRole("button", { name: /jump to another date/ }).first().click()
  const day = new Date(Date.now() - 9 * 24 * 3600 * 1000)
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-")

  await open()
  await ada.dialog.getByLabel("Date").fill(date)
  await ada.dialog.getByRole("button", { name: "Go" }).click()
  await eventually(async () => assert.ok(await isInView(ada, ada.numbered(101))))
  assert.ok(await isFocused(ada.numbered(101)))

  await open()
  await ada.dialog.getByRole("button", { name: "First message" }).click()
  await eventually(async () => assert.ok(await isInView(ada, ada.numbered(1))))
  await open()
  await ada.dialog.getByRole("button", { name: "Newest message" }).click()
  await eventually(async () => assert.ok(await isInView(ada, ada.numbered(MANY))))
}, { settings: NO_LIMITS })

browserTest("of the days that one has passed only the last one is seen", async (chat) => {
  await fill(chat, ONE_PAGE)
  await chat.server.age(10, 10)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(ONE_PAGE))
  const days = ada.log.getByRole("button", { name: /jump to another date/ })
  await eventually(async () => assert.deepEqual(await days.evaluateAll(areOnTop), [false, true]))
}, { settings: NO_LIMITS })

for (const [change, { before, then }] of Object.entries({
  "the composer grows": { before: "", then: LINES },
  "the composer shrinks": { before: LINES, then: "" },
})) {
  browserTest(`who scrolls back in the moment in which ${change} is not taken back down`, async (chat) => {
    await fill(chat, FEW)
    const ada = await chat.join("ada")
    await ada.sees(ada.numbered(FEW))
    await ada.messageField.fill(before)
    await ada.page.evaluate(nextFrames)
    await ada.page.evaluate(scrollUpAndWrite, then)
    await ada.page.evaluate(nextFrames)
    await ada.sees(ada.button("Newest messages"))
    assert.ok(await ada.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight) > 500)
  }, { settings: NO_LIMITS })
}

// What messages say

browserTest("a huge message is folded, and shown whole when asked for", async (chat) => {
  const ada = await chat.join("ada")
  const lines = Array.from({ length: 80 }, (_, index) => `line ${index + 1}`)
  await ada.say(lines.join("\n"))
  const message = ada.numbered(1)
  await ada.sees(message)
  const more = message.getByRole("button", { name: "Show more" })
  assert.equal(await more.getAttribute("aria-expanded"), "false")
  assert.equal(await message.getByText("line 80").count(), 0)
  await more.click()
  await ada.sees(message.getByText("line 80"))
  await message.getByRole("button", { name: "Show less" }).click()
  await ada.sees(more)
  assert.ok(await isInView(ada, more))
})

browserTest("what somebody does is told with their name", async (chat) => {
  const bob = await fill(chat, 0)
  const ada = await chat.join("ada")
  await bob.say("/me waves")
  await ada.sees(ada.numbered(1))
  assert.equal((await ada.transcript())[0].body, "bob waves")
})

// By keyboard and by ear

browserTest("arrows go from message to message, Tab into one, and Escape back to where one writes", async (chat) => {
  await fill(chat, MANY)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(MANY))
  await ada.log.focus()
  await ada.page.keyboard.press("ArrowUp")
  assert.ok(await isFocused(ada.numbered(MANY)))
  for (let step = 0; step < 30; step += 1) await ada.page.keyboard.press("ArrowUp")
  assert.ok(await isFocused(ada.numbered(MANY - 30)))
  assert.ok(await isInView(ada, ada.numbered(MANY - 30)))
  await ada.page.keyboard.press("ArrowDown")
  assert.ok(await isFocused(ada.numbered(MANY - 29)))
  await ada.page.keyboard.press("Tab")
  assert.ok(await isFocused(ada.numbered(MANY - 29).getByRole("link")))
  await ada.page.keyboard.press("Tab")
  assert.ok(await isFocused(ada.numbered(MANY - 29).getByRole("button", { name: "Copy link" })))
  await ada.page.keyboard.press("End")
  await eventually(async () => assert.ok(await isFocused(ada.numbered(MANY))))
  await ada.page.keyboard.press("Escape")
  assert.ok(await isFocused(ada.messageField))
  await ada.page.keyboard.press("Shift+Tab")
  await ada.page.keyboard.press("Shift+Tab")
}, { settings: NO_LIMITS })

browserTest("the keyboard's place is not lost when its message goes out of what is shown", async (chat) => {
  await fill(chat, 1_500)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(1_500))
  await ada.numbered(1_500).focus()
  while ((await ada.numbered(1_500).count()) > 0) {
    const [{ seq }] = await ada.transcript()
    await ada.log.evaluate((log) => log.scrollTo(0, 600))
    await eventually(async () => assert.ok((await ada.transcript())[0].seq < seq))
  }
  assert.ok(await isFocused(ada.log))
}, { settings: NO_LIMITS })

browserTest("new messages are told to those who hear the page, and old ones are not", async (chat) => {
  const bob = await fill(chat, MANY)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(MANY))
  const announcer = ada.page.locator("#announcer")
  await bob.say("do you hear me?")
  await eventually(async () => assert.equal(await announcer.innerText(), "bob: do you hear me?"))
  await ada.say("yes")
  await ada.log.press("Home")
  await ada.log.press("Home")
  await eventually(async () => assert.ok((await ada.articles.count()) > 150))
  for (const text of ["a", "b", "c", "d"]) await bob.say(text)
  await eventually(async () => assert.equal(await announcer.innerText(), "4 new messages"))
}, { settings: NO_LIMITS })

// Nothing, not yet, and not at all

browserTest("an empty room says that it is empty", async (chat) => {
  const ada = await chat.join("ada")
  const empty = ada.page.getByText("Nobody has written here yet.")
  await ada.sees(empty)
  await ada.say("hello")
  await ada.seesNoMore(empty)
})

browserTest("older messages that do not come can be asked for again", async (chat) => {
  await fill(chat, MANY)
  const ada = await chat.visitor()
  const line = await LossyLine.to(ada.page)
  line.refuse("history")
  await ada.join("ada")
  await ada.sees(ada.numbered(MANY))
  await ada.log.press("Home")
  await ada.sees(ada.log.getByText("Messages could not be loaded."))
  line.refuse(null)
  const count = await ada.articles.count()
  await ada.log.getByRole("button", { name: "Try again" }).click()
  await eventually(async () => assert.ok((await ada.articles.count()) > count))
}, { settings: NO_LIMITS })

/** Somebody closes the page; meanwhile bob writes so many messages; then it is opened again. */
async function whileAwayFrom(chat, ada, count) {
  await ada.page.goto("about:blank")
  const bob = await fill(chat, count)
  await ada.page.goto(chat.server.url)
  return bob
}

/** The keyboard scrolls in its own time. */
async function goPageUp(person) {
  const ended = person.log.evaluate(scrollEnds)
  await person.log.press("PageUp")
  await ended
}

async function isInView(person, locator) {
  const log = await person.log.boundingBox()
  const box = await locator.boundingBox()
  return box !== null && box.y >= log.y && box.y + box.height <= log.y + log.height
}

function isFocused(locator) {
  return locator.evaluate((element) => element === document.activeElement)
}

/** Runs in the page. */
function scrollEnds(log) {
  return new Promise((resolve) => log.addEventListener("scrollend", () => resolve(), { once: true }))
}

/** Runs in the page. */
function firstInView(log) {
  const { top } = log.getBoundingClientRect()
  const first = [...log.querySelectorAll("article")].find((article) => article.getBoundingClientRect().bottom > top)
  return [first?.dataset.seq, Math.round(first?.getBoundingClientRect().top)]
}

/** Runs in the page. A shorter one would leave the ends of a longer one in sight. */
function areOnTop(buttons) {
  return buttons.map((button) => {
    const { left, top, height } = button.getBoundingClientRect()
    return document.elementFromPoint(left + 1, top + height / 2) === button
  })
}

// The following run in the page.

/** Within one frame. */
function scrollUpAndWrite(text) {
  const log = document.querySelector("[role=log]")
  const field = document.querySelector("#message")
  log.scrollBy(0, -1_000)
  field.value = text
  field.dispatchEvent(new Event("input", { bubbles: true }))
}

/** Until what has been drawn has been measured, too. */
async function nextFrames() {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame)
}

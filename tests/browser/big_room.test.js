import assert from "node:assert/strict"
import { browserTest } from "./support/browser_test.js"
import { fill, NO_LIMITS } from "./support/filling.js"
import { eventually } from "../clients/support/waiting.js"

const MESSAGES = 3_000
const MOST_SHOWN = 400

browserTest("a room of thousands is read back to its first message, and nothing moves under one's eyes", async (chat) => {
  const ada = await readerOf(chat)
  const beginning = ada.page.getByText("This is the beginning of")
  await ada.page.evaluate(watchTheAnchor)
  while (!(await beginning.isVisible())) {
    const [before] = await assertUnbroken(ada)
    await ada.page.evaluate(scroll, -800)
    await eventually(async () => {
      const [first] = await assertUnbroken(ada)
      assert.ok(first < before || (await beginning.isVisible()), "no older messages came")
    })
  }
  assert.equal((await assertUnbroken(ada))[0], 1)

  for (let last = 0; last < MESSAGES;) {
    const before = last
    await ada.page.evaluate(scroll, 800)
    await eventually(async () => {
      last = (await assertUnbroken(ada)).at(-1)
      assert.ok(last > before, "no newer messages came")
    })
  }
  const moves = await ada.page.evaluate(() => window.moves)
  assert.ok(moves.length > 20, "nothing was watched")
  assert.ok(Math.max(...moves) <= 1, `what was looked at moved by ${Math.max(...moves)} px`)
}, { settings: NO_LIMITS })

browserTest("from far back one is at the newest message with a press, and by writing", async (chat) => {
  const ada = await readerOf(chat)
  await scrollFarBack(ada)
  const bob = await fill(chat, 1)
  await ada.button("1 new message").click()
  await ada.sees(ada.numbered(MESSAGES + 1))
  await assertUnbroken(ada)

  await scrollFarBack(ada)
  await ada.say("and now?")
  await ada.sees(ada.numbered(MESSAGES + 2))
  await bob.say("now")
  await ada.sees(ada.numbered(MESSAGES + 3))
  await assertUnbroken(ada)
}, { settings: NO_LIMITS })

browserTest("who was far back is there again after a reload", async (chat) => {
  const ada = await readerOf(chat)
  await scrollFarBack(ada)
  const before = await firstInView(ada)
  assert.ok(before.seq < MESSAGES - 400, "that is not far back")

  await ada.page.reload()
  await eventually(async () => assertSamePlace(await firstInView(ada), before))
  await assertUnbroken(ada)
  await ada.button("Newest messages").click()
  await ada.sees(ada.numbered(MESSAGES))
  await ada.page.reload()
  await eventually(async () => assert.ok(await isAtEnd(ada)))
}, { settings: NO_LIMITS })

async function readerOf(chat) {
  await fill(chat, MESSAGES)
  const ada = await chat.join("ada")
  await ada.sees(ada.numbered(MESSAGES))
  return ada
}

async function scrollFarBack(ada) {
  for (let page = 0; page < 9; page += 1) {
    const [before] = await assertUnbroken(ada)
    await ada.log.hover()
    await ada.log.evaluate((log) => log.scrollTo(0, 800))
    await eventually(async () => assert.ok((await assertUnbroken(ada))[0] < before))
  }
}

/** @returns {Promise<number[]>} the numbers of the messages that are shown */
async function assertUnbroken(ada) {
  const seqs = (await ada.transcript()).map(({ seq }) => seq)
  assert.deepEqual(seqs, seqs.map((_, index) => seqs[0] + index), "messages are missing, or out of order")
  assert.ok(seqs.length <= MOST_SHOWN, `${seqs.length} messages are shown`)
  return seqs
}

function firstInView(ada) {
  return ada.log.evaluate((log) => {
    const { top } = log.getBoundingClientRect()
    const first = [...log.querySelectorAll("article")].find((article) => article.getBoundingClientRect().bottom > top)
    return { seq: Number(first?.dataset.seq), top: first?.getBoundingClientRect().top }
  })
}

function isAtEnd(ada) {
  return ada.log.evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop < 2 && log.scrollTop > 0)
}

function assertSamePlace(now, before) {
  assert.equal(now.seq, before.seq)
  assert.ok(Math.abs(now.top - before.top) <= 1, `it has moved by ${now.top - before.top} px`)
}

// The following run in the page.

/** Writes down how far what is looked at moves whenever messages come or go, other than by scrolling. */
function watchTheAnchor() {
  const log = document.querySelector("[role=log]")
  const items = document.querySelector("#items")
  let anchor = null
  let bottom = 0
  const look = () => {
    const { top } = log.getBoundingClientRect()
    anchor = [...items.querySelectorAll("article")].find((article) => article.getBoundingClientRect().bottom > top)
    bottom = anchor?.getBoundingClientRect().bottom
  }
  const compare = () => {
    window.moves.push(anchor?.isConnected ? Math.abs(anchor.getBoundingClientRect().bottom - bottom) : Infinity)
    look()
  }
  window.moves = []
  window.look = look
  look()
  new MutationObserver(compare).observe(items, { childList: true })
}

async function scroll(step) {
  const log = document.querySelector("[role=log]")
  for (let count = 0; count < 8; count += 1) {
    log.scrollBy(0, step)
    window.look()
    await new Promise(requestAnimationFrame)
  }
}

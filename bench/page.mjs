// Measures the page in a real Chromium: how it scrolls back through a room, and how it keeps up with one
// in which much is said.

import "./release_build.js"
import { parseArgs } from "node:util"
import { launchBrowser } from "../tests/browser/support/browser.js"
import { DESKTOP } from "../tests/browser/support/devices.js"
import { NO_LIMITS } from "../tests/browser/support/filling.js"
import { Visitor } from "../tests/browser/support/visitor.js"
import { PlainClient } from "../tests/clients/support/plain_client.js"
import { Stonechat } from "../tests/clients/support/stonechat.js"

const HELP = `node bench/page.mjs [options]

  --messages N   how many messages the room has (100000)
  --rate N       how many are posted each second into the open room (50)
  --seconds N    for how long (10)
  --step N       pixels that are scrolled in each frame (1000)

STONECHAT_BIN says where the server is (target/release/stonechat), CHROMIUM_BIN where the browser is (/usr/bin/chromium).`

const WRITERS = 8
const AT_ONCE = 50
// A frame that took longer than this was not shown in time at 60 Hz.
const LATE_MS = 25

const { values } = parseArgs({
  options: {
    help: { type: "boolean" },
    messages: { type: "string", default: "100000" },
    rate: { type: "string", default: "50" },
    seconds: { type: "string", default: "10" },
    step: { type: "string", default: "1000" },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit()
}

const count = Number(values.messages)
const server = await Stonechat.start(NO_LIMITS)
const browser = await launchBrowser()
try {
  await fill(count)
  const context = await browser.newContext(DESKTOP)
  await context.addInitScript(watchMessages)
  const reader = await Visitor.open(context, server.url)
  await reader.join("ada")
  await reader.numbered(count).waitFor()
  const back = await reader.page.evaluate(scrollToTheBeginning, Number(values.step))
  await reader.page.getByRole("button", { name: "Newest messages" }).click()
  await reader.numbered(count).waitFor()
  const busy = await beBusy(reader, Number(values.rate), Number(values.seconds))
  console.table({
    "scrolling back": { messages: count, seconds: back.seconds, ...frames(back.frames), "most articles": back.articles },
    "busy room": { messages: busy.painted.length, seconds: busy.seconds, ...frames(busy.frames), "most articles": busy.articles },
  })
  console.table({
    "event to paint (ms)": percentiles(busy.painted.map(({ ms }) => ms)),
    "the same (frames)": percentiles(busy.painted.map(({ frames }) => frames)),
  })
} finally {
  await browser.close()
  await server.remove()
}

async function fill(messages) {
  const each = Math.ceil(messages / WRITERS)
  await Promise.all(Array.from({ length: WRITERS }, async (_, writer) => {
    const client = await PlainClient.connect(server.url, `writer ${writer + 1}`)
    const mine = Math.min(each, messages - writer * each)
    for (let sent = 0; sent < mine; sent += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, mine - sent) }, (_, index) => client.say(`sentence ${sent + index + 1}`))
      await Promise.all(some)
    }
    client.close()
  }))
}

async function beBusy(reader, rate, seconds) {
  const writer = await PlainClient.connect(server.url, "busy")
  await reader.page.evaluate(beginMeasuring)
  const begin = performance.now()
  for (let sent = 0; sent < rate * seconds; sent += 1) {
    const due = begin + (sent * 1_000) / rate
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    writer.say(`busy ${sent + 1}: as long as a message usually is, or a little longer than that`)
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  writer.close()
  return reader.page.evaluate(() => window.measured())
}

/** @param {number[]} numbers */
function percentiles(numbers) {
  return { median: quantile(numbers, 0.5), p99: quantile(numbers, 0.99), most: quantile(numbers, 1) }
}

/** @param {number[]} durations of frames, in milliseconds */
function frames(durations) {
  const perSecond = (duration) => Math.round(1_000 / duration)
  return {
    "frames/s p50": perSecond(quantile(durations, 0.5)),
    "p5": perSecond(quantile(durations, 0.95)),
    "late": durations.filter((duration) => duration > LATE_MS).length,
    "of": durations.length,
    "longest ms": Math.round(Math.max(...durations)),
  }
}

function quantile(numbers, share) {
  const sorted = numbers.toSorted((one, other) => one - other)
  return Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1))
}

// The following run in the page.

/** Notes when the event of each message comes, and before which frame, before the page hears of it. */
function watchMessages() {
  window.frame = 0
  window.came = new Map()
  window.WebSocket = class extends WebSocket {
    constructor(...parameters) {
      super(...parameters)
      this.addEventListener("message", ({ data }) => {
        const [, seq] = /^42\["message",.*?"seq":(\d+)/.exec(data) ?? []
        if (seq) window.came.set(seq, { at: performance.now(), frame: window.frame })
      })
    }
  }
}

async function scrollToTheBeginning(step) {
  const log = document.querySelector("[role=log]")
  const beginning = document.querySelector("#beginning")
  const durations = []
  let articles = 0
  const begin = performance.now()
  let before = await new Promise(requestAnimationFrame)
  while (beginning.hidden || log.scrollTop > 0) {
    log.scrollBy(0, -step)
    const now = await new Promise(requestAnimationFrame)
    durations.push(now - before)
    before = now
    if (durations.length % 20 === 0) articles = Math.max(articles, log.querySelectorAll("article").length)
  }
  return { frames: durations, articles, seconds: Math.round((performance.now() - begin) / 1_000) }
}

function beginMeasuring() {
  const items = document.querySelector("#items")
  const [durations, painted] = [[], []]
  const begin = performance.now()
  let before = null
  const frame = (now) => {
    window.frame += 1
    if (before !== null) durations.push(now - before)
    before = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  // The observer is called in the frame that is painted next, and the task that it makes comes after that.
  const afterPaint = new MessageChannel()
  afterPaint.port1.onmessage = ({ data: { at, frames } }) => painted.push({ ms: performance.now() - at, frames })
  new MutationObserver((changes) => {
    for (const element of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      const came = window.came.get(element.dataset.seq)
      if (came !== undefined) afterPaint.port2.postMessage({ at: came.at, frames: window.frame - came.frame })
    }
  }).observe(items, { childList: true })
  window.measured = () => ({
    frames: durations,
    painted,
    articles: items.querySelectorAll("article").length,
    seconds: Math.round((performance.now() - begin) / 1_000),
  })
}

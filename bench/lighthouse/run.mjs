// What Lighthouse says of the page at its mobile setting: a slow phone on a slow line, with nothing in its cache.
//
//   cargo build --release && npm ci --prefix bench/lighthouse && node bench/lighthouse/run.mjs
//   node bench/lighthouse/run.mjs https://chat.example     another server, for who has not been there
//
// It needs the Debian packages chromium, nginx and openssl. Runs each page three times and prints the median of each
// figure, since a busy machine makes some of them worse.

import "../release_build.js"
import lighthouse from "lighthouse"
import puppeteer from "puppeteer-core"
import { PlainClient } from "../../tests/clients/support/plain_client.js"
import { Stonechat } from "../../tests/clients/support/stonechat.js"
import { Nginx } from "../../tests/proxy/nginx.js"

const CHROMIUM = process.env.CHROMIUM_BIN ?? "/usr/bin/chromium"
const MESSAGES = 1000
const RUNS = 3
const FIGURES = {
  performance: ({ categories }) => categories.performance.score * 100,
  accessibility: ({ categories }) => categories.accessibility.score * 100,
  "best practices": ({ categories }) => categories["best-practices"].score * 100,
  "interactive, ms": ({ audits }) => audits.interactive.numericValue,
  "first paint, ms": ({ audits }) => audits["first-contentful-paint"].numericValue,
  "largest paint, ms": ({ audits }) => audits["largest-contentful-paint"].numericValue,
  "blocked, ms": ({ audits }) => audits["total-blocking-time"].numericValue,
  "layout shift": ({ audits }) => audits["cumulative-layout-shift"].numericValue,
  "bytes": ({ audits }) => audits["total-byte-weight"].numericValue,
  "requests": ({ audits }) => audits["network-requests"].details.items.length,
}

const [given] = process.argv.slice(2)
const server = given ? null : await Stonechat.start({ "limits.messages_per_second": 0, "limits.messages_per_second_of_user": 0 })
const proxy = server && await Nginx.before(server.url, { isSecure: true })
const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--ignore-certificate-errors"] })
try {
  await report("for who comes the first time", given ?? server.url)
  if (proxy) await report("for who comes the first time, behind nginx with TLS and HTTP/2", proxy.url)
  if (server) await report(`for somebody in a room of ${MESSAGES} messages`, server.url, await talk())
} finally {
  await browser.close()
  await proxy?.remove()
  await server?.remove()
}

/** Has somebody say a lot. @returns {Promise<Record<string, string>>} what the browser of a reader keeps */
async function talk() {
  const writer = await PlainClient.connect(server.url, "Grace")
  for (let number = 1; number <= MESSAGES; number++) await writer.say(`Message ${number} of a room that has many.`)
  writer.close()
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.goto(server.url)
  await page.locator("[data-panel=guest] input").fill("Ada")
  await page.locator("[data-panel=guest] button").click()
  await page.waitForSelector("#message:enabled")
  const kept = await page.evaluate(() => ({ ...localStorage }))
  await context.close()
  return kept
}

async function report(who, url, kept = {}) {
  const results = []
  for (let run = 0; run < RUNS; run++) results.push(await measure(url, kept))
  console.log(`\n${who}`)
  for (const [name, figure] of Object.entries(FIGURES)) {
    const values = results.map(figure).sort((one, other) => one - other)
    console.log(`  ${name.padEnd(20)}${values[Math.floor(RUNS / 2)].toFixed(name === "layout shift" ? 3 : 0).padStart(8)}`)
  }
  const [{ audits, categories }] = results
  for (const { auditRefs } of [categories.accessibility, categories["best-practices"]]) {
    const failed = auditRefs.map(({ id }) => audits[id]).filter(({ score }) => score !== null && score < 1)
    for (const { title } of failed) console.log(`  not right: ${title}`)
  }
}

async function measure(url, kept) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.evaluateOnNewDocument((entries) => entries.forEach(([key, value]) => localStorage.setItem(key, value)), Object.entries(kept))
  const onlyCategories = ["performance", "accessibility", "best-practices"]
  const { lhr } = await lighthouse(url, { onlyCategories, logLevel: "error" }, undefined, page)
  await context.close()
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message)
  return lhr
}

// What axe-core finds on each page, dialog and menu, in the light and the dark, on a desktop and a phone.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { PASSWORD, unclaimedTest } from "./support/browser_test.js"
import { DESKTOP, PHONE } from "./support/devices.js"
import { furnish } from "./support/furnishing.js"
import { DIALOGS, STATES, leave } from "./support/states.js"

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
const RULES = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }
// All that the dark can change.
const RULES_OF_COLOUR = { type: "rule", values: ["color-contrast", "link-in-text-block"] }
// What Chromium says when the network is away.
const AWAY = /WebSocket connection to .* failed|net::ERR_(INTERNET_DISCONNECTED|FAILED)/

/** @typedef {import("./support/visitor.js").Visitor} Visitor */

for (const [device, options] of Object.entries({ "a desktop": DESKTOP, "a phone": PHONE })) {
  unclaimedTest(`nothing in the chat keeps anybody out, on ${device}`, async (chat) => {
    const findings = new Findings()
    const owner = await chat.followLink(chat.server.claimLink, { ...options, reducedMotion: "reduce" })
    await owner.sees(owner.button("Make it mine"))
    await findings.look(owner, "claiming the server")
    await owner.enter({ "Name of this place": "Birdwatchers", Name: "Grace", Password: PASSWORD }, "Make it mine")
    await findings.look(owner, "the first steps")
    const guest = await furnish(chat.server.url, owner, { name: "Grace", password: PASSWORD })
    for (const [name, show] of STATES) {
      await show(owner, guest)
      await findings.look(owner, name)
      await leave(owner)
    }
    for (const [name, show] of DIALOGS) {
      await show(owner)
      await owner.sees(owner.dialog)
      await findings.lookAtAllSections(owner, name)
      await leave(owner)
    }
    await owner.goOffline()
    await owner.sees(owner.banner)
    await findings.look(owner, "without a connection")
    assert.deepEqual(findings.all, [])
  }, { expected: AWAY })
}

unclaimedTest("nothing at the entrance keeps anybody out", async (chat) => {
  const findings = new Findings()
  const owner = await chat.claim("Grace")
  const invite = await owner.makeInvite()
  await owner.choose("Sign in on a phone")
  const phoneLink = await owner.field("Link").inputValue()

  const visitor = await chat.visitor()
  await visitor.sees(visitor.nameField)
  await findings.look(visitor, "coming as a guest")
  await visitor.button("Join").click()
  await findings.look(visitor, "a name that is missing")
  await visitor.button("I have an account").click()
  await findings.look(visitor, "signing in")
  for (const [name, link, button] of [
    ["being invited", invite, "Create account"],
    ["coming by a link for a phone", phoneLink, "Sign in on this device"],
    // The link is tried only when it is used.
    ["a new password", `${chat.server.url}/#/reset/some-token`, "Set password and sign in"],
  ]) {
    const comer = await chat.followLink(link)
    await comer.sees(comer.button(button))
    await findings.look(comer, name)
  }
  assert.deepEqual(findings.all, [])
})

/** What axe-core finds, in the light and in the dark. */
class Findings {
  /** @type {string[]} each with the state and the element */
  all = []

  /** @param {Visitor} person */
  async look({ page }, state) {
    await page.getByText("Loading…").filter({ visible: true }).first().waitFor({ state: "hidden" })
    if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(AXE)
    for (const [colorScheme, rules] of Object.entries({ light: RULES, dark: RULES_OF_COLOUR })) {
      await page.emulateMedia({ colorScheme })
      for (const { id, html, summary } of await page.evaluate(findViolations, rules)) {
        this.all.push(`${state}, ${colorScheme}: ${id}: ${html} ${summary}`)
      }
    }
  }

  async lookAtAllSections(person, state) {
    await this.look(person, state)
    for (const tab of (await person.dialog.locator(".tabs__tab").all()).slice(1)) {
      await tab.click()
      await this.look(person, `${state}: ${await tab.textContent()}`)
    }
  }
}

/** Runs in the page. Of what lies below a dialog there is nothing to tell. */
async function findViolations(runOnly) {
  await new Promise(requestAnimationFrame)
  for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish()
  const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document
  const { violations } = await globalThis.axe.run(place, { runOnly, resultTypes: ["violations"], selectors: false, preload: false })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => ({ id, html: html.slice(0, 160), summary: failureSummary })),
  )
}

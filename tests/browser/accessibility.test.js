// What axe-core finds on each page, dialog and menu, in the light and the dark, on a desktop and a phone.

import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { PASSWORD, unclaimedTest } from "./support/browser_test.js"
import { DESKTOP, PHONE } from "./support/devices.js"
import { LossyLine } from "./support/lossy_line.js"
import { PlainClient } from "../clients/support/plain_client.js"

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
const RULES = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }
// All that the dark can change.
const RULES_OF_COLOUR = { type: "rule", values: ["color-contrast", "link-in-text-block"] }
// What Chromium says when the network is away.
const AWAY = /WebSocket connection to .* failed|net::ERR_(INTERNET_DISCONNECTED|FAILED)/
const ABOVE = "dialog[open], .side--open, [popover]:popover-open, .composer__mode:not([hidden])"

/** @typedef {import("./support/visitor.js").Visitor} Visitor */

/**
 * What there is to see for an owner in a room, and what they do to see it.
 * @type {[string, (owner: Visitor) => unknown][]}
 */
const STATES = [
  ["the room", () => {}],
  ["the rooms", (owner) => press(owner, /^Show rooms/)],
  ["the people", (owner) => press(owner, /^Show who is here/)],
  ["your menu", (owner) => inRooms(owner, "Grace: your menu")],
  ["the tools of a message", (owner) => owner.message("Second").hover()],
  ["editing a message", (owner) => owner.beginEditing("Second")],
  ["what can be written next", (owner) => write(owner, "@b")],
  ["the commands", (owner) => write(owner, "/")],
]

/**
 * The dialogs. If one has sections, they are gone through.
 * @type {[string, (owner: Visitor) => unknown][]}
 */
const DIALOGS = [
  ["the emoji", (owner) => owner.button("Insert an emoji").click()],
  ["where to go", (owner) => owner.messageField.press("Control+k")],
  ["nowhere to go", (owner) => search(owner, "xyz")],
  ["the shortcuts", (owner) => owner.log.press("?")],
  ["the commands explained", (owner) => owner.say("/help")],
  ["deleting a message", (owner) => owner.beginDeleting("Second")],
  ["reporting a message", (owner) => owner.pressTool(owner.message("Good morning"), "Report message")],
  ["jumping to a date", (owner) => owner.log.getByRole("button", { name: /jump to another date/ }).first().click()],
  ["a person", (owner) => inPeople(owner, "bob")],
  ["banning somebody", (owner) => ban(owner, "bob")],
  ["the room's details", (owner) => owner.button("Room details").click()],
  ["creating a room", (owner) => inRooms(owner, "Create a room")],
  ["browsing rooms", (owner) => inRooms(owner, "Browse rooms")],
  ["writing to somebody", (owner) => inRooms(owner, "Write to somebody")],
  ["your profile", (owner) => choose(owner, "Profile and password")],
  ["the settings", (owner) => choose(owner, "Settings")],
  ["a link for a phone", (owner) => choose(owner, "Sign in on a phone")],
  ["inviting people", (owner) => choose(owner, "Invite people")],
  ["a link to invite by", (owner) => makeInvite(owner)],
  ["the administration", (owner) => choose(owner, "Administration")],
]

for (const [device, options] of Object.entries({ "a desktop": DESKTOP, "a phone": PHONE })) {
  unclaimedTest(`nothing in the chat keeps anybody out, on ${device}`, async (chat) => {
    const findings = new Findings()
    const owner = await chat.followLink(chat.server.claimLink, { ...options, reducedMotion: "reduce" })
    await owner.sees(owner.button("Make it mine"))
    await findings.look(owner, "claiming the server")
    await owner.enter({ "Name of this place": "Birdwatchers", Name: "Grace", Password: PASSWORD }, "Make it mine")
    await findings.look(owner, "the first steps")
    await fill(chat, owner)
    for (const [name, show] of STATES) {
      await show(owner)
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
    for (const tab of (await person.page.locator("dialog[open] .tabs__tab").all()).slice(1)) {
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

/** Messages of each kind. */
async function fill(chat, owner) {
  const bob = await PlainClient.connect(chat.server.url, "bob")
  await bob.say("Good morning, @Grace!")
  await bob.say("A line of many\n".repeat(50))
  const line = await LossyLine.to(owner.page)
  await owner.sees(owner.numbered(2))
  for (const text of ["First, with https://example.org/a-link and `code`", "Second", "Third", "Fourth"]) await owner.say(text)
  await owner.sees(owner.numbered(6))
  await owner.edit("Third", "Third, edited")
  await owner.delete("Fourth")
  await owner.sees(owner.message("Third, edited"), owner.message("Message deleted"))
  await owner.seesNoMore(owner.log.locator("[data-state=pending]").first())
  line.refuse("send")
  await owner.say("Refused")
  await owner.sees(owner.message("Refused").getByText("Not sent:"))
}

/** A button that is only there where the columns are not. */
async function press({ page }, name) {
  const button = page.getByRole("button", { name })
  if (await button.isVisible()) await button.click()
}

async function inRooms(person, button) {
  await press(person, /^Show rooms/)
  await person.button(button).first().click()
}

async function inPeople(person, name) {
  await press(person, /^Show who is here/)
  await person.people.getByRole("button", { name }).click()
}

async function ban(person, name) {
  await inPeople(person, name)
  await person.button("Ban from the room…").click()
}

async function choose(person, item) {
  await press(person, /^Show rooms/)
  await person.choose(item)
}

async function makeInvite(person) {
  await choose(person, "Invite people")
  await person.button("Make a link").click()
  await person.sees(person.field("Link"))
}

async function write(person, text) {
  await person.messageField.fill("")
  await person.messageField.pressSequentially(text)
  await person.sees(person.page.getByRole("listbox", { name: "Suggestions" }))
}

async function search(person, text) {
  await person.messageField.press("Control+k")
  await person.page.keyboard.type(text)
}

/** Until there is nothing left but the room. */
async function leave(person) {
  const above = person.page.locator(ABOVE)
  for (let tries = 0; tries < 5 && (await above.count()); tries++) await person.page.keyboard.press("Escape")
  assert.equal(await above.count(), 0)
  await person.messageField.fill("")
}

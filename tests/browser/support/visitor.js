import assert from "node:assert/strict"
import { PATIENCE_MS, eventually } from "../../clients/support/waiting.js"

const SOON_MS = 3_000
// What Chromium says of an answer that is a refusal; the page itself tells it to the person.
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/
const API = "/api/v1/"

/** Somebody at a window of the chat: what they see there and what they do. */
export class Visitor {
  /** Everything the page complained about. */
  complaints = []
  /** @type {import("playwright-core").Page} */
  page
  #name = "somebody"

  /** @param {import("playwright-core").BrowserContext} context whose storage remembers who they are */
  static async open(context, url) {
    const visitor = new Visitor()
    visitor.page = await context.newPage()
    visitor.page.setDefaultTimeout(PATIENCE_MS)
    visitor.#listenForComplaints()
    await visitor.page.goto(url)
    return visitor
  }

  // What they see

  get nameField() {
    return this.page.getByRole("textbox", { name: "Your name" })
  }

  get messageField() {
    return this.page.getByRole("textbox", { name: "Message" })
  }

  get sendButton() {
    return this.page.getByRole("button", { name: "Send" })
  }

  get dialog() {
    return this.page.getByRole("dialog").last()
  }

  /** A room in the list, as it is called there with what is told of it. */
  roomEntry(name) {
    return this.page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name })
  }

  heading(name) {
    return this.page.getByRole("heading", { level: 1, name })
  }

  field(name) {
    return this.page.getByLabel(name, { exact: true }).filter({ visible: true })
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true })
  }

  get log() {
    return this.page.getByRole("log", { name: "Messages" })
  }

  get people() {
    return this.page.getByRole("list", { name: "People here" })
  }

  get banner() {
    return this.page.getByRole("status").filter({ hasText: /Reconnecting|You are offline/ })
  }

  get saveButton() {
    return this.page.getByRole("button", { name: "Save" })
  }

  get articles() {
    return this.log.getByRole("article")
  }

  message(text) {
    return this.articles.filter({ hasText: text })
  }

  numbered(seq) {
    return this.log.locator(`article[data-seq="${seq}"]`)
  }

  notice(text) {
    return this.log.locator(".notice").getByText(text, { exact: true })
  }

  /** The messages in the window, top to bottom. */
  transcript() {
    return this.articles.evaluateAll((articles) =>
      articles.map((article) => ({
        seq: article.dataset.seq ? Number(article.dataset.seq) : null,
        state: article.dataset.state,
        body: article.querySelector(".message__body").textContent,
      })),
    )
  }

  // What they do

  async join(name) {
    await this.nameField.fill(name)
    await this.page.getByRole("button", { name: "Join" }).click()
    await this.messageField.and(this.page.locator(":enabled")).waitFor()
    this.#name = name
  }

  /** Fills in a form, by the labels of its fields, and sends it. */
  async submit(values, button) {
    for (const [label, value] of Object.entries(values)) await this.field(label).fill(value)
    await this.button(button).click()
  }

  /** Comes in with an account, by whichever form shows. */
  async enter(values, button) {
    await this.submit(values, button)
    await this.messageField.and(this.page.locator(":enabled")).waitFor()
    this.#name = values.Name ?? this.#name
  }

  /** Opens a room from the list, which a phone shows only when asked to. */
  async open(name) {
    const opener = this.page.getByRole("button", { name: /^Show rooms/ })
    if (await opener.isVisible()) await opener.click()
    await this.roomEntry(name).click()
    await this.heading(name).waitFor()
  }

  async say(text) {
    await this.messageField.fill(text)
    await this.messageField.press("Enter")
  }

  /** Chooses something from the menu of what concerns oneself. */
  async choose(item) {
    await this.page.getByRole("button", { name: "your menu" }).click()
    const menu = this.page.getByRole("group", { name: "Your menu" })
    await menu.getByRole("button", { name: item, exact: true }).click()
  }

  async sees(...locators) {
    for (const locator of locators) await locator.waitFor()
  }

  async seesNoMore(locator) {
    await locator.waitFor({ state: "hidden" })
  }

  async seesPeople(...names) {
    await eventually(async () => assert.deepEqual(await this.people.locator("[data-name]").allInnerTexts(), names))
  }

  async createRoom(title) {
    await this.button("Create a room").first().click()
    await this.submit({ Title: title }, "Create")
    await this.sees(this.heading(title))
  }

  /** @returns {Promise<string>} a link by which somebody gets an account */
  async makeInvite() {
    await this.choose("Invite people")
    await this.button("Make a link").click()
    const link = await this.field("Link").inputValue()
    await this.button("Done").click()
    await this.dialog.getByRole("button", { name: "Close" }).click()
    return link
  }

  /** As a mouse or a finger does, which follows a message that moves away under it because something was said. */
  async pressTool(message, name) {
    await eventually(async () => {
      await this.showTools(message)
      await message.getByRole("button", { name }).click({ timeout: SOON_MS })
    })
  }

  async showTools(message) {
    const hovers = await this.page.evaluate(() => matchMedia("(hover: hover)").matches)
    if (hovers) await message.hover()
    else await message.getByRole("button", { name: "Message actions" }).tap({ timeout: SOON_MS })
  }

  /** As who hears the page does, for whom nothing shows by pointing at it. */
  async openTools(message) {
    await message.getByRole("button", { name: "Message actions" }).press("Enter")
  }

  beginEditing(text) {
    return this.pressTool(this.message(text), "Edit message")
  }

  async edit(text, newText) {
    await this.beginEditing(text)
    await this.say(newText)
  }

  beginDeleting(text) {
    return this.pressTool(this.message(text), "Delete message")
  }

  async delete(text) {
    await this.beginDeleting(text)
    await this.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click()
  }

  /** Waits until the page could be opened without a connection, with everything that is in it now. */
  async hasKeptThePage() {
    await eventually(async () => assert.ok(await this.page.evaluate(isPageKept), "the page is not kept"))
    await this.page.evaluate(() => dispatchEvent(new Event("pagehide")))
    const shown = (await this.transcript()).filter(({ state }) => state === "sent").length
    await eventually(async () => assert.equal(await this.page.evaluate(countKeptMessages), shown))
  }

  /** Waits until what was written here would survive the end of the browser. */
  async hasKeptItsLetters() {
    await eventually(async () => assert.equal(await this.isAtRisk(), false))
  }

  /** Whether the browser would ask before it closes the window. */
  isAtRisk() {
    return this.page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })))
  }

  goOffline() {
    return this.page.context().setOffline(true)
  }

  goOnline() {
    return this.page.context().setOffline(false)
  }

  /** Goes offline, and is told so. */
  async loseConnection() {
    await this.goOffline()
    await this.sees(this.banner)
  }

  async regainConnection() {
    await this.goOnline()
    await this.seesNoMore(this.banner)
  }

  /** Closes this window, and no other one of the same browser. */
  close() {
    return this.page.close()
  }

  async leave() {
    await this.page.context().close()
  }

  async describe() {
    const text = await this.page.locator("body").ariaSnapshot().catch((error) => error.message)
    return [`${this.#name} saw:`, text, ...this.complaints].join("\n")
  }

  // Internal

  #listenForComplaints() {
    const add = (complaint) => this.complaints.push(complaint)
    this.page.on("pageerror", (error) => add(`error: ${error.stack}`))
    this.page.on("crash", () => add("crash"))
    this.page.on("console", (entry) => {
      const isAnswer = REFUSED.test(entry.text()) && entry.location().url.includes(API)
      if (["error", "warning", "assert"].includes(entry.type()) && !isAnswer) add(`console: ${entry.text()} ${entry.location().url}`)
    })
  }
}

// The following run in the page.

/** What is loaded later is kept last. */
async function isPageKept() {
  const names = await caches.keys()
  return names.length === 1 && Boolean(await caches.match("js/i18n/texts/de.js"))
}

function countKeptMessages() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("stonechat")
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const read = opening.result.transaction("rooms").objectStore("rooms").getAll()
      read.onerror = () => reject(read.error)
      read.onsuccess = () => {
        opening.result.close()
        resolve(read.result.flatMap(({ messages }) => messages).length)
      }
    }
  })
}

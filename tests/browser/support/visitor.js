import assert from "node:assert/strict"
import { PATIENCE_MS, eventually } from "../../clients/support/waiting.js"

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

  get log() {
    return this.page.getByRole("log", { name: "Messages" })
  }

  get people() {
    return this.page.getByRole("list", { name: "People here" })
  }

  get banner() {
    return this.page.getByRole("status").filter({ hasText: "Reconnecting" })
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
        seq: Number(article.dataset.seq),
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

  async say(text) {
    await this.messageField.fill(text)
    await this.messageField.press("Enter")
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

  goOffline() {
    return this.page.context().setOffline(true)
  }

  goOnline() {
    return this.page.context().setOffline(false)
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
      if (["error", "warning", "assert"].includes(entry.type())) add(`console: ${entry.text()}`)
    })
  }
}

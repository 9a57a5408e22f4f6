import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { launchBrowser } from "./browser.js"
import { DESKTOP } from "./devices.js"
import { UnclaimedServer } from "./unclaimed_server.js"
import { Visitor } from "./visitor.js"
import { Stonechat } from "../../clients/support/stonechat.js"

export const PASSWORD = "correct horse battery"

/** What browsers complain about while there is no network, or no server: for `expected`. */
export const AWAY =
  /WebSocket connection to .* failed|net::ERR_(INTERNET_DISCONNECTED|FAILED|CONNECTION_(REFUSED|RESET))|error occurred when fetching the script/

let browser

before(async () => (browser = await launchBrowser()))
after(() => browser?.close())

/**
 * A test with a server of its own. It also fails if a page complains: an error, something on the
 * console, a violation of the content security policy.
 * @param {(chat: BrowserChat) => Promise<void>} body
 * @param {object} [options]
 * @param {object} [options.settings]
 * @param {RegExp} [options.expected] which complaints are fine
 * @param {{start: (settings?: object) => Promise<object>}} [options.Server]
 */
export function browserTest(name, body, { settings, expected, Server = Stonechat } = {}) {
  test(name, async (t) => {
    const chat = new BrowserChat(await Server.start(settings))
    try {
      await body(chat)
      assert.deepEqual(chat.complaints.filter((complaint) => !expected?.test(complaint)), [])
    } catch (error) {
      t.diagnostic(await chat.describe())
      throw error
    } finally {
      await chat.close()
    }
  })
}

/** A test with a server that nobody owns yet. */
export function unclaimedTest(name, body, options) {
  browserTest(name, body, { ...options, Server: UnclaimedServer })
}

/** A server and the people who visit it. */
class BrowserChat {
  #visitors = []

  constructor(server) {
    this.server = server
  }

  get complaints() {
    return this.#visitors.flatMap(({ complaints }) => complaints)
  }

  /** Somebody new, with a browser profile of their own. */
  async visitor(options = DESKTOP) {
    return this.#open(await browser.newContext(options))
  }

  /** Another window of the same browser: the same person. */
  anotherWindowOf(visitor) {
    return this.#open(visitor.page.context())
  }

  /** The same person at another machine. */
  async sameAs(visitor) {
    const context = await browser.newContext(DESKTOP)
    await context.addInitScript(remember, await visitor.page.evaluate(() => ({ ...localStorage })))
    return this.#open(context)
  }

  /** The window is closed and opened again: the same browser, a new page. */
  async reopen(visitor) {
    const context = visitor.page.context()
    await visitor.close()
    return this.#open(context)
  }

  async join(name, options) {
    const visitor = await this.visitor(options)
    await visitor.join(name)
    return visitor
  }

  /** Somebody new who comes by a link. */
  async followLink(url, options = DESKTOP) {
    return this.#open(await browser.newContext(options), url)
  }

  /** The owner of the server, who claims it by the link in its log. */
  async claim(name, place = "Birdwatchers") {
    const owner = await this.followLink(this.server.claimLink)
    await owner.enter({ "Name of this place": place, Name: name, Password: PASSWORD }, "Make it mine")
    return owner
  }

  /** Somebody with an account, who was invited by the owner. */
  async member(name, owner, options = DESKTOP) {
    const member = await this.followLink(await owner.makeInvite(), options)
    await member.enter({ Name: name, Password: PASSWORD }, "Create account")
    return member
  }

  /** What there was to see when a test failed. */
  async describe() {
    const windows = await Promise.all(this.#visitors.map((visitor) => visitor.describe()))
    return [...windows, `The server said:\n${this.server.log}`].join("\n\n")
  }

  async close() {
    await Promise.all(this.#visitors.map((visitor) => visitor.leave()))
    await this.server.remove()
  }

  // Internal

  async #open(context, url = this.server.url) {
    const visitor = await Visitor.open(context, url)
    this.#visitors.push(visitor)
    return visitor
  }
}

/** Runs in the page. */
function remember(storage) {
  for (const [key, value] of Object.entries(storage)) localStorage.setItem(key, value)
}

import path from "node:path"
import { createRequire } from "node:module"
import { PATIENCE_MS, within } from "./waiting.js"

const PACKAGE = createRequire(import.meta.url).resolve("socket.io-client/package.json")
const BUNDLE = path.join(path.dirname(PACKAGE), "dist/socket.io.js")

/** The client library in a page of a real browser. */
export class BrowserClient {
  page

  /** In a page at this address; whatever is there will do, as long as it is there. */
  static async at(context, url) {
    const client = new BrowserClient()
    client.page = await context.newPage()
    client.page.setDefaultTimeout(PATIENCE_MS)
    await client.page.goto(url)
    return client
  }

  // Ways to load the library

  async loadScript(url) {
    await this.page.addScriptTag({ url })
  }

  /** Whether the page may have it. */
  loadModule(url) {
    const load = (url) => import(url).then(({ io }) => (window.io = io) !== undefined, () => false)
    return this.evaluate(load, url)
  }

  async loadFromPackage() {
    await this.page.addScriptTag({ path: BUNDLE })
  }

  // What its socket does

  /** Starts to connect, and notes every event. */
  connect(url, options) {
    const start = ({ url, options }) => {
      const socket = window.io(url, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 500, ...options })
      window.socket = socket
      window.heard = []
      const note = (event, ...values) => window.heard.push({ event, values })
      socket.onAny(note)
      socket.on("connect", () => note("connect"))
      socket.on("connect_error", ({ message, data }) => note("connect_error", { message, data }))
      socket.on("disconnect", () => note("disconnect"))
    }
    return this.evaluate(start, { url, options })
  }

  /** The next event of this name, which is not found a second time. */
  async next(event) {
    const take = (event) => {
      const found = window.heard.findIndex((heard) => heard.event === event)
      return found < 0 ? null : window.heard.splice(found, 1)[0].values
    }
    const handle = await this.page.waitForFunction(take, event, { polling: 20 })
    return handle.jsonValue()
  }

  ask(event, data) {
    return this.evaluate(({ event, data }) => window.socket.emitWithAck(event, data), { event, data })
  }

  /** What the page makes of it, within the usual time. */
  evaluate(task, value) {
    return within(this.page.evaluate(task, value), "the page")
  }

  async isOn(transport) {
    const same = (transport) => window.socket.io.engine.transport.name === transport
    await this.page.waitForFunction(same, transport, { polling: 20 })
  }
}

import { WebSocket } from "ws"
import { within } from "./waiting.js"

const PAGE_MESSAGES = 200

/** A client of `/ws` that shares no code with Socket.IO: the witness of what the server stored. */
export class PlainClient {
  /** With which the same person can come again. */
  token
  #socket
  #asked = 0
  /** @type {Map<number, (answer: object) => void>} by ack */
  #waiting = new Map()

  /** @param {string} url of the server */
  static connect(url, name) {
    return PlainClient.connectAs(url, { name })
  }

  /**
   * @param {string} url of the server
   * @param {{name: string} | {token: string}} identity
   */
  static async connectAs(url, identity) {
    const client = new PlainClient()
    client.#socket = new WebSocket(`${url.replace("http", "ws")}/ws?${new URLSearchParams(identity)}`)
    const welcomed = new Promise((resolve, reject) => {
      client.#socket.on("error", reject)
      client.#socket.on("message", (text) => client.#received(JSON.parse(text), resolve))
    })
    await within(welcomed, `${identity.name ?? "an account"} to be welcome`)
    return client
  }

  close() {
    this.#socket.close()
  }

  // Actions

  say(body) {
    return this.ask("send", { room: "lobby", body })
  }

  /** Sends a command and waits for its answer, which must be a good one. */
  async ask(event, data) {
    const ack = ++this.#asked
    const answered = new Promise((resolve) => this.#waiting.set(ack, resolve))
    this.#socket.send(JSON.stringify({ event, data, ack }))
    const answer = await within(answered, `the answer to ${event}`)
    if (!answer.ok) throw new Error(`${event} was refused: ${JSON.stringify(answer.error)}`)
    return answer
  }

  // Internal

  #received({ event, ack, data }, welcome) {
    if (event === "welcome") {
      this.token = data.token
      welcome()
    }
    this.#waiting.get(ack)?.(data)
    this.#waiting.delete(ack)
  }
}

/** Every message of the lobby, as the server tells it to somebody new. */
export async function historyOf(url) {
  const reader = await PlainClient.connect(url, "reader")
  const messages = []
  for (let more = true; more;) {
    const page = await reader.ask("history", { room: "lobby", after: messages.at(-1)?.seq ?? 0, limit: PAGE_MESSAGES })
    messages.push(...page.messages)
    more = page.more
  }
  reader.close()
  return messages
}

import assert from "node:assert/strict"
import { next } from "./client_test.js"
import { eventually } from "./waiting.js"

/** Somebody who notes what they hear, over a line of their own that breaks off. */
export class Listener {
  socket
  line
  welcome
  /** For each welcome after the first, whether nothing was missing. */
  recoveries = []
  /** The numbers of the messages by room, as they came. */
  #heard = new Map()

  static async join(chat, name, options) {
    const listener = new Listener()
    const auth = { name }
    listener.line = await chat.line()
    listener.socket = chat.socket(auth, { url: listener.line.url, reconnectionDelay: 10, ...options })
    listener.#listen()
    listener.welcome = await next(listener.socket, "welcome")
    auth.token = listener.welcome.token
    await chat.way.isSettled(listener.socket)
    return listener
  }

  // Actions

  async goesAway() {
    const gone = this.socket.connected && next(this.socket, "disconnect")
    this.line.break()
    await gone
  }

  /** Goes away without the server being told. */
  async goesAwayUnnoticed() {
    const gone = next(this.socket, "disconnect")
    const { givenUp } = await this.line.goDead()
    await gone
    return { givenUp }
  }

  /** Comes back by itself, as soon as there is a way. Answers the new welcome. */
  comesBack() {
    const welcomed = next(this.socket, "welcome")
    this.line.mend()
    return welcomed
  }

  // What they heard

  seqs(room = "lobby") {
    return this.#heard.get(room) ?? []
  }

  /** Waits for the messages with these numbers, and no others. */
  hasSeqs(expected, room = "lobby") {
    return eventually(() => assert.deepEqual(this.seqs(room), expected))
  }

  // Internal

  #listen() {
    this.socket.on("message", ({ room, seq }) => this.#heard.set(room, [...this.seqs(room), seq]))
    this.socket.on("welcome", () => this.welcome && this.recoveries.push(this.socket.recovered))
  }
}

import { WebSocket } from "ws"
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from "./heartbeat.js"

const RETURN_MS = 150
const HANDSHAKE_MS = 4_000

/** One person's connection to `/ws`, which comes back by itself. Its listener is that of SocketIoConnection. */
export class PlainConnection {
  isOpen = false
  #url
  #identity
  #listener
  #socket
  #isClosed = false
  #asked = 0
  /** @type {Map<number, (answer?: object) => void>} by ack */
  #waiting = new Map()
  #silence

  constructor(url, identity, listener) {
    this.#url = `${url.replace("http", "ws")}/ws`
    this.#identity = identity
    this.#listener = listener
    this.#open()
  }

  ask(event, data, ms, take = () => {}) {
    return new Promise((resolve) => {
      if (this.#socket.readyState !== WebSocket.OPEN) return resolve()
      const ack = ++this.#asked
      const overdue = setTimeout(() => this.#answered(ack), ms)
      this.#waiting.set(ack, (answer) => {
        clearTimeout(overdue)
        if (answer) take(answer)
        resolve(answer)
      })
      this.#socket.send(JSON.stringify({ event, data, ack }))
    })
  }

  close() {
    this.#isClosed = true
    this.#socket.close()
  }

  // Internal

  #open() {
    const socket = new WebSocket(this.#url, { handshakeTimeout: HANDSHAKE_MS })
    this.#socket = socket
    socket.on("open", () => socket.send(JSON.stringify({ event: "connect", data: this.#identity })))
    socket.on("message", (text) => this.#received(JSON.parse(text)))
    // Its end by being cut is no failure of ours.
    socket.on("error", () => {})
    socket.on("close", () => this.#lost())
    for (const sign of ["open", "message", "ping"]) socket.on(sign, () => this.#isAlive(socket))
    this.#isAlive(socket)
  }

  #isAlive(socket) {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => socket.terminate(), PING_INTERVAL_MS + PING_TIMEOUT_MS)
  }

  #received({ event, ack, data }) {
    if (ack !== undefined) {
      this.#answered(ack, data)
    } else if (event === "welcome") {
      this.#identity.token = data.token ?? this.#identity.token
      this.isOpen = true
      this.#listener.welcome(data, false)
    } else if (event === "connect_error") {
      this.#listener.refused(data.data)
      this.#socket.close()
    } else {
      this.#listener.event(event, data)
    }
  }

  #answered(ack, answer) {
    this.#waiting.get(ack)?.(answer)
    this.#waiting.delete(ack)
  }

  #lost() {
    clearTimeout(this.#silence)
    for (const ack of [...this.#waiting.keys()]) this.#answered(ack)
    if (this.isOpen) {
      this.isOpen = false
      this.#listener.gone()
    }
    if (!this.#isClosed) setTimeout(() => this.#isClosed || this.#open(), RETURN_MS)
  }
}

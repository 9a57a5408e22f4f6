import { io } from "socket.io-client"
import { setTimeout as pause } from "node:timers/promises"

const OPTIONS = { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 400, timeout: 4_000 }
// The official client leaves it to its user when to come again after it was refused.
const REFUSED_PAUSE_MS = 200

/**
 * One person's connection with the official client, which comes back by itself.
 * Its listener hears `welcome(welcome, isRecovered)`, `event(name, data)`, `gone()` and `refused(error)`.
 */
export class SocketIoConnection {
  isOpen = false
  #socket
  #isClosed = false
  #identity

  /** @param {{name: string, token?: string}} identity; a guest's token of the first welcome is added to it */
  constructor(url, identity, listener, { transports, recovery }) {
    this.#identity = identity
    const auth = (tell) => tell(recovery ? this.#identity : { ...this.#identity, recovery: false })
    this.#socket = io(url, { ...OPTIONS, transports, auth })
    this.#socket.on("disconnect", () => {
      this.isOpen = false
      listener.gone()
    })
    this.#socket.on("connect_error", (error) => this.#refused(error, listener))
    this.#socket.onAny((event, data) => {
      if (event === "welcome") {
        identity.token = data.token ?? identity.token
        this.isOpen = true
        listener.welcome(data, this.#socket.recovered)
      } else {
        listener.event(event, data)
      }
    })
  }

  /**
   * Asks, and answers what is answered, or nothing if that takes too long or the connection ends.
   * @param {(answer: object) => void} take is called with the answer before any event that comes after it
   */
  ask(event, data, ms, take = () => {}) {
    return new Promise((resolve) => {
      this.#socket.timeout(ms).emit(event, data, (failure, answer) => {
        if (!failure) take(answer)
        resolve(failure ? undefined : answer)
      })
    })
  }

  close() {
    this.#isClosed = true
    this.#socket.disconnect()
  }

  async #refused(error, listener) {
    if (error.data?.code) listener.refused(error.data)
    if (this.#socket.active) return
    await pause(REFUSED_PAUSE_MS)
    if (!this.#isClosed) this.#socket.connect()
  }
}

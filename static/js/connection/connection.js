import { RequestError } from "./request_error.js"
import { randomDelay } from "../helpers/timing.js"

const ANSWER_TIMEOUT_MS = 10_000
const RETURN_MS = { from: 500, to: 3_000 }
// How long the client waits before it comes back: none to twice as long. A server that dies loses a
// thousand windows at once, and they should not all be at the door when it opens.
const RETURN_DELAY_MS = 1_000
// A server that restarts has said so, and is not back sooner anyway.
const RETURN_DELAY_AFTER_BYE_MS = 2_500
// A name stays for as long as somebody has a connection under it: the old one has to be gone.
const RENAME_PAUSE_MS = 600
const OPTIONS = {
  autoConnect: false,
  transports: ["websocket"],
  reconnectionDelay: RETURN_DELAY_MS,
  reconnectionDelayMax: 5_000,
  randomizationFactor: 1,
}
// What only the person at the keyboard can do something about, at connecting or in a `bye`.
const PERSONAL_CODES = new Set(["name_invalid", "name_taken", "guests_off", "signed_out", "not_signed_in", "banned"])
// An account whose sign-in has run out is met as somebody without a name.
const SIGNED_OUT_CODES = new Set(["token_invalid", "name_invalid", "not_signed_in", "guests_off", "bad_field"])
const EVENTS = ["message", "edited", "deleted", "joined", "left", "typing", "room", "removed", "read", "me"]

/**
 * @typedef {"idle"|"connecting"|"online"|"away"} State
 * @typedef {(event: string, data: object) => Promise<any>} Request rejects with a RequestError
 * @typedef {object} Handlers
 * @property {(state: State, bye?: {code: string, message: string}) => void} stateChanged
 * @property {(welcome: object, wantedName: string) => void} welcomed
 * @property {(refusal: {code: string, message: string}) => void} refused
 * @property {(event: string, data: object) => void} received
 */

/**
 * The line to the server. It comes back by itself until it is told to stop, and counts as online
 * from the server's `welcome` on, not from the handshake.
 */
export class Connection {
  #identity
  #clock
  #socket
  #state = "idle"
  #bye
  #returning
  /** @type {Handlers} */
  #handlers

  /**
   * @param {object} options
   * @param {(options: object) => any} options.io makes a socket
   * @param {import("./identity.js").Identity} options.identity
   * @param {import("../helpers/timing.js").Clock} options.clock
   */
  constructor({ io, identity, clock }) {
    this.#identity = identity
    this.#clock = clock
    this.#socket = io({ ...OPTIONS, auth: (give) => give(identity.credentials) })
    this.#socket.on("welcome", (welcome) => this.#welcomed(welcome))
    this.#socket.on("bye", (bye) => this.#saidGoodbye(bye))
    this.#socket.on("disconnect", (reason) => this.#disconnected(reason))
    this.#socket.on("connect_error", (error) => this.#failed(error))
    for (const event of EVENTS) {
      this.#socket.on(event, (data) => this.#handlers.received(event, data))
    }
  }

  get isOnline() {
    return this.#state === "online"
  }

  // Lifecycle

  /** @param {Handlers} handlers */
  start(handlers) {
    this.#handlers = handlers
    this.#connect()
  }

  /** Hangs up and comes back as whoever the identity now says. */
  restart() {
    const wasOnline = this.isOnline
    this.#socket.disconnect()
    this.#become("connecting")
    this.#returnAfter(wasOnline ? RENAME_PAUSE_MS : 0)
  }

  /** Tries again at once what it would try later; nothing if there is nothing to try. */
  retry() {
    if (this.#state !== "away") return
    this.#clock.cancel(this.#returning)
    // The client waits by itself too: only one that was told to stop begins anew.
    this.#socket.disconnect()
    this.#connect()
  }

  /** Hangs up, until it is started or restarted. */
  stop() {
    this.#clock.cancel(this.#returning)
    this.#socket.disconnect()
    this.#bye = undefined
    this.#become("idle")
  }

  // Actions

  /**
   * Sends a command and waits for its answer.
   * @returns {Promise<object>} rejected with a RequestError
   */
  async request(event, data) {
    if (!this.isOnline) throw RequestError.disconnected()
    const answer = await this.#answerTo(event, data)
    if (!answer.ok) throw RequestError.refused(answer.error)
    return answer
  }

  // Internal

  async #answerTo(event, data) {
    try {
      return await this.#socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(event, data)
    } catch {
      throw this.isOnline && this.#socket.connected ? RequestError.timedOut() : RequestError.disconnected()
    }
  }

  #connect() {
    this.#become(this.#state === "away" ? "away" : "connecting")
    this.#socket.connect()
  }

  #welcomed(welcome) {
    const wantedName = this.#identity.name
    this.#identity.accept(welcome)
    this.#bye = undefined
    this.#socket.io.reconnectionDelay(RETURN_DELAY_MS)
    this.#become("online")
    this.#handlers.welcomed(welcome, wantedName)
  }

  #saidGoodbye(bye) {
    if (PERSONAL_CODES.has(bye.code)) {
      this.#refuse(bye)
      return
    }
    this.#bye = bye
    this.#socket.io.reconnectionDelay(RETURN_DELAY_AFTER_BYE_MS)
  }

  #disconnected(reason) {
    if (reason === "io client disconnect") return
    this.#become("away")
    // After this one the client waits to be told.
    if (reason === "io server disconnect") this.#returnAfter(randomDelay(RETURN_MS.from, RETURN_MS.to))
  }

  #failed(error) {
    const code = error.data?.code
    if (code === "token_invalid" && this.#identity.hasToken) {
      this.#identity.forgetToken()
      this.#socket.connect()
    } else if (this.#identity.hasAccount && SIGNED_OUT_CODES.has(code)) {
      this.#refuse({ code: "signed_out", message: error.message })
    } else if (PERSONAL_CODES.has(code)) {
      this.#refuse({ code, message: error.message })
    } else {
      if (code) this.#bye = { code, message: error.message }
      this.#become("away")
      if (!this.#socket.active) this.#returnAfter(randomDelay(RETURN_MS.from, RETURN_MS.to))
    }
  }

  /** Coming back as the same person would only be refused again. */
  #refuse(refusal) {
    this.stop()
    this.#handlers.refused(refusal)
  }

  #returnAfter(delay) {
    this.#clock.cancel(this.#returning)
    this.#returning = this.#clock.after(() => this.#connect(), delay)
  }

  #become(state) {
    this.#state = state
    this.#handlers.stateChanged(state, this.#bye)
  }
}

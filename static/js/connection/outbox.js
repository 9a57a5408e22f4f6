/**
 * @typedef {{id: string, room: string, body: string}} Letter
 * @typedef {object} Handlers
 * @property {(letter: Letter, answer: {seq: number, sent_at: number}) => void} sent
 * @property {(letter: Letter, error: import("./request_error.js").RequestError) => void} failed
 */

/**
 * What was written and is not acknowledged yet. Letters leave one at a time, in the order of
 * writing; each keeps its id, so that sending it again after a broken connection is safe. Only
 * the server's refusal makes a letter fail: an absent server makes it wait.
 */
export class Outbox {
  /** @type {Letter[]} */
  #waiting = []
  /** @type {Map<string, Letter>} by id */
  #failed = new Map()
  #isOpen = false
  #isSending = false
  #reopening
  #deliver
  #clock
  #handlers

  /**
   * @param {object} options
   * @param {(letter: Letter) => Promise<object>} options.deliver rejects with a RequestError
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {Handlers} options.handlers
   */
  constructor({ deliver, clock, handlers }) {
    this.#deliver = deliver
    this.#clock = clock
    this.#handlers = handlers
  }

  /** How many letters wait for their acknowledgement. */
  get size() {
    return this.#waiting.length
  }

  // Lifecycle

  /** The server listens. */
  open() {
    this.#clock.cancel(this.#reopening)
    this.#isOpen = true
    this.#sendNext()
  }

  /** The server is away: what is on its way will be sent again. */
  close() {
    this.#clock.cancel(this.#reopening)
    this.#isOpen = false
  }

  // Actions

  /** @param {Letter} letter */
  add(letter) {
    this.#waiting.push(letter)
    this.#sendNext()
  }

  /** Sends a refused letter once more, after those that wait. */
  retry(id) {
    const letter = this.#takeFailed(id)
    if (letter) this.add(letter)
  }

  discard(id) {
    this.#takeFailed(id)
  }

  /** The server's copy of the letter has come by another way than its acknowledgement. */
  settle(id) {
    this.#takeFailed(id)
    this.#waiting = this.#waiting.filter((letter) => letter.id !== id)
  }

  // Internal

  async #sendNext() {
    const letter = this.#waiting[0]
    if (!letter || !this.#isOpen || this.#isSending) return
    this.#isSending = true
    const { answer, error } = await this.#deliver(letter).then(
      (answer) => ({ answer }),
      (error) => ({ error }),
    )
    this.#isSending = false
    if (error) {
      this.#undelivered(letter, error)
    } else {
      this.#leave(letter)
      this.#handlers.sent(letter, answer)
    }
    this.#sendNext()
  }

  #undelivered(letter, error) {
    if (error.isDisconnected) this.close()
    else if (error.isTransient) this.#rest(error.retryAfterMs)
    else if (this.#leave(letter)) this.#fail(letter, error)
  }

  #fail(letter, error) {
    this.#failed.set(letter.id, letter)
    this.#handlers.failed(letter, error)
  }

  #rest(delay) {
    this.close()
    this.#reopening = this.#clock.after(() => this.open(), delay)
  }

  /** Takes the letter out of the queue; false if it has been settled meanwhile. */
  #leave(letter) {
    const index = this.#waiting.indexOf(letter)
    if (index >= 0) this.#waiting.splice(index, 1)
    return index >= 0
  }

  #takeFailed(id) {
    const letter = this.#failed.get(id)
    this.#failed.delete(id)
    return letter
  }
}

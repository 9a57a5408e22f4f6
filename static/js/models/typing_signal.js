export const REPEATED_AFTER_MS = 3_000

/** Tells others that one is typing: at once, then now and then, and when one has stopped. */
export class TypingSignal {
  #clock
  #send
  #toldAt = null

  /** @param {{clock: import("../helpers/timing.js").Clock, send: (isTyping: boolean) => void}} options */
  constructor({ clock, send }) {
    this.#clock = clock
    this.#send = send
  }

  /** The text in the composer has changed. */
  edited(text) {
    if (!text.trim()) this.stopped()
    else if (this.#isDue()) this.#tell()
  }

  /** The text was sent, emptied, or left behind in another room. */
  stopped() {
    if (this.#toldAt === null) return
    this.#toldAt = null
    this.#send(false)
  }

  #isDue() {
    return this.#toldAt === null || this.#clock.now() - this.#toldAt >= REPEATED_AFTER_MS
  }

  #tell() {
    this.#toldAt = this.#clock.now()
    this.#send(true)
  }
}

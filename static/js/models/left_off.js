/**
 * Where somebody left off reading a room: between what they had seen, and what came when they did not
 * look. What comes while they look is seen at once, and moves nothing.
 */
export class LeftOff {
  #after = null
  #hadUnread = false

  /** The number of the last message that was seen then; null if nothing has come since. */
  get after() {
    return this.#after
  }

  // Actions

  /** @param {{unread: number, readUpTo: number | null, isSeen: boolean}} state `isSeen`: what comes is seen at once */
  notice({ unread, readUpTo, isSeen }) {
    if (unread > 0 && !this.#hadUnread && !isSeen) this.#after = readUpTo
    this.#hadUnread = unread > 0
  }

  /** One is here, and knows what is new. */
  forget() {
    this.#after = null
  }
}

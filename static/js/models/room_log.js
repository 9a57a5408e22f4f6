/**
 * How much of a room's numbered log is known. Whatever happens to the messages of a room takes its
 * next number, so a number that is not the next one tells that something has been missed.
 */
export class RoomLog {
  #last = null
  #newest = 0

  /** The number up to which everything is known; null before anything is. */
  get last() {
    return this.#last
  }

  /** The newest number heard of. */
  get newest() {
    return this.#newest
  }

  get isBegun() {
    return this.#last !== null
  }

  /** Whether something up to the newest number heard of is missing. */
  get isBehind() {
    return this.isBegun && this.#newest > this.#last
  }

  // Actions

  /** What is known begins with a page that stands for everything up to this number. */
  begin(number) {
    this.#last = number
    this.#newest = number
  }

  forget() {
    this.#last = null
    this.#newest = 0
  }

  /** The event of this number has come. */
  take(number) {
    if (!this.isBegun) return
    if (number === this.#last + 1) this.#last = number
    this.hear(number)
  }

  /** The room has come as far as this number. */
  hear(number) {
    this.#newest = Math.max(this.#newest, number)
  }

  /** Everything up to this number has been told. */
  reach(number) {
    this.#last = Math.max(this.#last, number)
  }
}

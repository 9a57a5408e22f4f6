const TOLD_AFTER_MS = 400

/** Tells the server how far rooms were read: a moment later, and of each room only the last. */
export class ReadMarks {
  /** @type {Map<import("../models/room.js").Room, number>} */
  #due = new Map()
  #timer = null
  #clock
  #request

  /**
   * @param {object} options
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {(event: string, data: object) => Promise<object>} options.request rejects with a RequestError
   */
  constructor({ clock, request }) {
    this.#clock = clock
    this.#request = request
  }

  /** @param {import("../models/room.js").Room} room */
  tell(room) {
    if (!room.can("read")) return
    this.#due.set(room, room.readUpTo)
    this.#timer ??= this.#clock.after(() => this.#send(), TOLD_AFTER_MS)
  }

  // Internal

  /** What cannot be told now is told when the room is read next; nothing but a count is lost. */
  #send() {
    this.#timer = null
    for (const [{ name }, seq] of this.#due) this.#request("read", { room: name, seq }).catch(() => {})
    this.#due.clear()
  }
}

import { askPatiently } from "./patience.js"

/**
 * @typedef {import("../models/room.js").Room} Room
 * @typedef {import("../models/message.js").Message} Message
 * @typedef {{seq: number, messages: Message[], more: boolean}} Changes
 */

/** Asks for what was missed in rooms that are behind, page after page, all of them at once. */
export class CatchUp {
  /** @type {Set<Room>} */
  #behind = new Set()
  #running = null
  #request
  #clock
  #onChanges
  #onReset

  /**
   * @param {object} options
   * @param {import("./connection.js").Request} options.request rejects with a RequestError
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {(room: Room, changes: Changes) => void} options.onChanges
   * @param {(room: Room) => Promise<void>} options.onReset the room has to be read anew
   */
  constructor({ request, clock, onChanges, onReset }) {
    this.#request = request
    this.#clock = clock
    this.#onChanges = onChanges
    this.#onReset = onReset
  }

  /**
   * Resolves when nothing more can be learned. Rooms that are asked for meanwhile are taken along.
   * @param {Room[]} rooms
   */
  async ask(rooms) {
    for (const room of rooms) this.#behind.add(room)
    if (this.#behind.size > 0) await (this.#running ??= this.#run())
  }

  // Internal

  async #run() {
    try {
      while (this.#behind.size > 0) await this.#askOnce([...this.#behind])
    } finally {
      // At once: a room that is asked for from here on begins a run of its own. What a fault of the
      // page has left is still behind, and is asked for when something is heard of it next.
      this.#running = null
      this.#behind.clear()
    }
  }

  async #askOnce(rooms) {
    const lasts = Object.fromEntries(rooms.map(({ name, log }) => [name, log.last]))
    const answer = await askPatiently(this.#request, this.#clock, "sync", { rooms: lasts })
    const told = await Promise.all(rooms.map((room) => answer && this.#take(room, answer.rooms[room.name])))
    // Of a server that is away or tells nothing new, nothing more can be learned.
    if (!told.some(Boolean)) for (const room of rooms) this.#behind.delete(room)
  }

  /** Whether the answer has told anything. */
  async #take(room, answer) {
    // It was forgotten meanwhile, as when somebody else came in: the answer is about another log.
    if (!room.log.isBegun) {
      this.#behind.delete(room)
      return false
    }
    const { last } = room.log
    if (answer?.reset) await this.#onReset(room)
    else if (answer?.messages) this.#onChanges(room, answer)
    if (!answer?.more && !(answer?.messages && room.log.isBehind)) this.#behind.delete(room)
    return room.log.last !== last
  }
}

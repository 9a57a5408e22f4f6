/** The most rooms whose messages are kept in memory. */
export const ROOMS_KEPT = 20

/** @typedef {import("./room.js").Room} Room */

/** The rooms one is in. Only those that were opened last keep their messages here. */
export class Rooms {
  /** @type {Map<string, Room>} by name, in the order in which they became known */
  #rooms = new Map()
  /** @type {Set<Room>} the last one opened is at the end */
  #opened = new Set()

  get list() {
    return [...this.#rooms.values()]
  }

  /** @returns {Room[]} those that were open lately, the last one first */
  get recent() {
    return [...this.#opened].reverse()
  }

  /** @returns {Room | undefined} */
  named(name) {
    return this.#rooms.get(name)
  }

  add(room) {
    this.#rooms.set(room.name, room)
  }

  remove(room) {
    this.#rooms.delete(room.name)
    this.#opened.delete(room)
  }

  /** The room is being read; the one that was not for the longest time makes place. */
  opened(room) {
    this.#opened.delete(room)
    this.#opened.add(room)
    if (this.#opened.size <= ROOMS_KEPT) return
    const [oldest] = this.#opened
    this.#opened.delete(oldest)
    oldest.unload()
  }
}

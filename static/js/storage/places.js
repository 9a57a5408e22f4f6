const KEY = "stonechat.places"
const ROOMS_KEPT = 50

/** @typedef {{seq: number, offset: number}} Place a message, and how far below the upper edge it begins */

/** Where one reads in each room, for as long as the window is there. Who reads at the end has no place. */
export class Places {
  #storage
  /** @type {Map<string, Place>} by the name of the room; the last one kept is at the end */
  #places

  /** @param {Storage} [storage] which may refuse to keep anything; none where it is not allowed */
  constructor(storage) {
    this.#storage = storage
    this.#places = this.#read()
  }

  /** @returns {Place | undefined} */
  of(name) {
    return this.#places.get(name)
  }

  // Actions

  /** @param {Place | null} place null at the end */
  keep(name, place) {
    this.#places.delete(name)
    if (place) this.#places.set(name, place)
    if (this.#places.size > ROOMS_KEPT) this.#places.delete(this.#places.keys().next().value)
    this.#write()
  }

  clear() {
    this.#places.clear()
    this.#write()
  }

  // Internal

  #write() {
    try {
      this.#storage.setItem(KEY, JSON.stringify([...this.#places]))
    } catch {
      // It holds until the page is loaded anew.
    }
  }

  #read() {
    try {
      return new Map(JSON.parse(this.#storage.getItem(KEY) ?? "[]"))
    } catch {
      return new Map()
    }
  }
}

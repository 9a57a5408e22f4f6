import { plain } from "./completion.js"

/** @typedef {{id: string, name: string, avatar?: string}} Face */

/** The pictures of people, as far as they are known: messages name their authors without them. */
export class Faces {
  /** @type {Map<string, string>} versions by user id */
  #versions = new Map()
  /** @type {Map<string, string>} names by user id */
  #names = new Map()
  /** @type {Map<string, string> | null} user ids by plain name, once somebody has asked for one */
  #ids = null
  #onChange

  constructor({ onChange = () => {} } = {}) {
    this.#onChange = onChange
  }

  /** @returns {string | undefined} the id of whoever has this name, whatever its case */
  named(name) {
    this.#ids ??= new Map(Array.from(this.#names, ([id, name]) => [plain(name), id]))
    return this.#ids.get(plain(name))
  }

  /** @param {Face[]} people as the server has just told them: who has no picture has none any more */
  learn(people) {
    for (const { id, name } of people) this.#names.set(id, name)
    this.#ids = null
    const news = people.filter(({ id, avatar }) => this.#versions.get(id) !== avatar)
    for (const { id, avatar } of news) {
      if (avatar) this.#versions.set(id, avatar)
      else this.#versions.delete(id)
    }
    if (news.length) this.#onChange()
  }

  /** Whoever sits here now knows nobody yet. What shows them goes with them. */
  clear() {
    this.#versions.clear()
    this.#names.clear()
    this.#ids = null
  }

  /** @returns {Face} */
  of({ id, name }) {
    return { id, name, avatar: this.#versions.get(id) }
  }
}

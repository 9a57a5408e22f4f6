/** @typedef {{id: string, name: string, avatar?: string}} Face */

/** The pictures of people, as far as they are known: messages name their authors without them. */
export class Faces {
  /** @type {Map<string, string>} versions by user id */
  #versions = new Map()
  #onChange

  constructor({ onChange = () => {} } = {}) {
    this.#onChange = onChange
  }

  /** @param {Face[]} people as the server has just told them: who has no picture has none any more */
  learn(people) {
    const news = people.filter(({ id, avatar }) => this.#versions.get(id) !== avatar)
    for (const { id, avatar } of news) {
      if (avatar) this.#versions.set(id, avatar)
      else this.#versions.delete(id)
    }
    if (news.length) this.#onChange()
  }

  /** @returns {Face} */
  of({ id, name }) {
    return { id, name, avatar: this.#versions.get(id) }
  }
}

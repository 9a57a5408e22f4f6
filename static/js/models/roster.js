import { compareNames } from "../i18n/language.js"

/**
 * Who is in a room. The server names only some when many are there or many come at once, so
 * `total` can be more than the people known here; and it can take away people who are known.
 */
export class Roster {
  /** @type {Map<string, string>} names by user id */
  #names = new Map()
  #total = 0
  #isKnown = false
  #isStale = false
  #onChange

  constructor({ onChange = () => {} } = {}) {
    this.#onChange = onChange
  }

  /** @returns {{id: string, name: string}[]} those known, by name */
  get people() {
    const people = Array.from(this.#names, ([id, name]) => ({ id, name }))
    return people.sort((one, other) => compareNames(one.name, other.name))
  }

  get total() {
    return this.#total
  }

  /** Whether the server has told who is here. */
  get isKnown() {
    return this.#isKnown
  }

  /** Whether somebody left or came whom the server did not name: time to ask again. */
  get isStale() {
    return this.#isStale
  }

  // Actions

  replace(members, total) {
    this.#names = new Map(members.map(({ id, name }) => [id, name]))
    this.#isKnown = true
    this.#isStale = false
    this.#changeTotal(total)
  }

  join({ users, others, members }) {
    for (const { id, name } of users) this.#names.set(id, name)
    this.#isStale ||= others > 0
    this.#changeTotal(members)
  }

  leave({ users, others, members }) {
    for (const { id } of users) this.#names.delete(id)
    this.#isStale ||= others > 0
    this.#changeTotal(members)
  }

  /** Somebody known goes by another name now. */
  rename({ id, name }) {
    if (!this.#names.has(id) || this.#names.get(id) === name) return
    this.#names.set(id, name)
    this.#onChange()
  }

  // Internal

  #changeTotal(total) {
    this.#total = total
    this.#isStale ||= this.#names.size > total
    this.#onChange()
  }
}

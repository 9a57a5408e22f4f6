import { arrangeChildren, cloneTemplate, find } from "../helpers/dom.js"
import { countOthers } from "../helpers/people.js"
import { showAvatar } from "./avatar.js"

// Nobody reads further; the rest are counted.
const PEOPLE_SHOWN = 200

/** Who is in the room. */
export class RosterView {
  #list
  #others
  #counts
  /** @type {Map<string, HTMLElement>} by user id */
  #entries = new Map()

  constructor(element, { counts }) {
    this.#list = find("ul", element)
    this.#others = find("[data-others]", element)
    this.#counts = counts
  }

  render({ roster }, me) {
    const people = roster.people.slice(0, PEOPLE_SHOWN)
    const entries = new Map(people.map((person) => [person.id, this.#entryFor(person, me)]))
    arrangeChildren(this.#list, [...entries.values()])
    this.#entries = entries

    const others = roster.total - people.length
    this.#others.hidden = roster.isKnown && others <= 0
    this.#others.textContent = roster.isKnown ? `and ${countOthers(others)}` : "Not known yet"
    for (const count of this.#counts) count.textContent = roster.isKnown ? roster.total : ""
  }

  // Internal

  #entryFor({ id, name }, me) {
    const entry = this.#entries.get(id) ?? cloneTemplate("person")
    showAvatar(find(".avatar", entry), { id, name })
    find("[data-name]", entry).textContent = name
    find("[data-you]", entry).hidden = id !== me?.id
    return entry
  }
}

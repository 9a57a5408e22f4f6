import { arrangeChildren, cloneTemplate, find } from "../helpers/dom.js"
import { RovingFocus } from "../helpers/roving_focus.js"
import { formatNumber, t } from "../i18n/language.js"
import { showAvatar } from "./avatar.js"

// Nobody reads further; the rest are counted.
const PEOPLE_SHOWN = 200

/** Who is in the room. */
export class RosterView {
  #list
  #focus
  #others
  #alone
  #counts
  #faces
  #onChosen
  /** @type {Map<string, HTMLElement>} by user id */
  #entries = new Map()

  /**
   * @param {HTMLElement} element
   * @param {object} options
   * @param {NodeListOf<HTMLElement>} options.counts where to say how many
   * @param {import("../models/faces.js").Faces} options.faces
   * @param {(person: {id: string, name: string}) => void} options.onChosen
   */
  constructor(element, { counts, faces, onChosen }) {
    this.#list = find("ul", element)
    this.#focus = new RovingFocus(this.#list, ".person")
    this.#others = find("[data-others]", element)
    this.#alone = find("[data-alone]", element)
    this.#counts = counts
    this.#faces = faces
    this.#onChosen = onChosen
  }

  /** There is no room that anybody could be in. */
  clear() {
    this.#entries.clear()
    this.#list.replaceChildren()
    this.#others.hidden = true
    this.#alone.hidden = true
    for (const count of this.#counts) count.textContent = ""
  }

  render({ roster }, me) {
    const people = roster.people.slice(0, PEOPLE_SHOWN)
    const entries = new Map(people.map((person) => [person.id, this.#entryFor(person, me)]))
    this.#focus.keep(() => arrangeChildren(this.#list, [...entries.values()]))
    this.#entries = entries

    const others = roster.total - people.length
    this.#others.hidden = roster.isKnown && others <= 0
    this.#others.textContent = roster.isKnown ? t("room.and_others", { count: others }) : t("room.people_unknown")
    this.#alone.hidden = !roster.isKnown || roster.total > 1
    for (const count of this.#counts) count.textContent = roster.isKnown ? formatNumber(roster.total) : ""
  }

  // Internal

  #entryFor({ id, name }, me) {
    const entry = this.#entries.get(id) ?? this.#createEntry(id)
    showAvatar(find(".avatar", entry), this.#faces.of({ id, name }))
    find("[data-name]", entry).textContent = name
    find("[data-you]", entry).hidden = id !== me?.id
    return entry
  }

  #createEntry(id) {
    const entry = cloneTemplate("person")
    find("button", entry).addEventListener("click", () => {
      this.#onChosen({ id, name: find("[data-name]", entry).textContent })
    })
    return entry
  }
}

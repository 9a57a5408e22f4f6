import { showAvatar } from "../avatar.js"
import { freshId } from "../fields.js"
import { showRoomMark } from "../room_mark.js"
import { showNotice } from "../room_list.js"
import { cloneTemplate, find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"

const STEPS = { ArrowDown: 1, ArrowUp: -1 }

/** The places of the switcher: the field keeps the keyboard, and the arrow keys choose one of them. */
export class SwitcherList {
  #list
  #field
  #faces
  #onChosen
  #places = []
  #at = 0

  /**
   * @param {HTMLElement} list
   * @param {object} options
   * @param {HTMLInputElement} options.field
   * @param {import("../../models/faces.js").Faces} options.faces
   * @param {(place: any) => void} options.onChosen
   */
  constructor(list, { field, faces, onChosen }) {
    this.#list = list
    this.#field = field
    this.#faces = faces
    this.#onChosen = onChosen
    list.id = freshId()
    field.setAttribute("aria-controls", list.id)
    field.addEventListener("keydown", (event) => this.#keyPressed(event))
    // The field keeps the keyboard.
    list.addEventListener("pointerdown", (event) => event.preventDefault())
    list.addEventListener("click", ({ target }) => {
      const at = [...list.children].indexOf(/** @type {Element} */ (target).closest("[role=option]"))
      if (at >= 0) onChosen(this.#places[at])
    })
  }

  /**
   * @param {any[]} places
   * @param {{id: string} | null} me
   * @param {{isAnswer: boolean}} options whether it answers to what was typed; otherwise what is chosen stays so
   */
  render(places, me, { isAnswer }) {
    const chosen = this.#places[this.#at]
    this.#places = places
    this.#list.replaceChildren(...places.map((place) => this.#draw(place, me)))
    this.#list.hidden = places.length === 0
    this.#field.setAttribute("aria-expanded", String(places.length > 0))
    this.#choose(isAnswer ? 0 : Math.max(0, places.indexOf(chosen)))
  }

  // Internal

  #draw({ title, room, person, isBrowsing, unread = 0, mentions = 0 }, me) {
    const option = cloneTemplate("switcher-option")
    option.id = freshId()
    find("[data-name]", option).textContent = title
    const mark = find("[data-kind]", option)
    if (isBrowsing) mark.append(cloneTemplate("icon-browse"))
    if (room) showRoomMark(mark, room, me, this.#faces)
    if (person) {
      mark.classList.add("avatar")
      showAvatar(mark, this.#faces.of(person))
      find("[data-note]", option).textContent = t("rooms.start_direct")
    }
    showNotice(option, { unread, mentions })
    return option
  }

  #choose(at) {
    this.#at = at
    const options = [...this.#list.children]
    for (const [index, option] of options.entries()) option.setAttribute("aria-selected", String(index === at))
    this.#field.setAttribute("aria-activedescendant", options[at]?.id ?? "")
    options[at]?.scrollIntoView({ block: "nearest" })
  }

  #keyPressed(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return
    const count = this.#places.length
    if (event.key in STEPS && count) this.#choose((this.#at + STEPS[event.key] + count) % count)
    else if (event.key === "Enter" && count) this.#onChosen(this.#places[this.#at])
    else return
    event.preventDefault()
  }
}

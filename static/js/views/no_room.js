import { find } from "../helpers/dom.js"

/** Stands in place of a room as long as one is in none, and leads to them. */
export class NoRoom {
  #element
  #parts

  /**
   * @param {HTMLElement} element
   * @param {object} options
   * @param {HTMLElement[]} options.parts what there is to see of a room
   * @param {() => void} options.onBrowse
   */
  constructor(element, { parts, onBrowse }) {
    this.#element = element
    this.#parts = parts
    find("[data-browse]", element).addEventListener("click", onBrowse)
  }

  // Actions

  show() {
    this.#toggle(true)
  }

  hide() {
    this.#toggle(false)
  }

  // Internal

  #toggle(isThere) {
    this.#element.hidden = !isThere
    for (const part of this.#parts) part.hidden = isThere
  }
}

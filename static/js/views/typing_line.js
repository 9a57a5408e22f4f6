import { listPeople } from "../helpers/people.js"

const NAMED = 3

/** "ada is typing…" */
export class TypingLine {
  #element

  constructor(element) {
    this.#element = element
  }

  /** @param {string[]} names */
  render(names) {
    const shown = names.slice(0, NAMED)
    const verb = names.length > 1 ? "are" : "is"
    this.#element.textContent = names.length ? `${listPeople(shown, names.length - shown.length)} ${verb} typing…` : ""
  }
}

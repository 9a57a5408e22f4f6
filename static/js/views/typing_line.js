import { listPeople } from "../helpers/people.js"
import { t } from "../i18n/language.js"

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
    const people = listPeople(shown, names.length - shown.length)
    this.#element.textContent = names.length ? t("timeline.typing", { people, count: names.length }) : ""
  }
}

import { listPeople, shortened } from "../helpers/people.js"
import { t } from "../i18n/language.js"

const NAMED = 3
// What they do is to be read on a phone too.
const CHARACTERS_OF_NAMES = 36

/** "ada is typing…" */
export class TypingLine {
  #element

  constructor(element) {
    this.#element = element
  }

  /** @param {string[]} names */
  render(names) {
    const named = names.slice(0, NAMED)
    const shown = named.map((name) => shortened(name, Math.floor(CHARACTERS_OF_NAMES / named.length)))
    const people = listPeople(shown, names.length - shown.length)
    this.#element.textContent = names.length ? t("timeline.typing", { people, count: names.length }) : ""
  }
}

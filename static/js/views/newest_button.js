import { goOnWriting } from "./writing_place.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

// The server counts no further.
const MOST_COUNTED = 100

/** The way down, with the number of messages that are new there. */
export class NewestButton {
  #element
  #label

  /**
   * @param {HTMLElement} element
   * @param {{onPressed: () => void}} options
   */
  constructor(element, { onPressed }) {
    this.#element = element
    this.#label = find("span", element)
    element.addEventListener("click", onPressed)
  }

  render({ isHidden, unread }) {
    const hadFocus = document.activeElement === this.#element
    this.#element.hidden = isHidden
    if (isHidden && hadFocus) goOnWriting()
    this.#label.textContent = describe(unread)
    this.#element.classList.toggle("newest--unread", unread > 0)
  }
}

function describe(unread) {
  if (unread === 0) return t("timeline.newest")
  return unread >= MOST_COUNTED ? t("reading.many_new", { number: MOST_COUNTED }) : t("timeline.new", { count: unread })
}

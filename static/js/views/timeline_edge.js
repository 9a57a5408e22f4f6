import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

/** One end of what is loaded: it says that more is coming, or why it does not. */
export class TimelineEdge {
  #element
  #text
  #retry

  /**
   * @param {HTMLElement} element
   * @param {{onRetry: () => void}} options
   */
  constructor(element, { onRetry }) {
    this.#element = element
    this.#text = find("[data-status]", element)
    this.#retry = find("[data-retry]", element)
    this.#retry.addEventListener("click", onRetry)
  }

  /** @param {{isThere: boolean, isAway: boolean, hasFailed: boolean}} state `isThere`: there is something to load */
  render({ isThere, isAway, hasFailed }) {
    this.#element.hidden = !isThere
    this.#text.textContent = t(isAway ? "reading.away" : hasFailed ? "reading.failed" : "timeline.loading")
    this.#retry.hidden = isAway || !hasFailed
  }
}

import { goOnWriting } from "./writing_place.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

const REASONS = {
  restart: "banner.restart",
  slow: "banner.slow",
  too_many_sessions: "banner.too_many_sessions",
}

// Most connections are there before one could read that they are not.
const SLOW_MS = 2_000

/** Says that the connection is away, for as long as it is, or that it takes long; and what becomes of what one writes. */
export class ConnectionBanner {
  #element
  #said
  #waits
  #retry
  #clock
  #slow
  #state = "idle"
  #bye

  /**
   * @param {HTMLElement} element
   * @param {object} options
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {() => void} options.onRetry
   */
  constructor(element, { clock, onRetry }) {
    this.#element = element
    this.#said = find("[data-said]", element)
    this.#waits = find("[data-waits]", element)
    this.#retry = find("[data-retry]", element)
    this.#clock = clock
    this.#retry.addEventListener("click", onRetry)
    // The browser knows of the network before a connection does.
    addEventListener("offline", () => this.#render())
    addEventListener("online", () => {
      this.#render()
      onRetry()
    })
  }

  /**
   * @param {import("../connection/connection.js").State | "absent"} state `absent` if the chat itself did not come
   * @param {{code: string}} [bye] what the server said before it left
   */
  show(state, bye) {
    this.#state = state
    this.#bye = bye
    this.#clock.cancel(this.#slow)
    if (state === "connecting") this.#slow = this.#clock.after(() => this.#say(t("banner.connecting")), SLOW_MS)
    this.#render()
  }

  // Internal

  #render() {
    const isAway = this.#state === "away" || this.#state === "absent"
    const isOffline = navigator.onLine === false
    const hadFocus = this.#element.contains(document.activeElement)
    this.#waits.hidden = this.#state !== "away"
    this.#retry.hidden = !isAway || isOffline
    this.#say(isAway ? t(isOffline ? "banner.offline" : REASONS[this.#bye?.code] ?? "banner.away") : "")
    if (hadFocus) goOnWriting()
  }

  /** The region for it is always there: one that appears with its words is not read out. */
  #say(text) {
    this.#element.classList.toggle("banner--silent", text === "")
    if (this.#said.textContent !== text) this.#said.textContent = text
  }
}

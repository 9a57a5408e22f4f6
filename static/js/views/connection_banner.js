import { t } from "../i18n/language.js"

const REASONS = {
  restart: "banner.restart",
  slow: "banner.slow",
  too_many_sessions: "banner.too_many_sessions",
}

// Most connections are there before one could read that they are not.
const SLOW_MS = 2_000

/** Says that the connection is away, for as long as it is, or that it takes long. */
export class ConnectionBanner {
  #element
  #clock
  #slow

  /** @param {{clock: import("../helpers/timing.js").Clock}} options */
  constructor(element, { clock }) {
    this.#element = element
    this.#clock = clock
  }

  /**
   * @param {import("../connection/connection.js").State} state
   * @param {{code: string}} [bye] what the server said before it left
   */
  show(state, bye) {
    this.#clock.cancel(this.#slow)
    if (state === "connecting") this.#slow = this.#clock.after(() => this.#say(t("banner.connecting")), SLOW_MS)
    this.#say(state === "away" ? t(REASONS[bye?.code] ?? "banner.away") : "")
  }

  // Internal

  #say(text) {
    this.#element.hidden = text === ""
    this.#element.textContent = text
  }
}

const REASONS = {
  restart: "The server is restarting.",
  slow: "This connection fell too far behind.",
  too_many_sessions: "You have the chat open too often: close it somewhere else.",
}

const NO_CONNECTION = "No connection."
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
    if (state === "connecting") this.#slow = this.#clock.after(() => this.#say("Connecting…"), SLOW_MS)
    this.#say(state === "away" ? `${REASONS[bye?.code] ?? NO_CONNECTION} Reconnecting…` : "")
  }

  // Internal

  #say(text) {
    this.#element.hidden = text === ""
    this.#element.textContent = text
  }
}

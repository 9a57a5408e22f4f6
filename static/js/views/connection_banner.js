const REASONS = {
  restart: "The server is restarting.",
  slow: "This connection fell too far behind.",
}

/** Says that the connection is away, for as long as it is. */
export class ConnectionBanner {
  #element

  constructor(element) {
    this.#element = element
  }

  /**
   * @param {import("../connection/connection.js").State} state
   * @param {{code: string}} [bye] what the server said before it left
   */
  show(state, bye) {
    const isAway = state === "away"
    this.#element.hidden = !isAway
    this.#element.textContent = isAway ? [REASONS[bye?.code], "Reconnecting…"].filter(Boolean).join(" ") : ""
  }
}

/** The ways by which somebody becomes known to the server as an account. Each rejects with a RequestError. */
export class SignIn {
  #api
  #identity
  #onEntered

  /**
   * @param {object} options
   * @param {import("./api.js").Api} options.api
   * @param {import("./identity.js").Identity} options.identity
   * @param {() => Promise<void>} options.onEntered
   */
  constructor({ api, identity, onEntered }) {
    this.#api = api
    this.#identity = identity
    this.#onEntered = onEntered
  }

  // Actions

  /** What the server says of itself to everybody; null if it is away or says nothing. */
  async lookAround() {
    try {
      return await this.#api.get("/server")
    } catch {
      return null
    }
  }

  /** @returns {Promise<{server_name: string, expires_at?: number}>} */
  checkInvite(token) {
    return this.#api.post("/invites/check", { token })
  }

  async signIn({ name, password }) {
    await this.#api.post("/session", { name: name.trim(), password })
    await this.#enter()
  }

  /**
   * A guest who gets an account keeps what they wrote.
   * @param {Record<string, string>} values
   * @param {string} [invite] the token of a link
   */
  async signUp({ name, password }, invite) {
    const guestToken = this.#identity.token ?? undefined
    await this.#api.post("/accounts", { name: name.trim(), password, invite, guest_token: guestToken })
    await this.#enter()
  }

  /** The server's first owner. */
  async claim(token, { name, password, server_name: serverName }) {
    await this.#api.post("/claim", { token, name: name.trim(), password, server_name: serverName.trim() })
    await this.#enter()
  }

  async resetPassword(token, { password }) {
    await this.#api.post("/password-resets", { token, password })
    await this.#enter()
  }

  /** By a link from another device that is signed in. */
  async useDeviceLink(token) {
    await this.#api.post("/session/device", { token })
    await this.#enter()
  }

  /** Only with a connection: the server's cookie would stay here otherwise. */
  async signOut() {
    try {
      await this.#api.delete("/session")
    } catch (problem) {
      if (problem.code !== "not_signed_in") throw problem
    }
  }

  // Internal

  #enter() {
    this.#identity.becomeAccount()
    return this.#onEntered()
  }
}

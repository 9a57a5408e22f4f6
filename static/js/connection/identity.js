const NAME_KEY = "stonechat.name"
const TOKEN_KEY = "stonechat.token"

/** Who the person at this browser is: the name they go by, and the token that proves it. */
export class Identity {
  #storage
  #name
  #token

  /** @param {Storage} storage */
  constructor(storage) {
    this.#storage = storage
    this.#name = this.#read(NAME_KEY)
    this.#token = this.#read(TOKEN_KEY)
  }

  get name() {
    return this.#name
  }

  get hasToken() {
    return this.#token !== null
  }

  /** What is said to the server at connecting. Gaps are filled by number, so that nothing is recovered. */
  get credentials() {
    const credentials = { name: this.#name, recovery: false }
    return this.hasToken ? { ...credentials, token: this.#token } : credentials
  }

  // Actions

  /** The name to ask for; it is remembered once the server accepts it. */
  rename(name) {
    this.#name = name
  }

  /** The server has said who we are. */
  accept({ user, token }) {
    this.#name = user.name
    this.#token = token
    this.#write(NAME_KEY, user.name)
    this.#write(TOKEN_KEY, token)
  }

  forgetToken() {
    this.#token = null
    this.#write(TOKEN_KEY, null)
  }

  // Internal. A browser may refuse to store anything; the identity then lasts as long as the page.

  #read(key) {
    try {
      return this.#storage.getItem(key)
    } catch {
      return null
    }
  }

  #write(key, value) {
    try {
      if (value === null) this.#storage.removeItem(key)
      else this.#storage.setItem(key, value)
    } catch {
      // The page goes on without a memory.
    }
  }
}

const NAME_KEY = "stonechat.name"
const TOKEN_KEY = "stonechat.token"
const ACCOUNT_KEY = "stonechat.account"

/**
 * Who the person at this browser is. A guest has a name and a token that proves it. An account is
 * proved by a cookie, which only the browser and the server see; here it is only known that there is one.
 */
export class Identity {
  #storage
  #name
  #token
  #hasAccount
  #onFollowed = () => {}

  /**
   * @param {Storage} [storage] none where it is not allowed
   * @param {EventTarget} [windows] where it is told that another window has changed something
   */
  constructor(storage, windows) {
    this.#storage = storage
    this.#recall()
    windows?.addEventListener("storage", (event) => {
      if (/** @type {StorageEvent} */ (event).key === ACCOUNT_KEY) this.#follow()
    })
  }

  get name() {
    return this.#name
  }

  /** The guest's token; what they wrote is theirs by it. */
  get token() {
    return this.#token
  }

  get hasToken() {
    return this.#token !== null
  }

  get hasAccount() {
    return this.#hasAccount
  }

  /** Whether somebody was here before. */
  get isKnown() {
    return this.hasToken || this.hasAccount
  }

  /** What is said to the server at connecting. Gaps are filled by number, so that nothing is recovered. */
  get credentials() {
    if (this.hasAccount) return { recovery: false }
    const credentials = { name: this.#name, recovery: false }
    return this.hasToken ? { ...credentials, token: this.#token } : credentials
  }

  // Actions

  /** @param {() => void} onFollowed told when another window has signed in or out, and so this one too */
  watch(onFollowed) {
    this.#onFollowed = onFollowed
  }

  /** The name to ask for; it is remembered once the server accepts it. */
  rename(name) {
    this.#name = name
  }

  /** The server has said who we are: a guest is given a token. */
  accept({ user, token }) {
    // The guest of before must not write over the account that this window is about to be told of.
    if (token !== undefined && this.#isOvertaken) return
    this.#name = user.name
    this.#write(NAME_KEY, user.name)
    if (token === undefined) {
      this.becomeAccount()
    } else {
      this.#token = token
      this.#write(TOKEN_KEY, token)
      this.#forgetAccount()
    }
  }

  /** This browser has signed in. */
  becomeAccount() {
    this.forgetToken()
    this.#hasAccount = true
    this.#write(ACCOUNT_KEY, "yes")
  }

  forgetToken() {
    this.#token = null
    this.#write(TOKEN_KEY, null)
  }

  /** Nobody is here any more. */
  forget() {
    this.forgetToken()
    this.#forgetAccount()
    this.#name = null
    this.#write(NAME_KEY, null)
  }

  // Internal. A browser may refuse to store anything; the identity then lasts as long as the page.

  #recall() {
    this.#name = this.#read(NAME_KEY)
    this.#token = this.#read(TOKEN_KEY)
    this.#hasAccount = this.#keepsAccount
  }

  get #keepsAccount() {
    return this.#read(ACCOUNT_KEY) !== null
  }

  /** Whether another window has signed in, and this one does not know yet. */
  get #isOvertaken() {
    return !this.#hasAccount && this.#keepsAccount
  }

  #follow() {
    if (this.#hasAccount === this.#keepsAccount) return
    this.#recall()
    this.#onFollowed()
  }

  #forgetAccount() {
    this.#hasAccount = false
    this.#write(ACCOUNT_KEY, null)
  }

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

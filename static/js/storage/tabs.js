import { pause } from "../helpers/timing.js"
import { randomId } from "../helpers/uuid.js"

const PREFIX = "stonechat.tab."
const CHANNEL = "stonechat.tabs"
// How long a tab that is there needs to say so, busy as it may be.
const ANSWERED_WITHIN_MS = 300

/**
 * The tabs of this browser that have the chat open. Each holds a lock for as long as it lives, so
 * that the others learn of its end, however it ends: they wait for its lock. Without locks they can
 * only be asked whether they are there; of the end of a tab nobody hears then.
 */
export class Tabs {
  id = randomId()
  #locks
  #clock
  #channelNamed
  /** @type {BroadcastChannel | undefined} */
  #channel
  #onGone
  #watched = new Set()
  /** @type {Set<string>} tabs that have said that they are there, since they were last asked */
  #heard = new Set()

  /**
   * @param {object} options
   * @param {LockManager | undefined} options.locks pages without TLS have none
   * @param {(name: string) => BroadcastChannel} options.channelNamed throws where a browser has none
   * @param {import("../helpers/timing.js").Clock} options.clock
   */
  constructor({ locks, channelNamed, clock }) {
    this.#locks = locks
    this.#channelNamed = channelNamed
    this.#clock = clock
  }

  // Lifecycle

  /**
   * Says that this tab is here.
   * @param {(tab: string) => void} onGone called once for each other tab, when it is gone
   */
  async enter(onGone) {
    this.#onGone = onGone
    this.#openChannel()
    if (!this.#locks) return
    try {
      await this.#holdOwnLock()
      this.#say({ isAsking: false })
      for (const tab of await this.#holders()) this.#watch(tab)
    } catch {
      this.#locks = undefined
    }
  }

  // Actions

  /** Those of the tabs that are gone. Where that cannot be known, all others count as gone. */
  async gone(tabs) {
    const others = tabs.filter((tab) => tab !== this.id)
    if (others.length === 0) return others
    const present = this.#locks ? await this.#holders() : await this.#answering()
    return others.filter((tab) => !present.has(tab))
  }

  // Internal

  /** @returns {Promise<void>} */
  #holdOwnLock() {
    return new Promise((resolve, reject) => {
      const hold = () => {
        resolve()
        return new Promise(() => {})
      }
      this.#locks.request(PREFIX + this.id, hold).catch(reject)
    })
  }

  async #holders() {
    const { held } = await this.#locks.query()
    const names = held.map(({ name }) => name).filter((name) => name.startsWith(PREFIX))
    return new Set(names.map((name) => name.slice(PREFIX.length)))
  }

  async #answering() {
    if (!this.#channel) return new Set()
    this.#heard.clear()
    this.#say({ isAsking: true })
    await pause(this.#clock, ANSWERED_WITHIN_MS)
    return this.#heard
  }

  #openChannel() {
    try {
      this.#channel = this.#channelNamed(CHANNEL)
      this.#channel.onmessage = ({ data }) => this.#hear(data)
    } catch {
      // Nobody is heard of.
    }
  }

  #say({ isAsking }) {
    this.#channel?.postMessage({ tab: this.id, isAsking })
  }

  #hear({ tab, isAsking }) {
    this.#heard.add(tab)
    if (isAsking) this.#say({ isAsking: false })
    if (this.#locks) this.#watch(tab)
  }

  #watch(tab) {
    if (tab === this.id || this.#watched.has(tab)) return
    this.#watched.add(tab)
    this.#locks.request(PREFIX + tab, () => {}).then(() => this.#onGone(tab), () => {})
  }
}

import { randomId } from "../helpers/uuid.js"

const PREFIX = "stonechat.tab."
const CHANNEL = "stonechat.tabs"

/**
 * The tabs of this browser that have the chat open. Each holds a lock for as long as it lives, so
 * that the others learn of its end, however it ends: they wait for its lock.
 */
export class Tabs {
  id = randomId()
  #locks
  #channel
  #onGone
  #watched = new Set()

  /**
   * @param {LockManager | undefined} locks pages without TLS have none
   * @param {(name: string) => BroadcastChannel} channelNamed
   */
  constructor(locks, channelNamed) {
    this.#locks = locks
    this.#channel = locks && channelNamed(CHANNEL)
  }

  // Lifecycle

  /**
   * Says that this tab is here.
   * @param {(tab: string) => void} onGone called once for each other tab, when it is gone
   */
  async enter(onGone) {
    if (!this.#locks) return
    this.#onGone = onGone
    try {
      await this.#holdOwnLock()
      this.#channel.onmessage = ({ data }) => this.#watch(data)
      this.#channel.postMessage(this.id)
      for (const tab of await this.#present()) this.#watch(tab)
    } catch {
      this.#locks = undefined
    }
  }

  // Actions

  /** Those of the tabs that are gone. Where that cannot be known, all others count as gone. */
  async gone(tabs) {
    const present = new Set(this.#locks ? await this.#present() : [])
    return tabs.filter((tab) => tab !== this.id && !present.has(tab))
  }

  // Internal

  #holdOwnLock() {
    return new Promise((resolve, reject) => {
      const hold = () => {
        resolve()
        return new Promise(() => {})
      }
      this.#locks.request(PREFIX + this.id, hold).catch(reject)
    })
  }

  async #present() {
    const { held } = await this.#locks.query()
    return held.filter(({ name }) => name.startsWith(PREFIX)).map(({ name }) => name.slice(PREFIX.length))
  }

  #watch(tab) {
    if (tab === this.id || this.#watched.has(tab)) return
    this.#watched.add(tab)
    this.#locks.request(PREFIX + tab, () => {}).then(() => this.#onGone(tab), () => {})
  }
}

const KEY = "stonechat.settings"

/**
 * How somebody wants the page to be, in this browser.
 * @typedef {object} Wishes
 * @property {string} language a tag, or "" for what the browser prefers
 * @property {"system"|"light"|"dark"} theme
 * @property {"system"|"more"} contrast
 * @property {"system"|"less"} motion
 * @property {boolean} enterSends otherwise Enter begins a line, and Ctrl+Enter sends
 * @property {boolean} notify shows notifications of the system
 * @property {boolean} offered whether notifications were offered, and somebody has said yes or no
 * @property {"none"|"chime"|"knock"|"drop"} sound
 * @property {boolean} quiet whether there is a quiet time, without notifications and sounds
 * @property {string} quietFrom "HH:MM" where the reader is
 * @property {string} quietUntil
 */

/** @type {Readonly<Wishes>} */
export const DEFAULTS = Object.freeze({
  language: "",
  theme: "system",
  contrast: "system",
  motion: "system",
  enterSends: true,
  notify: false,
  offered: false,
  sound: "none",
  quiet: false,
  quietFrom: "22:00",
  quietUntil: "07:00",
})

/** The wishes, kept in this browser, which may refuse to keep anything. All windows follow them at once. */
export class Settings {
  #storage
  #wishes
  /** @type {Set<(wishes: Wishes) => void>} */
  #watchers = new Set()

  /**
   * @param {Storage} [storage] none where it is not allowed
   * @param {EventTarget} [windows] where it is told that another window has changed something
   */
  constructor(storage, windows) {
    this.#storage = storage
    this.#wishes = this.#read()
    windows?.addEventListener("storage", (event) => {
      const { key } = /** @type {StorageEvent} */ (event)
      if (key === KEY || key === null) this.#become(this.#read())
    })
  }

  /** @returns {Readonly<Wishes>} */
  get wishes() {
    return this.#wishes
  }

  /**
   * @param {(wishes: Readonly<Wishes>) => void} watcher called now, and whenever something changes
   * @returns {() => void} to watch no longer
   */
  watch(watcher) {
    this.#watchers.add(watcher)
    watcher(this.#wishes)
    return () => this.#watchers.delete(watcher)
  }

  /** @param {Partial<Wishes>} changes */
  change(changes) {
    this.#become({ ...this.#wishes, ...changes })
    try {
      this.#storage.setItem(KEY, JSON.stringify(this.#wishes))
    } catch {
      // It holds for this window only.
    }
  }

  #become(wishes) {
    this.#wishes = Object.freeze(wishes)
    for (const watcher of this.#watchers) watcher(this.#wishes)
  }

  /** What somebody else has put there counts only as far as it is of the right kind. */
  #read() {
    try {
      const kept = JSON.parse(this.#storage.getItem(KEY) ?? "{}")
      const known = Object.entries(DEFAULTS).filter(([name, value]) => typeof kept[name] === typeof value)
      return { ...DEFAULTS, ...Object.fromEntries(known.map(([name]) => [name, kept[name]])) }
    } catch {
      return { ...DEFAULTS }
    }
  }
}

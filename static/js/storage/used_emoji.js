import { TONES } from "../models/emoji.js"

const KEY = "stonechat.emoji"
/** Three rows of the picker. */
export const RECENT_KEPT = 24

/** Which emoji somebody has used of late in this browser, and in which tone of skin they like them. */
export class UsedEmoji {
  #storage
  #recent = []
  #tone = ""

  /** @param {Storage} [storage] none where it is not allowed */
  constructor(storage) {
    this.#storage = storage
    this.#read()
  }

  /** @returns {string[]} the last one first */
  get recent() {
    return this.#recent
  }

  get tone() {
    return this.#tone
  }

  // Actions

  used(unicode) {
    this.#read()
    this.#recent = [unicode, ...this.#recent.filter((other) => other !== unicode)].slice(0, RECENT_KEPT)
    this.#write()
  }

  prefer(tone) {
    this.#tone = tone
    this.#write()
  }

  // Internal

  /** Other windows use some too. */
  #read() {
    try {
      const { recent, tone } = JSON.parse(this.#storage.getItem(KEY) ?? "{}")
      if (Array.isArray(recent)) this.#recent = recent.filter((one) => typeof one === "string").slice(0, RECENT_KEPT)
      if (TONES.includes(tone)) this.#tone = tone
    } catch {
      // Those of this window are known.
    }
  }

  #write() {
    try {
      this.#storage.setItem(KEY, JSON.stringify({ recent: this.#recent, tone: this.#tone }))
    } catch {
      // They are known for as long as the window.
    }
  }
}

import { EmojiCatalogue } from "../models/emoji.js"

const FOLDER = "js/vendor/emojibase-data-17.0.0/"
const LANGUAGES = ["en", "de", "es", "zh"]
// More than half a megabyte before it is compressed, by however slow a line.
const LOADED_WITHIN_MS = 60_000

/** Large, and asked for only by those who look for emoji: then once for each language. */
export class EmojiData {
  #fetch
  #tag
  /** @type {Map<string, Promise<EmojiCatalogue>>} by language */
  #loading = new Map()
  /** @type {Map<string, EmojiCatalogue>} by language */
  #loaded = new Map()

  /**
   * @param {(address: string, options: RequestInit) => Promise<Response>} fetch
   * @param {() => string} languageTag
   */
  constructor(fetch, languageTag) {
    this.#fetch = fetch
    this.#tag = languageTag
  }

  /** @returns {EmojiCatalogue | undefined} what is here already */
  get known() {
    return this.#loaded.get(this.#language)
  }

  /** @returns {Promise<EmojiCatalogue>} rejected where there is no connection; the next time may do better */
  load() {
    const language = this.#language
    if (!this.#loading.has(language)) this.#loading.set(language, this.#read(language))
    return this.#loading.get(language)
  }

  // Internal

  get #language() {
    const [language] = this.#tag().split("-")
    return LANGUAGES.includes(language) ? language : "en"
  }

  async #read(language) {
    try {
      const files = [`${language}/compact.json`, "en/shortcodes/github.json"]
      const [records, shortcodes] = await Promise.all(files.map((file) => this.#json(file)))
      const catalogue = new EmojiCatalogue(records, shortcodes)
      this.#loaded.set(language, catalogue)
      return catalogue
    } catch (problem) {
      this.#loading.delete(language)
      throw problem
    }
  }

  async #json(file) {
    const response = await this.#fetch(FOLDER + file, { signal: AbortSignal.timeout(LOADED_WITHIN_MS) })
    if (!response.ok) throw new Error(`the server answered with status ${response.status}`)
    return response.json()
  }
}

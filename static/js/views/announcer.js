import { t } from "../i18n/language.js"
import { newsAfter, spoken } from "../models/news.js"

const MOST_SPOKEN = 3
const MOST_CHARACTERS = 300
const GATHERED_FOR_MS = 700

/**
 * Tells new messages to those who hear the page. The log itself is silent: messages come into it and go
 * out of it at both ends when somebody scrolls, and a log that speaks would read them out as news.
 */
export class Announcer {
  #element
  #clock
  #heardUpTo = null
  #news = []
  #timer = null

  /**
   * @param {HTMLElement} element
   * @param {{clock: import("../helpers/timing.js").Clock}} options
   */
  constructor(element, { clock }) {
    this.#element = element
    this.#clock = clock
  }

  // Actions

  /** What is there already is not told. */
  restart() {
    this.#heardUpTo = null
    this.#news = []
    this.#element.replaceChildren()
  }

  /** @param {import("../models/timeline.js").Timeline} timeline as it is now */
  follow(timeline, me) {
    if (!timeline.isLoaded) return
    const heardUpTo = this.#heardUpTo ?? timeline.newestSeq
    if (timeline.newestSeq > heardUpTo) this.#gather(newsAfter(heardUpTo, timeline, me))
    this.#heardUpTo = timeline.newestSeq
  }

  // Internal

  #gather(news) {
    this.#news.push(...news)
    if (this.#news.length) this.#timer ??= this.#clock.after(() => this.#tell(), GATHERED_FOR_MS)
  }

  /** Where many talk at once, one hears only that they do. */
  #tell() {
    this.#timer = null
    const news = this.#news
    this.#news = []
    if (!news.length) return
    const texts = news.length > MOST_SPOKEN ? [t("timeline.new", { count: news.length })] : news.map(spoken)
    this.#element.replaceChildren(...texts.map(paragraph))
  }
}

function paragraph(text) {
  const element = document.createElement("p")
  element.textContent = text.slice(0, MOST_CHARACTERS)
  return element
}

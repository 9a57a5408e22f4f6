import { cloneTemplate, find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

const SEARCHED_AFTER_MS = 250
// Most answers are there before one could read that they are awaited.
const SLOW_MS = 300

/**
 * A list that is read page by page, and searched if it can be.
 * @template Item
 */
export class PagedList {
  #list
  #search
  #empty
  #error
  #loading
  #again
  #more
  #load
  #draw
  #emptyText
  #clock
  #timer
  #after
  /** Answers to earlier questions are not taken any more. */
  #asked = 0

  /**
   * @param {HTMLElement} slot
   * @param {object} options
   * @param {(page: {query: string, after?: string}) => Promise<{items: Item[], after?: string}>} options.load
   *   `after` tells where the next page begins, if there is one
   * @param {(item: Item) => HTMLElement} options.draw
   * @param {string} options.empty what it says when there is nothing
   * @param {string} [options.search] what to call the field to search with
   * @param {import("../helpers/timing.js").Clock} options.clock
   */
  constructor(slot, { load, draw, empty, search, clock }) {
    const element = cloneTemplate("paged-list")
    slot.replaceChildren(element)
    this.#list = find("ul", element)
    this.#search = find("input", element)
    this.#empty = find("[data-empty]", element)
    this.#error = find("[data-error]", element)
    this.#loading = find("[data-loading]", element)
    this.#again = find("[data-again]", element)
    this.#more = find("[data-more]", element)
    this.#load = load
    this.#draw = draw
    this.#emptyText = empty
    this.#clock = clock
    this.#search.hidden = search === undefined
    if (search) {
      this.#search.placeholder = search
      this.#search.setAttribute("aria-label", search)
    }
    this.#search.addEventListener("input", () => this.#searchSoon())
    this.#more.addEventListener("click", () => this.#loadPage())
    this.refresh()
  }

  // Actions

  /** Begins where one searches; on a touch screen the keyboard would cover what there is to choose. */
  focus() {
    const canType = !this.#search.hidden && matchMedia("(pointer: fine)").matches
    const place = canType ? this.#search : this.#list
    place.focus()
  }

  /** Reads it anew. */
  refresh() {
    this.#after = undefined
    return this.#loadPage({ isFirst: true })
  }

  /** Says why something could not be done to one of the items. */
  showError({ message }) {
    this.#error.textContent = message
  }

  /** Does something to an item, and reads the list anew. */
  async act(doing) {
    try {
      await doing()
      await this.refresh()
      // The button that was pressed is gone: the keyboard stays at the list.
      if (document.activeElement === document.body) this.#list.focus()
    } catch (problem) {
      this.showError(problem)
    }
  }

  // Internal

  #searchSoon() {
    this.#clock.cancel(this.#timer)
    this.#timer = this.#clock.after(() => this.refresh(), SEARCHED_AFTER_MS)
  }

  async #loadPage({ isFirst = false } = {}) {
    const question = (this.#asked += 1)
    const isAnswered = () => question === this.#asked
    this.#error.textContent = ""
    this.#again.hidden = true
    const slow = this.#clock.after(() => isAnswered() && this.#showLoading(true), SLOW_MS)
    try {
      const page = await this.#load({ query: this.#search.value.trim(), after: this.#after })
      if (isAnswered()) this.#show(page, isFirst)
    } catch (problem) {
      if (isAnswered()) this.#failed(problem, { isFirst })
    } finally {
      this.#clock.cancel(slow)
      if (isAnswered()) this.#showLoading(false)
    }
  }

  #showLoading(isLoading) {
    this.#loading.hidden = !isLoading
    this.#list.setAttribute("aria-busy", String(isLoading))
    if (isLoading) this.#empty.hidden = true
  }

  #failed(problem, page) {
    this.showError(problem)
    this.#again.hidden = false
    this.#again.onclick = () => {
      // The button goes away.
      this.#list.focus()
      this.#loadPage(page)
    }
  }

  #show({ items, after }, isFirst) {
    const rows = items.map((item) => this.#draw(item))
    const wasAtMore = document.activeElement === this.#more
    if (isFirst) this.#list.replaceChildren(...rows)
    else this.#list.append(...rows)
    this.#after = after
    this.#more.hidden = after === undefined
    // There is no more: one goes on with what has come.
    if (wasAtMore && this.#more.hidden) (rows[0]?.querySelector("button") ?? this.#list).focus()
    this.#empty.hidden = this.#list.childElementCount > 0
    this.#empty.textContent = this.#search.value.trim() ? t("common.nothing_found") : this.#emptyText
  }
}

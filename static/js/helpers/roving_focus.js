import { isRightToLeft } from "./dom.js"

/** Where a key leads: from an item of the list, by its place. @type {Record<string, (items: HTMLElement[], at: number) => HTMLElement | undefined>} */
const MOVES = {
  next: (items, at) => items[at + 1],
  previous: (items, at) => items[at - 1],
  first: (items) => items[0],
  last: (items) => items.at(-1),
}
const IN_COLUMN = { ArrowDown: "next", ArrowUp: "previous", Home: "first", End: "last" }
const IN_ROW = { ArrowRight: "next", ArrowLeft: "previous", Home: "first", End: "last" }
const IN_ROW_TO_THE_LEFT = { ...IN_ROW, ArrowLeft: "next", ArrowRight: "previous" }

/** Makes a list one stop of the Tab key, in which the arrow keys, Home and End move. */
export class RovingFocus {
  #element
  #selector
  #isRow

  /**
   * @param {HTMLElement} element
   * @param {string} items selects what can be focused in it; the one that is current is where one begins
   * @param {{isRow?: boolean}} [options] whether they stand side by side
   */
  constructor(element, items, { isRow = false } = {}) {
    this.#element = element
    this.#selector = items
    this.#isRow = isRow
    element.addEventListener("keydown", (event) => this.#keyPressed(event))
    element.addEventListener("focusin", ({ target }) => {
      if (/** @type {Element} */ (target).matches(items)) this.#stopAt(target)
    })
  }

  // Actions

  /** Does something to the items: whoever was at one of them stays there, or goes on at its neighbour if it is gone. */
  keep(change) {
    const before = this.#items
    const focused = before.indexOf(/** @type {HTMLElement} */ (document.activeElement))
    change()
    const items = this.#items
    const stop = items.find(({ tabIndex }) => tabIndex === 0)
    this.#stopAt(stop ?? items.find((item) => item.hasAttribute("aria-current")) ?? items[0])
    if (focused < 0 || before[focused] === document.activeElement) return
    const isThere = before[focused].isConnected
    const next = isThere ? before[focused] : items[Math.min(focused, items.length - 1)]
    next?.focus()
  }

  /** Goes to the item that is the stop. */
  focus() {
    this.#items.find(({ tabIndex }) => tabIndex === 0)?.focus()
  }

  // Internal

  /** @returns {HTMLElement[]} */
  get #items() {
    return [...this.#element.querySelectorAll(this.#selector)]
  }

  #stopAt(stop) {
    for (const item of this.#items) {
      const tabIndex = item === stop ? 0 : -1
      if (item.getAttribute("tabindex") !== String(tabIndex)) item.tabIndex = tabIndex
    }
  }

  #keyPressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const items = this.#items
    const at = items.indexOf(event.target)
    const move = this.#keys[event.key]
    if (at < 0 || !move) return
    event.preventDefault()
    MOVES[move](items, at)?.focus()
  }

  /** @returns {Record<string, string>} */
  get #keys() {
    if (!this.#isRow) return IN_COLUMN
    return isRightToLeft(this.#element) ? IN_ROW_TO_THE_LEFT : IN_ROW
  }
}

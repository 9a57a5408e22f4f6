const AT_BOTTOM_PX = 48

/**
 * Keeps the reader's place: at the end for as long as they are at the end, and anywhere else at
 * the message they look at, whatever comes above or below it.
 */
export class ScrollKeeper {
  #element
  #anchors
  #isAtBottom = true
  #height

  /**
   * @param {HTMLElement} element which scrolls
   * @param {{anchors: string, onScroll: () => void}} options `anchors` selects what to hold on to
   */
  constructor(element, { anchors, onScroll }) {
    this.#element = element
    this.#anchors = anchors
    this.#height = element.clientHeight
    element.addEventListener("scroll", () => this.#scrolled(onScroll), { passive: true })
    new ResizeObserver(() => this.#resized()).observe(element)
  }

  get isAtBottom() {
    return this.#isAtBottom
  }

  // Actions

  toBottom() {
    this.#isAtBottom = true
    this.#element.scrollTop = this.#element.scrollHeight
  }

  /** Does something to the content without moving the reader. */
  keep(change) {
    const anchor = this.#isAtBottom ? null : this.#firstVisible()
    // The lower edge is held: what is above a message may turn it into the continuation of a run,
    // which takes its heading away.
    const before = anchor?.getBoundingClientRect().bottom
    change()
    if (this.#isAtBottom) this.toBottom()
    else if (anchor?.isConnected) this.#element.scrollTop += anchor.getBoundingClientRect().bottom - before
  }

  // Internal

  #scrolled(onScroll) {
    // Not the reader has scrolled but the end has moved; `#resized` is about to be called.
    if (this.#element.clientHeight !== this.#height) return
    this.#isAtBottom = this.#distanceToBottom < AT_BOTTOM_PX
    onScroll()
  }

  /** A keyboard has come up, or the composer has grown, and taken room from below. */
  #resized() {
    this.#height = this.#element.clientHeight
    this.keep(() => {})
  }

  get #distanceToBottom() {
    return this.#element.scrollHeight - this.#element.clientHeight - this.#element.scrollTop
  }

  #firstVisible() {
    const { top } = this.#element.getBoundingClientRect()
    const anchors = [...this.#element.querySelectorAll(this.#anchors)]
    return anchors.find((anchor) => anchor.getBoundingClientRect().bottom > top)
  }
}

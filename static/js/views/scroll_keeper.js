const AT_BOTTOM_PX = 48

/**
 * Keeps the reader's place: at the end for as long as they are at the end, and anywhere else at
 * the message they look at, whatever comes above or below it.
 */
export class ScrollKeeper {
  #element
  #anchors
  #hasEnd
  #isAtBottom = true
  #height
  /** Where it was scrolled to when it was last known. */
  #top = 0

  /**
   * @param {HTMLElement} element which scrolls
   * @param {object} options
   * @param {HTMLCollectionOf<Element>} options.anchors what to hold on to, from top to bottom
   * @param {() => boolean} options.hasEnd whether the bottom is the end of what there is to read
   * @param {() => void} options.onScroll
   */
  constructor(element, { anchors, hasEnd, onScroll }) {
    this.#element = element
    this.#anchors = anchors
    this.#hasEnd = hasEnd
    this.#height = element.clientHeight
    element.addEventListener("scroll", () => this.#scrolled(onScroll), { passive: true })
    new ResizeObserver(() => this.#resized()).observe(element)
  }

  get isAtBottom() {
    return this.#isAtBottom
  }

  get distanceToTop() {
    return this.#element.scrollTop
  }

  get distanceToBottom() {
    return this.#element.scrollHeight - this.#element.clientHeight - this.#element.scrollTop
  }

  /** The first one that is in view, in part at least, and how far below the upper edge it begins. */
  get place() {
    const anchor = this.#firstVisible()
    return anchor && { anchor, offset: anchor.getBoundingClientRect().top - this.#element.getBoundingClientRect().top }
  }

  // Actions

  toBottom() {
    this.#isAtBottom = true
    this.#element.scrollTop = this.#element.scrollHeight
    this.#top = this.#element.scrollTop
  }

  /** Puts something this far below the upper edge. */
  showAt(anchor, offset) {
    const { top } = this.#element.getBoundingClientRect()
    this.#element.scrollTop += anchor.getBoundingClientRect().top - top - offset
    this.measure()
  }

  /** Looks again whether this is the end, as after something has grown that one looks at. */
  measure() {
    this.#isAtBottom = this.#hasEnd() && this.distanceToBottom < AT_BOTTOM_PX
  }

  /** Does something to the content without moving the reader. */
  keep(change) {
    if (this.#hasGoneUp) this.#isAtBottom = false
    this.hold(this.#isAtBottom ? null : this.#firstVisible(), change)
    if (this.#isAtBottom) this.toBottom()
  }

  /**
   * Does something to the content without moving this part of it. The lower edge is held: what is above
   * a message may turn it into the continuation of a run, which takes its heading away.
   */
  hold(anchor, change) {
    const before = anchor?.getBoundingClientRect().bottom
    change()
    if (anchor?.isConnected) this.#element.scrollTop += anchor.getBoundingClientRect().bottom - before
  }

  // Internal

  /** Whether the reader has left the end, of which one may not have been told yet: it goes up only with them. */
  get #hasGoneUp() {
    return this.#element.scrollTop < this.#top && this.distanceToBottom >= AT_BOTTOM_PX
  }

  #scrolled(onScroll) {
    const isReader = this.#element.clientHeight === this.#height || this.#hasGoneUp
    this.#top = this.#element.scrollTop
    // Otherwise the end has moved, and `#resized` is about to be called.
    if (!isReader) return
    this.measure()
    onScroll()
  }

  /** A keyboard has come up, or the composer has grown, and taken room from below. */
  #resized() {
    this.#height = this.#element.clientHeight
    this.keep(() => {})
  }

  #firstVisible() {
    const { top } = this.#element.getBoundingClientRect()
    let low = 0
    let high = this.#anchors.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#anchors[middle].getBoundingClientRect().bottom > top) high = middle
      else low = middle + 1
    }
    return this.#anchors[low] ?? null
  }
}

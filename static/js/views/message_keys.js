const CONTROLS = "a, button"

/**
 * The keyboard's way through the messages: arrows go from one to the next, and Tab into the one that
 * was gone to. Only its controls can be tabbed to, or hundreds of them would lie between the messages
 * and where one writes.
 */
export class MessageKeys {
  #log
  #messages
  #tools
  #onLeave
  #onEnd
  /** @type {HTMLElement | null} */
  #current = null

  /**
   * @param {HTMLElement} log
   * @param {object} options
   * @param {HTMLCollectionOf<HTMLElement>} options.messages from top to bottom
   * @param {import("./message_tools.js").MessageTools} options.tools
   * @param {() => void} options.onLeave one wants to write
   * @param {() => Promise<unknown>} options.onEnd goes to the newest messages
   */
  constructor(log, { messages, tools, onLeave, onEnd }) {
    this.#log = log
    this.#messages = messages
    this.#tools = tools
    this.#onLeave = onLeave
    this.#onEnd = onEnd
    log.addEventListener("focusin", ({ target }) => this.#become(messageOf(target)))
    log.addEventListener("keydown", (event) => this.#pressed(event))
  }

  // Actions

  /** Puts the keyboard's place at a message. */
  goTo(message) {
    message.focus({ preventScroll: true })
    message.scrollIntoView({ block: "nearest" })
  }

  // Internal

  #become(message) {
    if (!message) return
    this.#tools.goTo(message)
    if (this.#current && this.#current !== message) this.#let(this.#current, -1)
    this.#let(message, 0)
    this.#current = message
  }

  #let(message, tabIndex) {
    message.tabIndex = tabIndex
    for (const control of message.querySelectorAll(CONTROLS)) control.tabIndex = tabIndex
  }

  #pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const isTaken = this.#act(event.key)
    if (isTaken) event.preventDefault()
  }

  #act(key) {
    switch (key) {
      case "ArrowUp":
        return this.#step(-1)
      case "ArrowDown":
        return this.#step(1)
      case "Home":
        return this.#goToFirst()
      case "End":
        this.#goToLast()
        return true
      case "Escape":
        this.#onLeave()
        return true
      default:
        return false
    }
  }

  /** A message that reaches over the edge is scrolled through first; one that was scrolled away from is left. */
  #step(direction) {
    const focused = document.activeElement.closest(".message")
    const here = focused && this.#isInView(focused) ? focused : null
    if (here && this.#reachesOver(here, direction)) return false
    const all = [...this.#messages]
    const next = here ? all[all.indexOf(here) + direction] : this.#entry(all, direction)
    if (!next) return false
    this.goTo(next)
    return true
  }

  /** From the log as a whole one comes to what is in view: upwards to the last of it, downwards to the first. */
  #entry(all, direction) {
    const isInView = (message) => this.#isInView(message)
    return direction < 0 ? all.findLast(isInView) : all.find(isInView)
  }

  #isInView(message) {
    const { top, bottom } = this.#log.getBoundingClientRect()
    const box = message.getBoundingClientRect()
    return box.bottom > top && box.top < bottom
  }

  #reachesOver(message, direction) {
    const view = this.#log.getBoundingClientRect()
    const box = message.getBoundingClientRect()
    if (box.height < view.height) return false
    return direction < 0 ? box.top < view.top : box.bottom > view.bottom
  }

  #goToFirst() {
    const first = this.#messages[0]
    if (!first) return false
    first.focus({ preventScroll: true })
    this.#log.scrollTop = 0
    return true
  }

  async #goToLast() {
    await this.#onEnd()
    this.#messages[this.#messages.length - 1]?.focus({ preventScroll: true })
  }
}

/** @param {EventTarget | null} target */
function messageOf(target) {
  return /** @type {HTMLElement} */ (target).closest(".message")
}

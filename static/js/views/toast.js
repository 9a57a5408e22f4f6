import { cloneTemplate, find } from "../helpers/dom.js"
import { goOnWriting, topmostDialog } from "./writing_place.js"

const SHOWN_MS = 5_000
// Who reads slowly reads about this fast.
const CHARACTER_MS = 60
const SHOWN_AT_ONCE = 3
// What is put into a region that has just moved is not read out.
const SETTLED_AFTER_MS = 60

/** Short words about what has happened. They go away by themselves, but not from whoever points at them. */
export class Toast {
  #element = find("#toasts")
  #clock
  /** @type {string[]} */
  #waiting = []
  /** @type {Map<Element, unknown>} the timers of those that show */
  #shown = new Map()

  /** @param {{clock: import("../helpers/timing.js").Clock}} options */
  constructor({ clock }) {
    this.#clock = clock
    // A dialog that closes is about to take them with it.
    document.addEventListener("close", ({ target }) => {
      if (/** @type {Element} */ (target).contains(this.#element)) this.#moveTo(placeFor(target))
    }, { capture: true })
  }

  say(text) {
    const same = [...this.#shown.keys()].find((toast) => find("[data-said]", toast).textContent === text)
    if (same) this.#goLater(same)
    else this.#waiting.push(text)
    this.#showNext()
  }

  // Internal

  #showNext() {
    if (!this.#waiting.length || this.#shown.size >= SHOWN_AT_ONCE) return
    const text = this.#waiting.shift()
    const place = placeFor()
    if (this.#element.parentElement === place) {
      this.#show(text)
      return
    }
    this.#moveTo(place)
    this.#clock.after(() => this.#show(text), SETTLED_AFTER_MS)
  }

  #show(text) {
    const toast = cloneTemplate("toast")
    find("[data-said]", toast).textContent = text
    find("[data-dismiss]", toast).addEventListener("click", () => this.#end(toast))
    for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, () => this.#stay(toast))
    for (const event of ["pointerleave", "focusout"]) toast.addEventListener(event, () => this.#goLater(toast))
    this.#element.append(toast)
    this.#goLater(toast)
    this.#showNext()
  }

  #stay(toast) {
    this.#clock.cancel(this.#shown.get(toast))
  }

  #goLater(toast) {
    this.#stay(toast)
    const time = SHOWN_MS + toast.textContent.length * CHARACTER_MS
    if (toast.isConnected) this.#shown.set(toast, this.#clock.after(() => this.#end(toast), time))
  }

  #end(toast) {
    this.#stay(toast)
    this.#shown.delete(toast)
    const hadFocus = toast.contains(document.activeElement)
    toast.remove()
    if (hadFocus) goOnWriting()
    this.#showNext()
  }

  #moveTo(place) {
    place.append(this.#element)
  }
}

/** What lies outside of an open dialog can neither be pressed nor heard. */
function placeFor(closing) {
  return topmostDialog(closing) ?? document.body
}

import { find } from "../helpers/dom.js"

const SHOWN_MS = 4_000

/** A short word about something that has happened, which goes away by itself. */
export class Toast {
  #element = find("#toast")
  #clock
  #timer

  /** @param {{clock: import("../helpers/timing.js").Clock}} options */
  constructor({ clock }) {
    this.#clock = clock
  }

  say(text) {
    this.#clock.cancel(this.#timer)
    // Opened anew, it lies above a dialog that was opened meanwhile.
    if (this.#element.matches(":popover-open")) this.#element.hidePopover()
    this.#element.textContent = text
    this.#element.showPopover()
    this.#timer = this.#clock.after(() => this.#element.hidePopover(), SHOWN_MS)
  }
}

import { watchSwipes } from "./swipe.js"

/** A side column, which a narrow screen shows only when asked to: by its button, or by a swipe. */
export class SidePanel {
  #element
  #opener
  #backdrop
  #behind
  #narrow

  /**
   * @param {HTMLElement} element
   * @param {object} options
   * @param {HTMLElement} options.opener
   * @param {HTMLElement} options.backdrop
   * @param {HTMLElement} options.behind rests while the panel is open
   * @param {string} options.narrow the media in which it is not always there
   * @param {import("./swipe.js").Way} options.side where it is
   */
  constructor(element, { opener, backdrop, behind, narrow, side }) {
    this.#element = element
    this.#narrow = matchMedia(narrow)
    this.#opener = opener
    this.#backdrop = backdrop
    this.#behind = behind
    opener.addEventListener("click", () => this.open())
    backdrop.addEventListener("click", () => this.close())
    element.querySelector("[data-close]").addEventListener("click", () => this.close())
    watchSwipes(behind, (way) => {
      if (way !== side) this.open()
    })
    for (const above of [element, backdrop]) {
      watchSwipes(above, (way) => {
        if (way === side) this.close()
      })
    }
    document.addEventListener("keydown", (event) => {
      // What is open above it takes the key for itself.
      if (event.key !== "Escape" || !this.isOpen || document.querySelector("dialog[open], :popover-open")) return
      event.preventDefault()
      this.close()
    })
    this.#narrow.addEventListener("change", () => this.close())
  }

  get isOpen() {
    return this.#element.classList.contains("side--open")
  }

  // Actions

  open() {
    if (!this.#narrow.matches) return
    this.#toggle(true)
    this.#element.focus()
  }

  close() {
    if (!this.isOpen) return
    this.#toggle(false)
    this.#opener.focus()
  }

  // Internal

  #toggle(isOpen) {
    this.#element.classList.toggle("side--open", isOpen)
    this.#backdrop.hidden = !isOpen
    this.#behind.inert = isOpen
    this.#opener.setAttribute("aria-expanded", String(isOpen))
  }
}

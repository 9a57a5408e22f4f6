import { find } from "../helpers/dom.js"

/** Asks whether a message is really to be deleted. */
export class DeleteDialog {
  #element
  #quote
  #onConfirmed

  /** @param {HTMLDialogElement} element */
  constructor(element) {
    this.#element = element
    this.#quote = find(".dialog__quote", element)
    find("[data-cancel]", element).addEventListener("click", () => element.close())
    find("[data-confirm]", element).addEventListener("click", () => {
      element.close()
      this.#onConfirmed()
    })
    element.addEventListener("click", ({ target }) => {
      if (target === element) element.close()
    })
  }

  /** @param {string} text what the message says */
  ask(text, onConfirmed) {
    this.#quote.textContent = text
    this.#onConfirmed = onConfirmed
    this.#element.showModal()
  }
}

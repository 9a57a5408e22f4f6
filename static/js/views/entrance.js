import { find } from "../helpers/dom.js"

/** Where one chooses a name: before the chat, or to change it. */
export class Entrance {
  #element
  #form
  #field
  #error
  #submit
  #cancel

  /**
   * @param {HTMLElement} element
   * @param {{onChosen: (name: string) => void, onCancelled: () => void}} options
   */
  constructor(element, { onChosen, onCancelled }) {
    this.#element = element
    this.#form = find("form", element)
    this.#field = find("#name", element)
    this.#error = find("#name-error", element)
    this.#submit = find("[type=submit]", element)
    this.#cancel = find("[data-cancel]", element)
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.#chosen(onChosen)
    })
    this.#field.addEventListener("input", () => this.#showError(""))
    this.#cancel.addEventListener("click", onCancelled)
    element.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && !this.#cancel.hidden) onCancelled()
    })
  }

  set name(name) {
    this.#field.value = name
  }

  // Actions

  /** @param {{message?: string, canGoBack?: boolean}} options */
  open({ message = "", canGoBack = false } = {}) {
    this.#element.hidden = false
    this.#submit.disabled = false
    this.#cancel.hidden = !canGoBack
    this.#showError(message)
    this.#field.focus()
    this.#field.select()
  }

  close() {
    this.#element.hidden = true
  }

  // Internal

  #chosen(onChosen) {
    const name = this.#field.value.trim()
    if (!name) {
      this.#showError("Please type a name.")
      this.#field.focus()
      return
    }
    this.#submit.disabled = true
    onChosen(name)
  }

  #showError(message) {
    this.#error.textContent = message
    this.#field.setAttribute("aria-invalid", String(message !== ""))
  }
}

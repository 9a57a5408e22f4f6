import { whileBusy } from "./busy.js"
import { clearFieldError, nameFields, showFieldError } from "./fields.js"
import { find } from "../helpers/dom.js"

/**
 * A form that is sent to the server. It waits for the answer, and shows what was refused beside the
 * field that is wrong, or at its end.
 */
export class Form {
  #form
  #submit
  #error

  /**
   * @param {HTMLFormElement} form
   * @param {(values: Record<string, any>) => Promise<void> | void} onSubmit a text or a boolean for each field
   */
  constructor(form, onSubmit) {
    this.#form = form
    this.#submit = find("[type=submit]", form)
    this.#error = find("[data-error]", form)
    nameFields(form)
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      whileBusy(this.#submit, () => this.#send(onSubmit))
    })
    form.addEventListener("input", ({ target }) => clearFieldError(target))
  }

  get values() {
    const fields = [...this.#form.elements].filter(({ name, type }) => name && type !== "radio")
    const single = fields.map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value])
    return { ...Object.fromEntries(new FormData(this.#form)), ...Object.fromEntries(single) }
  }

  // Actions

  fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.#form.elements.namedItem(name)
      if (!field) continue
      if (field.type === "checkbox") field.checked = Boolean(value)
      else field.value = value ?? ""
    }
  }

  focus() {
    const field = [...this.#form.elements].find(({ name, type }) => name && type !== "radio")
    const target = field ?? this.#submit
    target.focus()
    target.select?.()
  }

  /** @param {{message: string, field?: string}} problem */
  show({ message, field }) {
    this.clear()
    const input = field && this.#form.elements.namedItem(field)
    if (input instanceof HTMLElement) {
      showFieldError(input, message)
      input.focus()
      return
    }
    this.#error.textContent = message
  }

  clear() {
    this.#error.textContent = ""
    for (const field of this.#form.elements) clearFieldError(field)
  }

  // Internal

  async #send(onSubmit) {
    this.clear()
    try {
      await onSubmit(this.values)
    } catch (problem) {
      this.show(problem)
    }
  }
}

import { showAvatar } from "./avatar.js"
import { cloneTemplate, find } from "../helpers/dom.js"
import { insertText, isComposing } from "../helpers/fields.js"
import { t } from "../i18n/language.js"
import { queryAt } from "../models/completion.js"

/**
 * @typedef {import("../models/completion.js").Query} Query
 * @typedef {import("../models/completion.js").Suggestion} Suggestion
 */

/**
 * Suggests, above the field one writes in, what may be meant. The keyboard's place stays in the field, so
 * that one can also just write on.
 */
export class Completion {
  #field
  #list
  #told
  #suggest
  #faceOf
  #onChosen
  /** @type {Query | null} */
  #query = null
  /** @type {Suggestion[]} */
  #suggestions = []
  #active = 0
  /** What is not to be completed any more, for as long as one only adds to it. @type {Query | null} */
  #settled = null

  /**
   * @param {Record<"field"|"list"|"told", HTMLElement>} elements
   * @param {object} options
   * @param {(query: Query, show: (suggestions: Suggestion[]) => void) => void} options.suggest `show` may be called
   *   again, when more is known
   * @param {(user: object) => import("../models/faces.js").Face} options.faceOf
   * @param {(suggestion: Suggestion) => void} options.onChosen
   */
  constructor({ field, list, told }, { suggest, faceOf, onChosen }) {
    this.#field = field
    this.#list = list
    this.#told = told
    this.#suggest = suggest
    this.#faceOf = faceOf
    this.#onChosen = onChosen
    field.addEventListener("input", () => this.#look())
    field.addEventListener("click", () => this.#look())
    field.addEventListener("blur", () => this.close())
    field.addEventListener("keyup", ({ key }) => {
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) this.#look()
    })
    // The keyboard's place stays in the field.
    list.addEventListener("pointerdown", (event) => event.preventDefault())
    list.addEventListener("click", ({ target }) => {
      const option = /** @type {Element} */ (target).closest("[role=option]")
      if (option) this.#choose([...list.children].indexOf(option))
    })
  }

  get isOpen() {
    return !this.#list.hidden
  }

  // Actions

  /** @returns {boolean} whether a key that was pressed in the field was meant for the suggestions */
  takes(event) {
    if (!this.isOpen || isComposing(event)) return false
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event
    if (shiftKey || ctrlKey || altKey || metaKey || (key === "Enter" && this.#isWritten)) return false
    if (key === "ArrowDown") this.#activate(this.#active + 1)
    else if (key === "ArrowUp") this.#activate(this.#active - 1)
    else if (key === "Enter" || key === "Tab") this.#choose(this.#active)
    else if (key === "Escape") this.#settle()
    else return false
    event.preventDefault()
    return true
  }

  close() {
    this.#query = null
    this.#show([])
  }

  // Internal

  #look() {
    const query = this.#queryNow()
    if (!query || !isMoreOf(this.#settled, query)) this.#settled = null
    if (!query || this.#settled) {
      this.close()
      return
    }
    this.#query = query
    this.#suggest(query, (suggestions) => {
      if (this.#query === query) this.#show(suggestions)
    })
  }

  #queryNow() {
    const { selectionStart, selectionEnd, value } = this.#field
    return selectionStart === selectionEnd ? queryAt(value, selectionEnd) : null
  }

  #show(suggestions) {
    const before = this.#suggestions.length
    this.#suggestions = suggestions
    this.#list.hidden = suggestions.length === 0
    this.#list.replaceChildren(...suggestions.map((suggestion) => this.#createOption(suggestion)))
    this.#activate(0)
    if (suggestions[0]?.isMeant) {
      this.#choose(0)
      return
    }
    if (suggestions.length !== before) this.#told.textContent = this.isOpen ? t("writing.suggestions", { count: suggestions.length }) : ""
  }

  #createOption({ label, note, sign, person }) {
    const option = cloneTemplate("suggestion")
    find("[data-label]", option).textContent = label
    find("[data-note]", option).textContent = note ?? ""
    const mark = find("[data-sign]", option)
    mark.textContent = sign ?? ""
    mark.hidden = !sign && !person
    if (person) {
      mark.classList.add("avatar")
      showAvatar(mark, this.#faceOf(person))
    }
    return option
  }

  #activate(index) {
    const options = [...this.#list.children]
    this.#active = options.length ? (index + options.length) % options.length : 0
    for (const [place, option] of options.entries()) {
      option.id = `suggestion-${place}`
      option.setAttribute("aria-selected", String(place === this.#active))
    }
    const active = options[this.#active]
    active?.scrollIntoView({ block: "nearest" })
    if (active) this.#field.setAttribute("aria-activedescendant", active.id)
    else this.#field.removeAttribute("aria-activedescendant")
  }

  #choose(index) {
    const { kind, start } = this.#query
    const suggestion = this.#suggestions[index]
    this.#settled = { kind, start, words: "" }
    this.#field.setSelectionRange(start, this.#field.selectionEnd)
    insertText(this.#field, suggestion.text)
    this.#onChosen(suggestion)
    const written = this.#queryNow()
    this.#settled = written?.kind === kind ? written : null
    // A command that was chosen may ask for more: whom to invite.
    this.#look()
  }

  /** They are not wanted here. */
  #settle() {
    this.#settled = this.#query
    this.close()
  }

  /** Whether what would be chosen is written already. */
  get #isWritten() {
    const { selectionEnd, value } = this.#field
    return value.slice(this.#query.start, selectionEnd) === this.#suggestions[this.#active].text
  }
}

function isMoreOf(settled, { kind, start, words }) {
  return settled?.kind === kind && settled.start === start && words.startsWith(settled.words)
}

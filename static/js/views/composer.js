import { find } from "../helpers/dom.js"
import { isComposing } from "../helpers/fields.js"
import { byteLength, wellFormed } from "../helpers/text.js"
import { t } from "../i18n/language.js"

// Says how much room is left from this part of the limit on.
const WARNING_SHARE = 0.9

/** Where one writes, or edits. It grows with the text and knows how long a message may be. */
export class Composer {
  #form
  #field
  #grower
  #button
  #hint
  #told
  #mode
  #maxBytes = Infinity
  #isTooLong = false
  #enterSends = true
  /** What was being written before a message was edited; null while none is. */
  #draft = null
  /** What is being done with the text that was sent. @type {Promise<string> | null} */
  #held = null

  /**
   * @param {HTMLFormElement} form
   * @param {object} options
   * @param {(text: string) => void} options.onEdited
   * @param {(text: string) => string | Promise<string>} options.onSend answers why it cannot be taken; empty if it is
   * @param {() => void} options.onCancelled the message is not edited after all
   * @param {() => void} options.onLast what one wrote last is to be edited
   * @param {(event: KeyboardEvent) => boolean} options.isTaken whether a key was meant for something else
   */
  constructor(form, { onEdited, onSend, onCancelled, onLast, isTaken }) {
    this.#form = form
    this.#field = find("textarea", form)
    this.#grower = find(".composer__grower", form)
    this.#button = find("[type=submit]", form)
    this.#hint = find("#composer-hint", form)
    this.#told = find("#composer-told", form)
    this.#mode = find("#composer-mode", form)
    this.#field.addEventListener("input", () => {
      this.#edited()
      onEdited(this.text)
    })
    this.#field.addEventListener("keydown", (event) => {
      if (!isTaken(event)) this.#keyPressed(event, { onCancelled, onLast })
    })
    find("[data-cancel]", this.#mode).addEventListener("click", onCancelled)
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.#submit(onSend)
    })
  }

  get text() {
    return this.#field.value
  }

  get isEditing() {
    return this.#draft !== null
  }

  // Actions

  /** Makes it ready for a room, with what was being written there. */
  open(text) {
    this.#field.disabled = false
    this.#release()
    this.#replace(text)
    this.focus()
  }

  /** What is being written was changed in another window. */
  follow(text) {
    if (text.trim() === (this.#draft ?? this.text).trim()) return
    if (this.isEditing) this.#draft = text
    else this.#replace(text)
  }

  /** @param {boolean} sends otherwise Enter begins a line; with Ctrl it sends in any case */
  letEnterSend(sends) {
    this.#enterSends = sends
    // What the key of a phone's keyboard shows.
    this.#field.enterKeyHint = sends ? "send" : "enter"
  }

  /** Says how long a message may be. */
  limit(maxBytes) {
    this.#maxBytes = maxBytes
    this.#edited()
  }

  /** Puts the text of a message where one writes, and what is there aside. */
  beginEditing(text) {
    this.#draft ??= this.text
    this.#showMode()
    this.#replace(text)
    this.#field.focus()
  }

  /** Goes on with what was being written. */
  endEditing() {
    if (!this.isEditing) return
    const draft = this.#draft
    this.#draft = null
    this.#showMode()
    this.#replace(draft)
    this.#field.focus()
  }

  /** On a touch screen the keyboard would cover what one came to read. */
  focus() {
    if (matchMedia("(pointer: fine)").matches) this.#field.focus()
  }

  // Internal

  #keyPressed(event, { onCancelled, onLast }) {
    if (isComposing(event)) return
    if (event.key === "Escape" && this.isEditing) onCancelled()
    if (event.key === "ArrowUp" && isBare(event) && !this.text && !this.isEditing) {
      event.preventDefault()
      onLast()
    }
    if (event.key !== "Enter" || !this.#isToSend(event)) return
    event.preventDefault()
    this.#form.requestSubmit()
  }

  #isToSend(event) {
    return event.ctrlKey || event.metaKey || (this.#enterSends && isBare(event))
  }

  async #submit(onSend) {
    if (!this.text.trim() || this.#isTooLong || this.#held) return
    const { text } = this
    this.#replace("")
    this.#field.focus()
    const answer = onSend(text)
    const refusal = typeof answer === "string" ? answer : await this.#hold(text, answer)
    if (refusal) this.#refuse(text, refusal)
  }

  /** A command stays until it is done, as long as one stays. */
  async #hold(text, answer) {
    this.#held = answer
    this.#field.readOnly = true
    this.#replace(text)
    const refusal = await answer
    if (this.#held !== answer) return ""
    this.#release()
    this.#replace("")
    return refusal
  }

  #release() {
    this.#held = null
    this.#field.readOnly = false
  }

  #refuse(text, refusal) {
    this.#replace(text)
    this.#hint.textContent = refusal
    this.#told.textContent = refusal
  }

  #showMode() {
    this.#mode.hidden = !this.isEditing
    this.#field.setAttribute("aria-label", t(this.isEditing ? "composer.edit_message" : "composer.message"))
    this.#button.setAttribute("aria-label", t(this.isEditing ? "composer.save" : "composer.send"))
  }

  #replace(text) {
    this.#field.value = text
    this.#edited()
  }

  /** Bytes over the limit; less than 0 while there is room. */
  get #excess() {
    return byteLength(wellFormed(this.text)) - this.#maxBytes
  }

  #edited() {
    this.#grower.dataset.text = this.text
    const excess = this.#excess
    const wasTooLong = this.#isTooLong
    this.#isTooLong = excess > 0
    this.#hint.textContent = describeExcess(excess, this.#maxBytes)
    this.#hint.classList.toggle("composer__hint--over", this.#isTooLong)
    // The bytes are counted for the eyes, and as a description of the field; a screen reader hears once of them.
    if (!this.#isTooLong) this.#told.textContent = ""
    else if (!wasTooLong) this.#told.textContent = this.#hint.textContent
    this.#field.setAttribute("aria-invalid", String(this.#isTooLong))
    this.#button.disabled = !this.text.trim() || this.#isTooLong
  }
}

function describeExcess(excess, maxBytes) {
  if (excess > 0) return t("composer.too_long", { count: excess })
  // Not `-excess`, which at the very limit is shown as -0.
  const left = 0 - excess
  if (left < maxBytes * (1 - WARNING_SHARE)) return t("composer.left", { count: left })
  return ""
}

function isBare({ shiftKey, ctrlKey, altKey, metaKey }) {
  return !shiftKey && !ctrlKey && !altKey && !metaKey
}

import { find } from "../helpers/dom.js"
import { byteLength, wellFormed } from "../helpers/text.js"

// Says how much room is left from this part of the limit on.
const WARNING_SHARE = 0.9

/** Where one writes. It grows with the text and knows how long a message may be. */
export class Composer {
  #form
  #field
  #grower
  #button
  #hint
  #maxBytes = Infinity

  /**
   * @param {HTMLFormElement} form
   * @param {{onEdited: (text: string) => void, onSend: (text: string) => void}} options
   */
  constructor(form, { onEdited, onSend }) {
    this.#form = form
    this.#field = find("textarea", form)
    this.#grower = find(".composer__grower", form)
    this.#button = find("[type=submit]", form)
    this.#hint = find("#composer-hint", form)
    this.#field.addEventListener("input", () => {
      this.#edited()
      onEdited(this.text)
    })
    this.#field.addEventListener("keydown", (event) => this.#keyPressed(event))
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.#submit(onSend)
    })
  }

  get text() {
    return this.#field.value
  }

  // Actions

  /** Makes it ready for a room. */
  open({ text, maxBytes }) {
    this.#maxBytes = maxBytes
    this.#field.disabled = false
    this.#replace(text)
    this.focus()
  }

  /** On a touch screen the keyboard would cover what one came to read. */
  focus() {
    if (matchMedia("(pointer: fine)").matches) this.#field.focus()
  }

  // Internal

  #keyPressed(event) {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return
    event.preventDefault()
    this.#form.requestSubmit()
  }

  #submit(onSend) {
    if (!this.text.trim() || this.#excess > 0) return
    const { text } = this
    this.#replace("")
    this.#field.focus()
    onSend(text)
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
    this.#hint.textContent = describeExcess(excess, this.#maxBytes)
    this.#hint.classList.toggle("composer__hint--over", excess > 0)
    this.#field.setAttribute("aria-invalid", String(excess > 0))
    this.#button.disabled = !this.text.trim() || excess > 0
  }
}

function describeExcess(excess, maxBytes) {
  if (excess > 0) return `Too long by ${countBytes(excess)}. Please shorten it or send it in parts.`
  if (-excess < maxBytes * (1 - WARNING_SHARE)) return `${countBytes(-excess)} left`
  return ""
}

function countBytes(bytes) {
  return bytes === 1 ? "1 byte" : `${bytes.toLocaleString()} bytes`
}

/** While an input method composes, Enter chooses a character; some browsers tell it by code 229. */
function isComposing(event) {
  return event.isComposing || event.keyCode === 229
}

import { cloneTemplate, find, findAll } from "../helpers/dom.js"

/**
 * What can be done with messages. The one under the pointer and the one at which the keyboard is have
 * their tools, each other one a button that asks for them: to lay out tools for every message took as
 * long as all the rest of it.
 */
export class MessageTools {
  /** @type {HTMLElement | null} */
  #pointed = null
  /** @type {HTMLElement | null} */
  #current = null

  /** @param {HTMLElement} list */
  constructor(list) {
    // A tap is told as a mouse too; Safari makes no click of one by which something has come.
    const hovers = matchMedia("(hover: hover)")
    list.addEventListener("mouseover", ({ target }) => hovers.matches && this.#point(messageAt(target)))
    list.addEventListener("mouseleave", () => this.#point(null))
    list.addEventListener("click", ({ target }) => {
      const message = messageAt(target)
      this.#point(message)
      if (/** @type {HTMLElement} */ (target).closest("[data-more]")) focusTools(message)
    })
  }

  // Actions

  /** The keyboard has come to a message, or to the button that asks for its tools. */
  goTo(message) {
    const before = this.#current
    this.#current = message
    if (before !== message && before !== this.#pointed) putAway(before)
    if (!document.activeElement.matches("[data-more]")) layOut(message)
  }

  // Internal

  #point(message) {
    if (message === this.#pointed) return
    const before = this.#pointed
    this.#pointed = message
    if (before !== this.#current) putAway(before)
    layOut(message)
  }
}

/**
 * Says what can be done with a message now. Whoever was about to do something else is left at the message.
 * @param {HTMLElement} message
 * @param {string[]} names of the tools
 */
export function offerTools(message, names) {
  const focused = document.activeElement
  const bar = barOf(message)
  message.dataset.tools = names.join(" ")
  message.classList.toggle("message--has-tools", names.length > 0)
  find("[data-more]", message).hidden = names.length === 0
  if (bar) showOffered(bar, names)
  if (message.contains(focused) && focused.closest("[hidden]")) message.focus()
}

function layOut(message) {
  if (!message || barOf(message)) return
  const bar = cloneTemplate("message-tools")
  showOffered(bar, message.dataset.tools.split(" "))
  message.append(bar)
}

function putAway(message) {
  if (message) barOf(message)?.remove()
}

function showOffered(bar, names) {
  const buttons = findAll("[data-do]", bar)
  for (const button of buttons) button.hidden = !names.includes(button.dataset.do)
  bar.hidden = buttons.every(({ hidden }) => hidden)
}

function focusTools(message) {
  layOut(message)
  find("[data-do]:not([hidden])", barOf(message)).focus()
}

function barOf(message) {
  return message.querySelector(".message__tools")
}

/** @returns {HTMLElement | null} */
function messageAt(element) {
  return element.closest(".message")
}

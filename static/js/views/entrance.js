import { Form } from "./form.js"
import { find, findAll } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

const LEADS = {
  guest: "entrance.lead_guest",
  "sign-in": "entrance.lead_sign_in",
  "sign-up": "entrance.lead_sign_up",
  invite: "entrance.lead_invite",
  claim: "entrance.lead_claim",
  reset: "entrance.lead_reset",
  device: "entrance.lead_device",
}

// What a password has at least, on a server that does not say.
const PASSWORD_CHARS = 8

/** @typedef {import("../models/ways_in.js").Way} Way */

/** The way in: as a guest, with an account, or by a link. Shows one form at a time. */
export class Entrance {
  #element
  #place
  #lead
  #notice
  #cancel
  /** @type {Map<Way, {element: HTMLFormElement, form: Form}>} */
  #panels
  #passwordHints
  #shown = null
  #onWay

  /**
   * @param {HTMLElement} element
   * @param {object} options
   * @param {Record<Way, (values: any) => Promise<void> | void>} options.submit
   * @param {(way: Way) => void} options.onWay another form is wanted
   * @param {() => void} options.onCancelled
   */
  constructor(element, { submit, onWay, onCancelled }) {
    this.#element = element
    this.#onWay = onWay
    this.#place = find("[data-place]", element)
    this.#lead = find("[data-lead]", element)
    this.#notice = find("[data-notice]", element)
    this.#cancel = find("[data-cancel]", element)
    this.#passwordHints = element.querySelectorAll("[data-password-hint]")
    this.#panels = new Map(findAll("[data-panel]", element).map((form) => {
      const way = form.dataset.panel
      return [way, { element: form, form: new Form(form, (values) => submit[way](values)) }]
    }))
    for (const button of findAll("[data-go]", element)) {
      button.addEventListener("click", () => this.#onWay(button.dataset.go))
    }
    this.#cancel.addEventListener("click", onCancelled)
    element.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && !this.#cancel.hidden) onCancelled()
    })
  }

  /** @param {string} name to offer to a guest */
  set name(name) {
    this.#panels.get("guest").form.fill({ name })
  }

  get isOpen() {
    return !this.#element.hidden
  }

  // Actions

  /**
   * @param {object} options
   * @param {Way} options.way the form to show
   * @param {Way[]} options.others the forms that can be changed to
   * @param {boolean} [options.isInvited]
   * @param {string} [options.message] why one is here
   * @param {string} [options.place] what the server is called
   * @param {number} [options.passwordChars]
   * @param {boolean} [options.canGoBack]
   */
  open({ way, others, isInvited = false, message = "", place, passwordChars, canGoBack = false }) {
    const isNew = !this.isOpen || this.#shown !== way
    this.#shown = way
    this.#element.hidden = false
    this.#place.textContent = place || "Stonechat"
    this.#lead.textContent = t(LEADS[isInvited && way === "sign-up" ? "invite" : way])
    this.#notice.hidden = !message
    this.#notice.textContent = message
    for (const [name, { element }] of this.#panels) element.hidden = name !== way
    for (const button of this.#element.querySelectorAll("[data-go]")) {
      button.hidden = button.dataset.go === way || !others.includes(button.dataset.go)
    }
    for (const hint of this.#passwordHints) {
      hint.dataset.textCount = passwordChars ?? PASSWORD_CHARS
      hint.textContent = t("field.password_hint", { count: Number(hint.dataset.textCount) })
    }
    this.#cancel.hidden = !canGoBack
    if (isNew) this.#begin()
  }

  close() {
    this.#element.hidden = true
    // Passwords do not stay in the page.
    for (const { element } of this.#panels.values()) {
      for (const field of findAll("[type=password]", element)) field.value = ""
    }
  }

  // Internal

  #begin() {
    const { form } = this.#panels.get(this.#shown)
    form.clear()
    form.focus()
  }
}

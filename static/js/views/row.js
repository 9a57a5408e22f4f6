import { showAvatar } from "./avatar.js"
import { cloneTemplate, find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

/**
 * @typedef {object} Action
 * @property {string} label
 * @property {string} [of] tells by ear what the button is about
 * @property {boolean} [isDanger]
 * @property {boolean} [isPrimary]
 * @property {(button: HTMLButtonElement) => void} onPress
 */

/**
 * One line of a list: who or what, a note on it, and what can be done.
 * @param {object} row
 * @param {string} row.title
 * @param {string} [row.note]
 * @param {string} [row.badge]
 * @param {string} [row.quote]
 * @param {import("../models/faces.js").Face} [row.face]
 * @param {string} [row.icon] the kind of a room
 * @param {Action[]} [row.actions]
 */
export function createRow({ title, note, badge, quote, face, icon, actions = [] }) {
  const element = cloneTemplate("row")
  showText(find("[data-title]", element), title)
  showText(find("[data-note]", element), note)
  showText(find("[data-badge]", element), badge)
  showText(find("[data-quote]", element), quote)
  showMark(find("[data-mark]", element), { face, icon })
  find("[data-actions]", element).append(...actions.map(createAction))
  return element
}

/**
 * @param {Action} action
 * @returns {HTMLButtonElement}
 */
export function createAction({ label, of, isDanger = false, isPrimary = false, onPress }) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "button"
  button.classList.add(isPrimary ? "button--primary" : "button--framed")
  button.classList.toggle("button--danger-quiet", isDanger)
  button.textContent = label
  if (of) button.setAttribute("aria-label", t("common.action_on", { action: label, subject: of }))
  button.addEventListener("click", () => onPress(button))
  return button
}

function showText(element, text) {
  element.hidden = !text
  element.textContent = text ?? ""
}

function showMark(element, { face, icon }) {
  element.hidden = !face && !icon
  if (icon) element.append(cloneTemplate(`icon-${icon}`))
  if (!face) return
  element.classList.add("avatar")
  element.setAttribute("aria-hidden", "true")
  showAvatar(element, face)
}

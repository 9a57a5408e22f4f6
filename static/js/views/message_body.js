import { find, showPart } from "../helpers/dom.js"
import { t } from "../i18n/language.js"
import { beginningOf } from "../models/folding.js"
import { actionIn } from "../models/message.js"

/**
 * Shows what a message says, of a long one only the beginning.
 * @param {HTMLElement} message
 * @param {object} what
 * @param {string} what.text
 * @param {string} what.author
 * @param {boolean} what.isUnfolded
 * @param {(text: string) => Node[]} what.draw
 */
export function showBody(message, { text, author, isUnfolded, draw }) {
  const action = actionIn(text)
  const actor = action === null ? "" : `${author} `
  const whole = action ?? text
  const beginning = beginningOf(whole)
  const shown = isUnfolded ? whole : beginning ?? whole
  const rest = shown === whole ? "" : "…"
  showFold(message, { isFoldable: beginning !== null, isUnfolded })
  // Drawn anew only when it says something else, so that a selection in it stays.
  const body = find(".message__body", message)
  if (body.textContent === actor + shown + rest && body.hasChildNodes()) return
  body.replaceChildren(...actorOf(actor), ...draw(shown), rest)
  for (const link of body.querySelectorAll("a")) link.tabIndex = -1
}

function showFold(message, { isFoldable, isUnfolded }) {
  const fold = showPart(message, "message-fold", isFoldable, (part) => find(".message__text", message).after(part))
  if (!fold) return
  fold.setAttribute("aria-expanded", String(isUnfolded))
  fold.textContent = t(isUnfolded ? "reading.less" : "reading.more")
}

function actorOf(name) {
  if (!name) return []
  const element = document.createElement("span")
  element.className = "message__actor"
  element.textContent = name
  return [element]
}

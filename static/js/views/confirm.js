import { whileBusy } from "./busy.js"
import { openDialog } from "./dialog.js"
import { find } from "../helpers/dom.js"

/**
 * Asks whether something is really to be done, and does it.
 * @param {object} question
 * @param {string} question.title
 * @param {string} question.note what will happen
 * @param {string} [question.quote] what it will happen to
 * @param {string} question.action what the button says
 * @param {boolean} [question.isDanger] whether it takes something away
 * @param {() => Promise<unknown> | void} [question.onConfirmed] the dialog stays and tells why if it fails
 * @param {() => void} [question.afterwards] once it is done and the dialog is gone
 */
export function confirm({ title, note, quote, action, isDanger = true, onConfirmed = () => {}, afterwards = () => {} }) {
  const element = openDialog("confirm-dialog", { title })
  const button = find("[data-confirm]", element)
  const quoted = find(".dialog__quote", element)
  find(".dialog__note", element).textContent = note
  quoted.hidden = quote === undefined
  quoted.textContent = quote ?? ""
  button.textContent = action
  button.classList.toggle("button--danger", isDanger)
  button.classList.toggle("button--primary", !isDanger)
  button.addEventListener("click", () => whileBusy(button, async () => {
    try {
      const doing = onConfirmed()
      if (doing instanceof Promise) await doing
      element.close()
      afterwards()
    } catch (problem) {
      find("[data-error]", element).textContent = problem.message
    }
  }))
}

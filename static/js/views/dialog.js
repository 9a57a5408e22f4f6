import { goOnWriting } from "./writing_place.js"
import { cloneTemplate } from "../helpers/dom.js"

/**
 * Opens a dialog made from a template; it is gone from the page when it closes.
 * @param {string} template
 * @param {{title?: string, onClosed?: () => void}} [options]
 * @returns {HTMLDialogElement}
 */
export function openDialog(template, { title, onClosed = () => {} } = {}) {
  const element = cloneTemplate(template)
  if (title !== undefined) element.querySelector(".dialog__title").textContent = title
  element.addEventListener("close", () => {
    element.remove()
    onClosed()
    // What opened it may be gone.
    goOnWriting()
  })
  for (const button of element.querySelectorAll("[data-cancel]")) {
    button.addEventListener("click", () => element.close())
  }
  // A press that begins in the dialog, as when text is selected, does not close it.
  element.addEventListener("pointerdown", (event) => {
    if (event.target === element && isOutside(element, event)) element.close()
  })
  // It takes the keyboard from what goes away in it.
  element.tabIndex = -1
  document.body.append(element)
  element.showModal()
  return element
}

/** Its padding is a part of the dialog; what lies around it is told as the dialog too. */
function isOutside(element, { clientX, clientY }) {
  const { left, right, top, bottom } = element.getBoundingClientRect()
  return clientX < left || clientX > right || clientY < top || clientY > bottom
}

/**
 * Puts text in place of the selection of a field, as if it had been typed: it can be undone, and those
 * who listen for input hear of it.
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {string} text
 * @param {{takesFocus?: boolean}} [options] without the focus it cannot be undone
 */
export function insertText(field, text, { takesFocus = true } = {}) {
  if (takesFocus) field.focus()
  // Nothing else leaves a trace for undoing; a browser without it does without that.
  if (takesFocus && document.execCommand?.("insertText", false, text)) return
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end")
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }))
}

/** While an input method composes, Enter chooses a character; some browsers tell it by code 229. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229
}

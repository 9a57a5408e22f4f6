import { find, findAll } from "../helpers/dom.js"

/** Whoever has lost their place goes on in the dialog that is open, or where one writes. */
export function goOnWriting() {
  const { activeElement, body } = document
  // What has just been hidden keeps the keyboard a little longer.
  const isSomewhere = activeElement && activeElement !== body && activeElement.checkVisibility({ visibilityProperty: true })
  if (isSomewhere) return
  const dialog = topmostDialog()
  if (dialog) dialog.focus()
  else if (!find("#chat").hidden) writingPlace().focus()
}

/**
 * The dialog that lies above everything else, if one is open.
 * @param {EventTarget | null} [closing] one that is about to be gone
 * @returns {HTMLElement | undefined}
 */
export function topmostDialog(closing) {
  return findAll("dialog:modal").filter((dialog) => dialog !== closing).at(-1)
}

/**
 * The messages, where one cannot write, and the way to a room, where there is none. On a touch screen the
 * keyboard would cover what one came to read.
 */
export function writingPlace() {
  const field = find("#message")
  const canWrite = !field.disabled && field.checkVisibility() && matchMedia("(pointer: fine)").matches
  if (canWrite) return field
  const log = find("#room [role=log]")
  return log.checkVisibility() ? log : find("#no-room [data-browse]")
}

import { find } from "../helpers/dom.js"

/** Whoever has lost their place goes on where one writes, or at the messages where one cannot. */
export function goOnWriting() {
  const { activeElement, body } = document
  // What has just been hidden keeps the keyboard a little longer.
  const isSomewhere = activeElement && activeElement !== body && activeElement.checkVisibility({ visibilityProperty: true })
  if (isSomewhere || find("#chat").hidden) return
  writingPlace().focus()
}

/** On a touch screen the keyboard would cover what one came to read. */
export function writingPlace() {
  const field = find("#message")
  const canWrite = !field.disabled && field.checkVisibility() && matchMedia("(pointer: fine)").matches
  return canWrite ? field : find("#room [role=log]")
}

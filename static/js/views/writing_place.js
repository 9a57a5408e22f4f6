import { find } from "../helpers/dom.js"

/** Whoever has lost their place goes on where one writes, or at the messages where one cannot. */
export function goOnWriting() {
  const isElsewhere = document.activeElement && document.activeElement !== document.body
  if (isElsewhere || find("#chat").hidden) return
  writingPlace().focus()
}

/** On a touch screen the keyboard would cover what one came to read. */
export function writingPlace() {
  const field = find("#message")
  const canWrite = !field.disabled && field.checkVisibility() && matchMedia("(pointer: fine)").matches
  return canWrite ? field : find("#room [role=log]")
}

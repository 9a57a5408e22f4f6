import { createMessage, updateMessage } from "./message_element.js"
import { formatDay } from "../helpers/dates.js"
import { cloneTemplate, find } from "../helpers/dom.js"

/** Makes the element of an item; `updateItem` fills it. */
export function createItem(item, handlers) {
  if (item.kind === "message") return createMessage(item, handlers)
  return cloneTemplate(item.kind)
}

/**
 * @param {HTMLElement} element
 * @param {any} item
 * @param {{now: number, reader: import("./message_element.js").Reader}} context when it is read, and by whom
 */
export function updateItem(element, item, { now, reader }) {
  switch (item.kind) {
    case "message":
      updateMessage(element, item, reader)
      break
    case "notice":
      element.textContent = item.text
      break
    case "day":
      find("time", element).textContent = formatDay(item.at, now)
      break
  }
}

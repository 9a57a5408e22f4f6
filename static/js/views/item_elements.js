import { createMessage, updateMessage } from "./message_element.js"
import { formatDay } from "../helpers/dates.js"
import { cloneTemplate, find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

/** Makes the element of an item; `updateItem` fills it. */
export function createItem(item, handlers) {
  if (item.kind === "message") return createMessage(item, handlers)
  return cloneTemplate(item.kind)
}

/**
 * @param {HTMLElement} element
 * @param {any} item
 * @param {object} context when it is read, by whom, and whether long texts are shown whole
 * @param {number} context.now
 * @param {import("./message_element.js").Reader} context.reader
 * @param {boolean} context.isUnfolded
 */
export function updateItem(element, item, { now, reader, isUnfolded }) {
  switch (item.kind) {
    case "message":
      updateMessage(element, item, { reader, isUnfolded })
      break
    case "notice":
      element.textContent = item.text
      break
    case "day":
      showDay(element, item.at, now)
      break
  }
}

function showDay(element, at, now) {
  const time = find("time", element)
  time.dateTime = new Date(at).toISOString()
  time.textContent = formatDay(at, now)
  find("button", element).setAttribute("aria-label", t("reading.jump_from", { day: time.textContent }))
}

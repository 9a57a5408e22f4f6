import { openDialog } from "../dialog.js"
import { cloneTemplate, find } from "../../helpers/dom.js"
import { isMac } from "../../helpers/platform.js"
import { hasText, t } from "../../i18n/language.js"
import { keyCaps, shortcuts } from "../../models/shortcuts.js"

/**
 * All that can be done by keyboard.
 * @param {import("../page.js").Page} page
 */
export function openShortcuts({ settings }) {
  const element = openDialog("shortcuts-dialog")
  const all = shortcuts(settings.wishes)
  const areas = [...new Set(all.map(({ area }) => area))]
  find("[data-areas]", element).append(...areas.map((area) => drawArea(area, all.filter((shortcut) => shortcut.area === area))))
}

function drawArea(area, shortcuts) {
  const table = cloneTemplate("shortcut-area")
  find("caption", table).textContent = t(`shortcuts.${area}`)
  find("tbody", table).append(...shortcuts.map(drawShortcut))
  return table
}

function drawShortcut({ id, keys }) {
  const row = cloneTemplate("shortcut")
  find("th", row).textContent = t(`shortcuts.${id}`)
  find("td", row).append(...keys.map(drawKeys))
  return row
}

function drawKeys(keys) {
  const combination = document.createElement("span")
  combination.className = "shortcut__keys"
  combination.append(...keyCaps(keys, isMac()).map(drawCap))
  return combination
}

function drawCap(cap) {
  const element = document.createElement("kbd")
  // Some keys are labelled otherwise where another language is written.
  element.textContent = hasText(`key.${cap}`) ? t(`key.${cap}`) : cap
  return element
}

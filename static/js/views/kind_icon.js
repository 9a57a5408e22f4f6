import { cloneTemplate } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

const MEANINGS = { read_only: "kind.mark_read_only", closed: "kind.mark_closed" }

/** Shows what kind of room it is, also to those who hear the page. */
export function showKind(element, kind = "open") {
  if (element.dataset.kind === kind && element.hasChildNodes()) return
  element.dataset.kind = kind
  const meaning = document.createElement("span")
  meaning.className = "visually-hidden"
  meaning.textContent = MEANINGS[kind] ? t(MEANINGS[kind]) : ""
  element.replaceChildren(cloneTemplate(`icon-${kind}`), meaning)
}

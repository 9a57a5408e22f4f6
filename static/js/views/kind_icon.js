import { cloneTemplate } from "../helpers/dom.js"

const MEANINGS = { open: "", read_only: "Announcements: ", closed: "Closed room: ", direct: "" }

/** Shows what kind of room it is, also to those who hear the page. */
export function showKind(element, kind = "open") {
  if (element.dataset.kind === kind && element.hasChildNodes()) return
  element.dataset.kind = kind
  const meaning = document.createElement("span")
  meaning.className = "visually-hidden"
  meaning.textContent = MEANINGS[kind]
  element.replaceChildren(cloneTemplate(`icon-${kind}`), meaning)
}

import { openDialog } from "./dialog.js"
import { cloneTemplate, find } from "../helpers/dom.js"
import { RovingFocus } from "../helpers/roving_focus.js"

/**
 * A dialog of several sections, one of which shows.
 * @param {object} options
 * @param {string} options.title
 * @param {{key?: string, name: string, template: string, show: (element: any, close: () => void) => void}[]}
 *   options.sections
 * @param {string} [options.start] the key of the one that shows first
 */
export function openSections({ title, sections, start }) {
  const element = openDialog("sections-dialog", { title })
  const tabs = find(".tabs", element)
  const place = find(".sections", element)
  const buttons = new Map(sections.map((section) => [section, createTab(section.name, () => show(section))]))
  tabs.hidden = sections.length < 2

  function show(section) {
    for (const [other, button] of buttons) {
      if (other === section) button.setAttribute("aria-current", "true")
      else button.removeAttribute("aria-current")
    }
    const content = cloneTemplate(section.template)
    place.replaceChildren(content)
    place.scrollTop = 0
    section.show(content, () => element.close())
  }

  show(sections.find(({ key }) => key === start) ?? sections[0])
  new RovingFocus(tabs, ".tabs__tab", { isRow: true }).keep(() => tabs.append(...buttons.values()))
  return element
}

function createTab(name, onChosen) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "tabs__tab"
  button.tabIndex = -1
  button.textContent = name
  button.addEventListener("click", onChosen)
  return button
}

import { whileBusy } from "./busy.js"
import { openDialog } from "./dialog.js"
import { showPeople } from "./people_list.js"
import { cloneTemplate, find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

/**
 * Chooses people and opens the room of exactly these.
 * @param {import("./page.js").Page} page
 */
export function openDirect(page) {
  const element = openDialog("direct-dialog")
  const chips = find(".chips", element)
  const start = find("[data-confirm]", element)
  /** @type {Map<string, {id: string, name: string}>} */
  const chosen = new Map()

  const list = showPeople(find("[data-list]", element), page, {
    label: t("direct.choose"),
    onChosen: (person) => {
      chosen.set(person.id, person)
      render()
    },
  })
  list.focus()
  start.addEventListener("click", () => whileBusy(start, async () => {
    try {
      const room = await page.commands.startDirect([...chosen.values()])
      element.close()
      page.open(room)
    } catch (problem) {
      element.querySelector(":scope > [data-error]").textContent = problem.message
    }
  }))

  function render() {
    chips.replaceChildren(...Array.from(chosen.values(), createChip))
    start.disabled = chosen.size === 0
  }

  function createChip({ id, name }) {
    const chip = cloneTemplate("chip")
    find("[data-name]", chip).textContent = name
    const remove = find("[data-remove]", chip)
    remove.setAttribute("aria-label", t("direct.leave_out", { name }))
    remove.addEventListener("click", () => {
      const at = [...chips.children].indexOf(chip)
      chosen.delete(id)
      render()
      // The button that was pressed is gone: its neighbour is next.
      const next = chips.children[at] ?? chips.lastElementChild
      if (next) find("[data-remove]", next).focus()
      else list.focus()
    })
    return chip
  }
}

import { openDialog } from "./dialog.js"
import { PagedList } from "./paged_list.js"
import { createRow } from "./row.js"
import { find } from "../helpers/dom.js"
import { formatFacts, t } from "../i18n/language.js"
import { titleOf } from "../models/room.js"

/**
 * All rooms that one may see, to join them or to go there.
 * @param {import("./page.js").Page} page
 */
export function openBrowse(page) {
  const { commands, clock } = page
  const element = openDialog("browse-dialog")
  const list = new PagedList(find("[data-list]", element), {
    clock,
    search: t("rooms.search"),
    empty: t("rooms.none"),
    load: (which) => commands.find(which),
    draw: (info) => createRow({
      title: titleOf(info),
      note: describe(info),
      badge: info.archived ? t("badge.archived") : undefined,
      icon: info.kind,
      actions: [actionFor(info)].filter(Boolean),
    }),
  })
  list.focus()

  function actionFor(info) {
    const { name, joined, may } = info
    const title = titleOf(info)
    if (joined) return { label: t("rooms.open"), of: title, onPress: () => show(name) }
    return may.includes("join") && { label: t("rooms.join"), of: title, isPrimary: true, onPress: () => show(name) }
  }

  async function show(name) {
    try {
      const room = page.chat.roomNamed(name) ?? (await commands.join(name))
      element.close()
      page.open(room)
    } catch (problem) {
      list.showError(problem)
    }
  }
}

function describe({ topic, members }) {
  return formatFacts([topic, t("rooms.people_here", { count: members })])
}

import { PagedList } from "../paged_list.js"
import { createRow } from "../row.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"
import { formatFacts, t } from "../../i18n/language.js"

/** Messages that somebody finds wrong. */
export function showReports(element, page) {
  const { api, chat, clock } = page
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: t("reports.none"),
    load: async () => ({ items: (await api.get("/reports", { state: "open" })).reports }),
    draw: (report) => createRow({
      title: t("reports.by_about", { by: report.by.name, author: report.message.user.name }),
      note: formatFacts([formatMoment(report.at, clock.now()), report.room, report.reason]),
      quote: report.message.body || t("message.deleted"),
      actions: actionsFor(report),
    }),
  })

  function actionsFor({ id, room }) {
    const resolve = () => list.act(() => api.patch(`/reports/${id}`, { state: "resolved" }))
    return [
      ...(chat.roomNamed(room) ? [{ label: t("reports.go"), of: room, onPress: () => go(room) }] : []),
      { label: t("reports.resolve"), of: t("reports.this_report"), onPress: resolve },
    ]
  }

  function go(name) {
    element.closest("dialog").close()
    page.open(chat.roomNamed(name))
  }
}

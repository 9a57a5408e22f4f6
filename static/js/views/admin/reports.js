import { PagedList } from "../paged_list.js"
import { createRow } from "../row.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"

/** Messages that somebody finds wrong. */
export function showReports(element, page) {
  const { api, chat, clock } = page
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: "Nothing waits for you.",
    load: async () => ({ items: (await api.get("/reports", { state: "open" })).reports }),
    draw: (report) => createRow({
      title: `${report.by.name} about a message of ${report.message.user.name}`,
      note: [formatMoment(report.at, clock.now()), report.room, report.reason].filter(Boolean).join(" · "),
      quote: report.message.body || "Message deleted",
      actions: [
        ...(chat.roomNamed(report.room) ? [{ label: "Go there", of: report.room, onPress: () => go(report.room) }] : []),
        { label: "Resolve", of: "this report", onPress: () => list.act(() => api.patch(`/reports/${report.id}`, { state: "resolved" })) },
      ],
    }),
  })

  function go(name) {
    element.closest("dialog").close()
    page.open(chat.roomNamed(name))
  }
}

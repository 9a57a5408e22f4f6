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
      actions: actionsFor(report),
    }),
  })

  function actionsFor({ id, room }) {
    const resolve = () => list.act(() => api.patch(`/reports/${id}`, { state: "resolved" }))
    return [
      ...(chat.roomNamed(room) ? [{ label: "Go there", of: room, onPress: () => go(room) }] : []),
      { label: "Resolve", of: "this report", onPress: resolve },
    ]
  }

  function go(name) {
    element.closest("dialog").close()
    page.open(chat.roomNamed(name))
  }
}

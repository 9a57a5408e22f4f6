import { openPhoneLink } from "./phone_link.js"
import { PagedList } from "../paged_list.js"
import { createAction, createRow } from "../row.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"

/** Where one is signed in. */
export function showDevices(element, page) {
  const { api, clock } = page
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: "You are signed in nowhere.",
    load: async () => ({ items: (await api.get("/sessions")).sessions }),
    draw: ({ id, device, address, last_used_at: lastUsedAt, current }) => createRow({
      title: device || "Unknown device",
      note: [address, `last used ${formatMoment(lastUsedAt, clock.now())}`].filter(Boolean).join(" · "),
      badge: current ? "this one" : undefined,
      actions: current ? [] : [{ label: "Sign out", of: device, onPress: () => end(id) }],
    }),
  })
  const end = (id) => list.act(() => api.delete(`/sessions/${id}`))
  const add = createAction({ label: "Sign in on a phone", isPrimary: true, onPress: () => openPhoneLink(page) })
  find("[data-actions]", element).append(add)
}

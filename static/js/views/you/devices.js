import { openPhoneLink } from "./phone_link.js"
import { PagedList } from "../paged_list.js"
import { createAction, createRow } from "../row.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"
import { formatFacts, t } from "../../i18n/language.js"

/** Where one is signed in. */
export function showDevices(element, page) {
  const { api, clock } = page
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: t("devices.none"),
    load: async () => ({ items: (await api.get("/sessions")).sessions }),
    draw: ({ id, device, address, last_used_at: lastUsedAt, current }) => createRow({
      title: device || t("devices.unknown"),
      note: describe(address, formatMoment(lastUsedAt, clock.now())),
      badge: current ? t("badge.this_device") : undefined,
      actions: current ? [] : [{ label: t("menu.sign_out"), of: device, onPress: () => end(id) }],
    }),
  })
  const end = (id) => list.act(() => api.delete(`/sessions/${id}`))
  const add = createAction({ label: t("menu.phone"), isPrimary: true, onPress: () => openPhoneLink(page) })
  find("[data-actions]", element).append(add)
}

function describe(address, moment) {
  return formatFacts([address, t("devices.last_used", { moment })])
}

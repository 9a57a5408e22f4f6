import { PagedList } from "../paged_list.js"
import { describeBan } from "../room/banned.js"
import { createRow } from "../row.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"

/** Who has to stay out of the whole place. */
export function showBans(element, { api, clock }) {
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: t("ban.none"),
    load: async () => ({ items: (await api.get("/bans")).bans }),
    draw: (ban) => createRow({
      face: ban.user,
      title: ban.user.name,
      note: describeBan(ban, clock.now()),
      badge: ban.address ? t("badge.with_address") : undefined,
      actions: [{
        label: t("ban.lift"),
        of: t("ban.of", { name: ban.user.name }),
        onPress: () => list.act(() => api.delete(`/bans/${ban.id}`)),
      }],
    }),
  })
}

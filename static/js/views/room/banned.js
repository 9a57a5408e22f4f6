import { PagedList } from "../paged_list.js"
import { createRow } from "../row.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"
import { formatFacts, t } from "../../i18n/language.js"

/** Who has to stay out of the room. */
export function showBanned(element, room, { api, clock, commands }) {
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: t("ban.none_in_room"),
    load: async () => ({ items: (await api.get(`/rooms/${encodeURIComponent(room.name)}/bans`)).bans }),
    draw: (ban) => createRow({
      face: ban.user,
      title: ban.user.name,
      note: describeBan(ban, clock.now()),
      actions: [{
        label: t("ban.lift"),
        of: t("ban.of", { name: ban.user.name }),
        onPress: () => list.act(() => commands.unban(room, ban.user)),
      }],
    }),
  })
}

/** For how long and why. */
export function describeBan({ until, reason }, now) {
  const how = until ? t("ban.until", { moment: formatMoment(until, now) }) : t("ban.until_lifted")
  return formatFacts([how, reason])
}

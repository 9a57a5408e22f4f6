import { PagedList } from "../paged_list.js"
import { createRow } from "../row.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"

/** Who has to stay out of the room. */
export function showBanned(element, room, { api, clock, commands }) {
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: "Nobody is banned from this room.",
    load: async () => ({ items: (await api.get(`/rooms/${encodeURIComponent(room.name)}/bans`)).bans }),
    draw: (ban) => createRow({
      face: ban.user,
      title: ban.user.name,
      note: describeBan(ban, clock.now()),
      actions: [{
        label: "Lift",
        of: `the ban of ${ban.user.name}`,
        onPress: () => list.act(() => commands.unban(room, ban.user)),
      }],
    }),
  })
}

/** For how long and why. */
export function describeBan({ until, reason }, now) {
  const how = until ? `until ${formatMoment(until, now)}` : "until it is lifted"
  return reason ? `${how} · ${reason}` : how
}

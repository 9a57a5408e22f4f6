import { PagedList } from "../paged_list.js"
import { describeBan } from "../room/banned.js"
import { createRow } from "../row.js"
import { find } from "../../helpers/dom.js"

/** Who has to stay out of the whole place. */
export function showBans(element, { api, clock }) {
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: "Nobody is banned. Accounts and the people of a room have a button for it.",
    load: async () => ({ items: (await api.get("/bans")).bans }),
    draw: (ban) => createRow({
      face: ban.user,
      title: ban.user.name,
      note: describeBan(ban, clock.now()),
      badge: ban.address ? "with address" : undefined,
      actions: [{
        label: "Lift",
        of: `the ban of ${ban.user.name}`,
        onPress: () => list.act(() => api.delete(`/bans/${ban.id}`)),
      }],
    }),
  })
}

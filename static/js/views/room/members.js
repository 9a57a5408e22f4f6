import { openDialog } from "../dialog.js"
import { PagedList } from "../paged_list.js"
import { showPeople } from "../people_list.js"
import { openPerson } from "../person_dialog.js"
import { createAction, createRow } from "../row.js"
import { formatMoment } from "../../helpers/dates.js"
import { find } from "../../helpers/dom.js"
import { formatFacts, t } from "../../i18n/language.js"

/** Who belongs to the room, those who are here first. */
export function showMembers(element, room, page) {
  const { chat, clock, commands } = page
  const list = new PagedList(find("[data-list]", element), {
    clock,
    search: t("room.search_people"),
    empty: t("room.nobody"),
    load: (which) => commands.members(room, which),
    draw: (member) => createRow({
      face: member.user,
      title: member.user.name,
      note: describe(member, clock.now()),
      badge: badgeOf(member, chat.me),
      actions: [{
        label: t("room.person_details"),
        of: member.user.name,
        onPress: () => openPerson(member.user, page, { room, onChanged: () => list.refresh() }),
      }],
    }),
  })
  if (room.can("invite")) {
    const add = createAction({
      label: t("invite.open"),
      isPrimary: true,
      onPress: () => openAddPeople(room, page, () => list.refresh()),
    })
    find("[data-actions]", element).append(add)
  }
}

function openAddPeople(room, page, onAdded) {
  const element = openDialog("invite-dialog")
  const list = showPeople(find("[data-list]", element), page, {
    label: t("invite.add"),
    onChosen: async (person) => {
      try {
        await page.commands.invite(room, person)
        page.toast.say(t("invite.added", { name: person.name }))
        onAdded()
      } catch (problem) {
        list.showError(problem)
      }
    },
  })
  list.focus()
}

function describe({ user, muted_until: mutedUntil }, now) {
  const words = [t(user.online ? "room.here_now" : "room.away"), user.role === "guest" ? t("badge.guest") : undefined]
  if (mutedUntil > now) words.push(t("room.muted_until", { moment: formatMoment(mutedUntil, now) }))
  return formatFacts(words)
}

function badgeOf({ user, moderator }, me) {
  if (user.id === me.id) return t("badge.you")
  if (user.role === "bot") return t("badge.bot")
  return moderator ? t("badge.moderator") : undefined
}

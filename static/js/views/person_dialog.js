import { showAvatar } from "./avatar.js"
import { openBan } from "./ban_dialog.js"
import { openDialog } from "./dialog.js"
import { createAction } from "./row.js"
import { formatMoment } from "../helpers/dates.js"
import { find, findAll } from "../helpers/dom.js"
import { DAY_MS, describeDuration, HOUR_MS, MINUTE_MS } from "../helpers/durations.js"
import { t } from "../i18n/language.js"
import { memberActions } from "../models/member_actions.js"

const MUTES_MS = [10 * MINUTE_MS, HOUR_MS, DAY_MS]

/**
 * Who somebody is, and what can be done about them here.
 * @param {{id: string, name: string}} person
 * @param {import("./page.js").Page} page
 * @param {{room?: import("../models/room.js").Room, onChanged?: () => void}} options
 */
export async function openPerson(person, page, { room, onChanged = () => {} }) {
  const { chat, commands, clock, toast } = page
  const element = openDialog("person-dialog", { title: person.name })
  const actions = find("[data-actions]", element)
  showAvatar(find(".avatar", element), { ...chat.faces.of(person) })

  async function render() {
    // Guests are in a room without belonging to it.
    const member = (await commands.member(room, person).catch(() => undefined)) ?? presentAs(person, room)
    const user = { ...person, ...member?.user, ...(await lookUp(member?.user)) }
    showAvatar(find(".avatar", element), user)
    find("[data-role]", element).textContent = describe(user, member, clock.now())
    find("[data-about]", element).textContent = user.about ?? ""
    const allowed = memberActions({ room, may: chat.may, member, myId: chat.me.id, now: clock.now() })
    actions.replaceChildren(...allowed.flatMap((action) => buttons[action]()))
  }

  /** What somebody says about themselves is told only where one person is asked for; guests say nothing. */
  async function lookUp(user) {
    if (!chat.may.includes("people") || !user || user.role === "guest") return {}
    return page.api.get(`/people/${encodeURIComponent(user.id)}`).catch(() => ({}))
  }

  /** Does something, and shows what has become of it. */
  function doing(act, { said, isLast = false }) {
    return async () => {
      try {
        await act()
        toast.say(said)
        onChanged()
        if (isLast) {
          element.close()
          return
        }
        await render()
        actions.querySelector("button")?.focus()
      } catch (problem) {
        find("[data-error]", element).textContent = problem.message
      }
    }
  }

  const { name } = person
  const buttons = {
    direct: () => createAction({ label: t("person.write"), isPrimary: true, onPress: async () => {
      try {
        const direct = await commands.startDirect([person])
        for (const dialog of findAll("dialog[open]")) dialog.close()
        page.open(direct)
      } catch (problem) {
        find("[data-error]", element).textContent = problem.message
      }
    } }),
    appoint: () => createAction({
      label: t("person.appoint"),
      onPress: doing(() => commands.setModerator(room, person, true), { said: t("person.appointed", { name }) }),
    }),
    dismiss: () => createAction({
      label: t("person.dismiss"),
      onPress: doing(() => commands.setModerator(room, person, false), { said: t("person.dismissed", { name }) }),
    }),
    mute: () => MUTES_MS.map((lasts) => {
      const time = describeDuration(lasts)
      const mute = () => commands.mute(room, person, lasts / MINUTE_MS)
      return createAction({
        label: t("person.mute", { time }),
        onPress: doing(mute, { said: t("person.muted", { name, time }) }),
      })
    }),
    unmute: () => createAction({
      label: t("person.unmute"),
      onPress: doing(() => commands.mute(room, person, 0), { said: t("person.unmuted", { name }) }),
    }),
    remove: () => createAction({
      label: t("person.remove"),
      isDanger: true,
      onPress: doing(() => commands.remove(room, person), { said: t("person.removed", { name }), isLast: true }),
    }),
    ban: () => createAction({
      label: t("person.ban"),
      isDanger: true,
      onPress: () => openBan(person, {
        note: t("ban.from_room_note", { name, room: room.titleFor(chat.me) }),
        onBan: async (ban) => {
          await commands.ban(room, person, ban)
          toast.say(t("ban.banned", { name }))
          onChanged()
          element.close()
        },
      }),
    }),
    banFromServer: () => createAction({
      label: t("person.ban_from_server"),
      isDanger: true,
      onPress: () => openBan(person, {
        note: t("ban.from_server_note", { name }),
        canBanAddress: true,
        onBan: async ({ forMs, reason, address }) => {
          await page.api.post("/bans", { user: person.id, address, for_ms: forMs, reason: reason || undefined })
          toast.say(t("ban.banned", { name }))
          onChanged()
          element.close()
        },
      }),
    }),
  }

  await render()
}

function presentAs(person, room) {
  return room?.roster.people.some(({ id }) => id === person.id) ? { user: { ...person, role: "guest" } } : undefined
}

function describe({ role }, member, now) {
  const words = [role && t(`person.role_${role}`), member?.moderator && t("person.moderates")]
  if (member?.muted_until > now) words.push(t("room.muted_until", { moment: formatMoment(member.muted_until, now) }))
  return words.filter(Boolean).join(", ")
}

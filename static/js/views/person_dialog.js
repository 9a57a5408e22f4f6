import { showAvatar } from "./avatar.js"
import { openBan } from "./ban_dialog.js"
import { openDialog } from "./dialog.js"
import { createAction } from "./row.js"
import { formatMoment } from "../helpers/dates.js"
import { find } from "../helpers/dom.js"
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../helpers/durations.js"
import { memberActions } from "../models/member_actions.js"

const ROLES = { owner: "Owner", admin: "Admin", member: "Member", guest: "Guest", bot: "Bot" }
const MUTES = [["10 minutes", 10], ["1 hour", HOUR_MS / MINUTE_MS], ["1 day", DAY_MS / MINUTE_MS]]

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
    direct: () => createAction({ label: "Write to them", isPrimary: true, onPress: async () => {
      try {
        const direct = await commands.startDirect([person])
        for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close()
        page.open(direct)
      } catch (problem) {
        find("[data-error]", element).textContent = problem.message
      }
    } }),
    appoint: () => createAction({
      label: "Make moderator",
      onPress: doing(() => commands.setModerator(room, person, true), { said: `${name} is a moderator now.` }),
    }),
    dismiss: () => createAction({
      label: "Moderator no more",
      onPress: doing(() => commands.setModerator(room, person, false), { said: `${name} is no moderator any more.` }),
    }),
    mute: () => MUTES.map(([time, minutes]) => createAction({
      label: `Mute for ${time}`,
      onPress: doing(() => commands.mute(room, person, minutes), { said: `${name} is muted for ${time}.` }),
    })),
    unmute: () => createAction({
      label: "Let them write again",
      onPress: doing(() => commands.mute(room, person, 0), { said: `${name} can write again.` }),
    }),
    remove: () => createAction({
      label: "Remove from the room",
      isDanger: true,
      onPress: doing(() => commands.remove(room, person), { said: `${name} was removed.`, isLast: true }),
    }),
    ban: () => createAction({
      label: "Ban from the room…",
      isDanger: true,
      onPress: () => openBan(person, {
        note: `${name} is removed from ${room.titleFor(chat.me)} and cannot come back.`,
        onBan: async (ban) => {
          await commands.ban(room, person, ban)
          toast.say(`${name} is banned.`)
          onChanged()
          element.close()
        },
      }),
    }),
    banFromServer: () => createAction({
      label: "Ban from this server…",
      isDanger: true,
      onPress: () => openBan(person, {
        note: `${name} is signed out and cannot come back to this server.`,
        canBanAddress: true,
        onBan: async ({ forMs, reason, address }) => {
          await page.api.post("/bans", { user: person.id, address, for_ms: forMs, reason: reason || undefined })
          toast.say(`${name} is banned.`)
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
  const words = [ROLES[role], member?.moderator && "moderator here"]
  if (member?.muted_until > now) words.push(`muted until ${formatMoment(member.muted_until, now)}`)
  return words.filter(Boolean).join(", ")
}

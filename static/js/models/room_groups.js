import { compareNames } from "../i18n/language.js"

/** The room in which everybody is. */
export const LOBBY = "lobby"

/**
 * The rooms as a list shows them: the lobby first, the others by title, direct ones apart.
 * @param {import("./room.js").Room[]} rooms
 */
export function groupRooms(rooms, me) {
  const shown = rooms.filter(({ info }) => !info.archived)
  const byTitle = (one, other) => compareNames(one.titleFor(me), other.titleFor(me))
  const [direct, others] = [[], []]
  for (const room of shown) (room.isDirect ? direct : others).push(room)
  others.sort((one, other) => Number(other.name === LOBBY) - Number(one.name === LOBBY) || byTitle(one, other))
  return { rooms: others, direct: direct.sort(byTitle) }
}

/**
 * The room before or after another one in the order of the list, which goes on at its other end.
 * @param {import("./room.js").Room | null} current
 * @param {import("./room.js").Room[]} rooms
 * @param {{id: string} | null} me
 * @param {{step: 1 | -1, isUnread?: boolean}} which `isUnread` passes over those with nothing to tell
 * @returns {import("./room.js").Room | undefined}
 */
export function neighbourOf(current, rooms, me, { step, isUnread = false }) {
  const groups = groupRooms(rooms, me)
  const all = [...groups.rooms, ...groups.direct]
  const at = all.indexOf(current)
  const onwards = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))]
  const found = step > 0 ? onwards : onwards.reverse()
  return found.find((room) => !isUnread || noticeOf(room, me).unread > 0)
}

/** How much of what is unread is to be told, by the level that the person has chosen for the room. */
export function noticeOf(room, me) {
  const { unread, mentions } = room.countsFor(me)
  const level = room.info.level ?? "all"
  if (level === "nothing") return { unread: 0, mentions: 0 }
  return { unread: level === "mentions" ? mentions : unread, mentions }
}

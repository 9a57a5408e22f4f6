const byName = new Intl.Collator(undefined, { sensitivity: "base", numeric: true })

/** The room in which everybody is. */
export const LOBBY = "lobby"

/**
 * The rooms as a list shows them: the lobby first, the others by title, direct ones apart.
 * @param {import("./room.js").Room[]} rooms
 */
export function groupRooms(rooms, me) {
  const shown = rooms.filter(({ info }) => !info.archived)
  const byTitle = (one, other) => byName.compare(one.titleFor(me), other.titleFor(me))
  const [direct, others] = [[], []]
  for (const room of shown) (room.isDirect ? direct : others).push(room)
  others.sort((one, other) => (other.name === LOBBY) - (one.name === LOBBY) || byTitle(one, other))
  return { rooms: others, direct: direct.sort(byTitle) }
}

/** How much of what is unread is to be told, by the level that the person has chosen for the room. */
export function noticeOf(room, me) {
  const { unread, mentions } = room.countsFor(me)
  const level = room.info.level ?? "all"
  if (level === "nothing") return { unread: 0, mentions: 0 }
  return { unread: level === "mentions" ? mentions : unread, mentions }
}

import { formatMoment } from "../helpers/dates.js"

/**
 * Why one cannot write in a room; empty if one can. The server decides by `may`; the rest of what it
 * tells of the room only explains it.
 * @param {import("./room.js").Room} room
 */
export function whyNotPost(room, now) {
  if (room.can("post")) return ""
  const { archived, kind, muted_until: mutedUntil } = room.info
  if (archived) return "This room is archived. It can be read, and nobody writes here any more."
  if (mutedUntil > now) return `You are muted here until ${formatMoment(mutedUntil, now)}.`
  if (kind === "read_only") return "Only moderators write here."
  if (room.info.joined === false) return "You are not in this room any more."
  return "You cannot write here."
}

/** When a mute ends by itself; undefined without one. */
export function muteEnd(room, now) {
  const { muted_until: mutedUntil } = room.info
  return mutedUntil > now ? mutedUntil : undefined
}

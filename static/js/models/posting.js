import { formatMoment } from "../helpers/dates.js"
import { t } from "../i18n/language.js"

/**
 * Why one cannot write in a room; empty if one can. The server decides by `may`; the rest of what it
 * tells of the room only explains it.
 * @param {import("./room.js").Room} room
 */
export function whyNotPost(room, now) {
  if (room.can("post")) return ""
  const { archived, kind, muted_until: mutedUntil } = room.info
  if (archived) return t("composer.archived")
  if (mutedUntil > now) return t("composer.muted", { moment: formatMoment(mutedUntil, now) })
  if (kind === "read_only") return t("composer.read_only")
  if (room.info.joined === false) return t("composer.not_in_room")
  return t("composer.cannot_write")
}

/** When a mute ends by itself; undefined without one. */
export function muteEnd(room, now) {
  const { muted_until: mutedUntil } = room.info
  return mutedUntil > now ? mutedUntil : undefined
}

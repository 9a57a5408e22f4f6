import { isDeleted, textOf } from "./message.js"

/**
 * What others have written at the end of a room, after a number.
 * @param {number} seq
 * @param {import("./timeline.js").Timeline} timeline
 * @param {import("./message.js").User | null} me
 */
export function newsAfter(seq, { messages, hasNewer }, me) {
  if (hasNewer) return []
  const first = messages.findLastIndex((message) => message.seq <= seq) + 1
  return messages.slice(first).filter((message) => message.user.id !== me?.id && !isDeleted(message))
}

/** As somebody hears it. */
export function spoken(message) {
  return `${message.user.name}: ${textOf(message)}`
}

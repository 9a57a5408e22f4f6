import { actionIn } from "./message.js"
import { dayAround } from "../helpers/dates.js"

const RUN_MS = 5 * 60 * 1000

/**
 * @typedef {{kind: "day", key: string, at: number}} DayItem
 * @typedef {{kind: "notice", key: string, text: string}} NoticeItem
 * @typedef {{kind: "message", key: string, message: import("./timeline.js").Message, continues: boolean}} MessageItem
 * @typedef {{kind: "new", key: string}} NewItem the line where one left off reading
 * @typedef {DayItem | NoticeItem | MessageItem | NewItem} Item
 */

/**
 * A timeline as one reads it, top to bottom: days, notices, and messages, of which those that
 * continue what the same author said a moment ago are marked. What is written here stands at the end
 * of the room, and is not seen where the timeline ends before it.
 * @param {import("./timeline.js").Timeline} timeline
 * @param {{newAfter?: number | null, me?: object | null}} [reader] the number after which messages are new to them
 * @returns {Item[]}
 */
export function transcriptOf(timeline, { newAfter = null, me = null } = {}) {
  const items = []
  const firstNew = newAfter === null ? null : firstNewOf(timeline, newAfter, me)
  const { hasOlder, hasNewer, firstSeq } = timeline
  const notices = timeline.notices.filter(({ afterSeq }) => !hasOlder || afterSeq >= firstSeq)[Symbol.iterator]()
  let notice = notices.next().value
  let previous = null
  // Asked once for each day: for each message it would take longer than all the rest.
  let day = { from: Infinity, until: -Infinity }

  for (const message of [...timeline.messages, ...(hasNewer ? [] : timeline.unsent)]) {
    while (notice && (message.seq ?? Infinity) > notice.afterSeq) {
      items.push(noticeItem(notice))
      notice = notices.next().value
    }
    if (message.sent_at < day.from || message.sent_at >= day.until) {
      day = dayAround(message.sent_at)
      items.push({ kind: "day", key: `day-${message.id}`, at: message.sent_at })
    }
    if (message === firstNew) items.push({ kind: "new", key: "new" })
    const continues = items.at(-1)?.message === previous && isSameRun(previous, message)
    items.push({ kind: "message", key: message.id, message, continues })
    previous = message
  }
  if (hasNewer) return items
  for (; notice; notice = notices.next().value) items.push(noticeItem(notice))
  return items
}

/** One's own messages are no news. Where older ones are missing, the line may be further up. */
function firstNewOf({ messages, hasOlder }, newAfter, me) {
  const index = messages.findIndex(({ seq, user }) => seq > newAfter && user.id !== me?.id)
  if (index === 0 && hasOlder && messages[0].seq > newAfter + 1) return null
  return messages[index] ?? null
}

function noticeItem({ key, text }) {
  return { kind: "notice", key, text }
}

/** What somebody does is told apart, with their name in the sentence. */
function isSameRun(previous, message) {
  if ([previous, message].some((one) => one && actionIn(one.body) !== null)) return false
  return previous?.user.id === message.user.id && message.sent_at - previous.sent_at < RUN_MS
}

import { isSameDay } from "../helpers/dates.js"

const RUN_MS = 5 * 60 * 1000

/**
 * @typedef {{kind: "day", key: string, at: number}} DayItem
 * @typedef {{kind: "notice", key: string, text: string}} NoticeItem
 * @typedef {{kind: "message", key: string, message: import("./timeline.js").Message, continues: boolean}} MessageItem
 * @typedef {DayItem | NoticeItem | MessageItem} Item
 */

/**
 * A timeline as one reads it, top to bottom: days, notices, and messages, of which those that
 * continue what the same author said a moment ago are marked.
 * @param {import("./timeline.js").Timeline} timeline
 * @returns {Item[]}
 */
export function transcriptOf(timeline) {
  const items = []
  const notices = timeline.notices[Symbol.iterator]()
  let notice = notices.next().value
  let previous = null

  for (const message of [...timeline.messages, ...timeline.unsent]) {
    while (notice && (message.seq ?? Infinity) > notice.afterSeq) {
      items.push(noticeItem(notice))
      notice = notices.next().value
    }
    if (!previous || !isSameDay(previous.sent_at, message.sent_at)) {
      items.push({ kind: "day", key: `day-${message.id}`, at: message.sent_at })
    }
    const continues = items.at(-1)?.message === previous && isSameRun(previous, message)
    items.push({ kind: "message", key: message.id, message, continues })
    previous = message
  }
  for (; notice; notice = notices.next().value) items.push(noticeItem(notice))
  return items
}

function noticeItem({ key, text }) {
  return { kind: "notice", key, text }
}

function isSameRun(previous, message) {
  return previous?.user.id === message.user.id && message.sent_at - previous.sent_at < RUN_MS
}

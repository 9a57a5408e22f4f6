const LONGEST = 160
const MINUTES_OF_HOUR = 60
// Who has written this often stays.
const WRITTEN_ENOUGH = 3

/**
 * What is to be done about a message that has just come.
 * @typedef {object} Notice
 * @property {boolean} notification whether the system shows it
 * @property {import("../storage/settings.js").Wishes["sound"]} sound
 *
 * @param {import("./message.js").Message & {mentions?: string[]}} message
 * @param {object} situation
 * @param {import("./room.js").Room} situation.room
 * @param {{id: string}} situation.me
 * @param {import("../storage/settings.js").Wishes} situation.wishes
 * @param {boolean} situation.isSeen whether the room is open in a window that can be seen
 * @param {Date} situation.at
 * @returns {Notice}
 */
export function noticeFor(message, { room, me, wishes, isSeen, at }) {
  const isTold = !isSeen && isWorthTelling(message, room, me) && !isQuiet(wishes, at)
  return { notification: isTold && wishes.notify, sound: isTold ? wishes.sound : "none" }
}

/**
 * By the level that somebody has chosen for the room; who writes directly always means one.
 * @param {import("./message.js").Message} message
 */
export function isWorthTelling(message, room, me) {
  const level = room.info.level ?? "all"
  if (message.user.id === me.id || level === "nothing") return false
  return level === "all" || isMeantFor(me, message, room)
}

/** Whether it is meant for one, and not only for everybody in the room. */
export function isCall(message, room, me) {
  return isWorthTelling(message, room, me) && isMeantFor(me, message, room)
}

/** Whether somebody wants to be left alone then; the quiet time may go over midnight. */
export function isQuiet({ quiet, quietFrom, quietUntil }, at) {
  if (!quiet) return false
  const [from, until, now] = [minutesOf(quietFrom), minutesOf(quietUntil), at.getHours() * MINUTES_OF_HOUR + at.getMinutes()]
  return from < until ? from <= now && now < until : now >= from || now < until
}

/** A message in a line or two; one that tells what its author does names them. */
export function excerptOf({ user, body }) {
  const told = body.replace(/^\/me\s+/, `${user.name} `)
  const characters = Array.from(told.replace(/\s+/g, " ").trim())
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("").trimEnd()}…` : characters.join("")
}

/**
 * Whether to offer notifications: only to somebody who has seen what they would be for.
 * @param {{written: number, hasMissed: boolean}} past what was written since the page was opened, and whether
 *   something worth telling came while nobody looked
 */
export function isGoodMoment({ written, hasMissed }) {
  return hasMissed || written >= WRITTEN_ENOUGH
}

/** @param {import("./message.js").Message} message */
function isMeantFor(me, message, room) {
  return room.isDirect || Boolean(message.mentions?.includes(me.id))
}

function minutesOf(time) {
  const [hours, minutes] = time.split(":").map(Number)
  return hours * MINUTES_OF_HOUR + minutes
}

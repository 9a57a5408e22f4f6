import { formatOf, languageTag } from "../i18n/language.js"

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const FORMATS = {
  timeOfDay: { hour: "2-digit", minute: "2-digit" },
  dayAndTime: { dateStyle: "full", timeStyle: "short" },
  dateAndTime: { dateStyle: "medium", timeStyle: "short" },
  dayOfThisYear: { weekday: "long", day: "numeric", month: "long" },
  dayOfAnyYear: { dateStyle: "full" },
}

export function formatTime(at) {
  return format("timeOfDay", at)
}

export function formatDayAndTime(at) {
  return format("dayAndTime", at)
}

/** The time, and with it the date when that is not today's. */
export function formatMoment(at, now) {
  return format(isSameDay(at, now) ? "timeOfDay" : "dateAndTime", at)
}

/** "Today", "Yesterday", or the date, with its year when that is not this one. */
export function formatDay(at, now) {
  const day = new Date(at)
  const today = new Date(now)
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
  if (isSameDay(day, today)) return relativeDay(0)
  if (isSameDay(day, yesterday)) return relativeDay(-1)
  return format(day.getFullYear() === today.getFullYear() ? "dayOfThisYear" : "dayOfAnyYear", day)
}

/** Whether two moments lie on the same day where the reader is. */
function isSameDay(one, other) {
  return new Date(one).toDateString() === new Date(other).toDateString()
}

/** The day of a moment, where the reader is: from when, and until when. */
export function dayAround(at) {
  const day = new Date(at)
  const [year, month, date] = [day.getFullYear(), day.getMonth(), day.getDate()]
  return { from: new Date(year, month, date).getTime(), until: new Date(year, month, date + 1).getTime() }
}

/** "2026-11-28", where the reader is, as a date field has it. */
export function dayOf(at) {
  const day = new Date(at)
  const twoDigits = (number) => String(number).padStart(2, "0")
  return `${day.getFullYear()}-${twoDigits(day.getMonth() + 1)}-${twoDigits(day.getDate())}`
}

/** When the day of a date field begins, where the reader is. */
export function startOfDay(day) {
  const [year, month, date] = day.split("-").map(Number)
  return new Date(year, month - 1, date).getTime()
}

/** @param {keyof typeof FORMATS} name */
function format(name, at) {
  return formatOf(name, (tag) => new Intl.DateTimeFormat(tag, FORMATS[name])).format(at)
}

/** As a heading has it: with a capital letter, where there are such. */
function relativeDay(days) {
  const relative = formatOf("relativeDay", (tag) => new Intl.RelativeTimeFormat(tag, { numeric: "auto" }))
  const [first, ...rest] = relative.format(days, "day")
  return first.toLocaleUpperCase(languageTag()) + rest.join("")
}

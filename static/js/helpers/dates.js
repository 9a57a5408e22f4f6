const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" })
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" })
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" })
const dayOfThisYear = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" })
const dayOfAnyYear = new Intl.DateTimeFormat(undefined, { dateStyle: "full" })

export function formatTime(at) {
  return timeOfDay.format(at)
}

export function formatDayAndTime(at) {
  return dayAndTime.format(at)
}

/** The time, and with it the date when that is not today's. */
export function formatMoment(at, now) {
  return (isSameDay(at, now) ? timeOfDay : dateAndTime).format(at)
}

/** "Today", "Yesterday", or the date, with its year when that is not this one. */
export function formatDay(at, now) {
  const day = new Date(at)
  const today = new Date(now)
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
  if (isSameDay(day, today)) return "Today"
  if (isSameDay(day, yesterday)) return "Yesterday"
  return (day.getFullYear() === today.getFullYear() ? dayOfThisYear : dayOfAnyYear).format(day)
}

/** Whether two moments lie on the same day where the reader is. */
export function isSameDay(one, other) {
  return new Date(one).toDateString() === new Date(other).toDateString()
}

import { languageTag } from "../i18n/language.js"

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS

/** @type {[string, number][]} */
const UNITS = [["day", DAY_MS], ["hour", HOUR_MS], ["minute", MINUTE_MS], ["second", SECOND_MS]]

/** "2 days", "1 hour", "12 seconds": in the largest unit that fits, rounded up; in weeks only when they are whole. */
export function describeDuration(milliseconds) {
  if (milliseconds >= WEEK_MS && milliseconds % WEEK_MS === 0) return count(milliseconds / WEEK_MS, "week")
  const [unit, length] = UNITS.find(([, length]) => milliseconds >= length) ?? UNITS.at(-1)
  return count(Math.max(1, Math.ceil(milliseconds / length)), unit)
}

function count(number, unit) {
  return number.toLocaleString(languageTag(), { style: "unit", unit, unitDisplay: "long" })
}

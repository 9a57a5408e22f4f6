export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

const UNITS = [["day", DAY_MS], ["hour", HOUR_MS], ["minute", MINUTE_MS], ["second", SECOND_MS]]

/** "2 days", "1 hour", "12 seconds": in the largest unit that fits, rounded up. */
export function describeDuration(milliseconds) {
  const [unit, length] = UNITS.find(([, length]) => milliseconds >= length) ?? UNITS.at(-1)
  const count = Math.max(1, Math.ceil(milliseconds / length))
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`
}

const TRANSIENT = new Set(["rate_limited", "storage", "overloaded", "restart", "too_many_sessions"])
/** How a change is refused that comes after another one. */
const OVERTAKEN = new Set(["outdated", "message_deleted"])

/** Whether the same thing may be asked again, as it is. */
export function isTransient(code) {
  return TRANSIENT.has(code)
}

export function isOvertaken(code) {
  return OVERTAKEN.has(code)
}

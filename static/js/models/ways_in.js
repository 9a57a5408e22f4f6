/** @typedef {"guest"|"sign-in"|"sign-up"|"claim"|"reset"|"device"} Way */

/**
 * The ways into a server for somebody without a link.
 * @param {{guests?: boolean, sign_up?: string} | null} server as it tells of itself; null if it tells nothing
 * @param {{hasInvite?: boolean}} [options]
 * @returns {Way[]} the first one is the one to offer
 */
export function waysIn(server, { hasInvite = false } = {}) {
  if (!server) return ["guest"]
  const ways = []
  if (hasInvite) ways.push("sign-up")
  if (server.guests && !hasInvite) ways.push("guest")
  ways.push("sign-in")
  if (server.sign_up === "open" && !hasInvite) ways.push("sign-up")
  return ways
}

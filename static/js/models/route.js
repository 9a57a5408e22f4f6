/** @typedef {{page: "chat" | "room" | Entry, room?: string, token?: string}} Route */
/** @typedef {"claim"|"invite"|"reset"|"device"} Entry */

const LINKS = new Set(["claim", "invite", "reset", "device"])

/**
 * What the part of the address behind `#` asks for.
 * @returns {Route}
 */
export function parseRoute(hash) {
  const [page, rest] = hash.replace(/^#\/?/, "").split("/")
  const word = decoded(rest ?? "")
  if (word && LINKS.has(page)) return { page: /** @type {Entry} */ (page), token: word }
  if (word && page === "rooms") return { page: "room", room: word }
  return { page: "chat" }
}

export function roomAddress(name) {
  return `#/rooms/${encodeURIComponent(name)}`
}

function decoded(word) {
  try {
    return decodeURIComponent(word)
  } catch {
    return ""
  }
}

/**
 * @typedef {{page: "chat" | "room" | Entry, room?: string, seq?: number, token?: string}} Route
 * @typedef {{page: "room", room: string, seq?: number}} RoomRoute `seq` is the number of a message there
 */
/** @typedef {"claim"|"invite"|"reset"|"device"} Entry */

const LINKS = new Set(["claim", "invite", "reset", "device"])
const NUMBER = /^[1-9]\d{0,14}$/

/**
 * What the part of the address behind `#` asks for.
 * @returns {Route}
 */
export function parseRoute(hash) {
  const [page, rest, number] = hash.replace(/^#\/?/, "").split("/")
  const word = decoded(rest ?? "")
  if (word && LINKS.has(page)) return { page: /** @type {Entry} */ (page), token: word }
  if (word && page === "rooms") return { page: "room", room: word, ...(NUMBER.test(number) && { seq: Number(number) }) }
  return { page: "chat" }
}

/**
 * The room, or the message, that an address leads to if it is one of this page.
 * @param {string} address
 * @param {string} here the address of the page
 * @returns {RoomRoute | null}
 */
export function roomOn(address, here) {
  const there = new URL(address, here)
  const route = parseRoute(there.hash)
  there.hash = ""
  const isHere = there.href.replace(/#$/, "") === here.replace(/#.*$/, "")
  return isHere && route.page === "room" ? /** @type {RoomRoute} */ (route) : null
}

export function roomAddress(name) {
  return `#/rooms/${encodeURIComponent(name)}`
}

export function messageAddress(name, seq) {
  return `${roomAddress(name)}/${seq}`
}

function decoded(word) {
  try {
    return decodeURIComponent(word)
  } catch {
    return ""
  }
}

const SAVED_AFTER_MS = 1_000
const MESSAGES_KEPT = 200
const CHARACTERS_KEPT = 256 * 1024
const SESSION = "session"
const FIELDS = ["id", "seq", "user", "body", "sent_at", "changed", "edited_at", "deleted_at"]

/**
 * @typedef {import("../models/room.js").Room} Room
 * @typedef {object} Snapshot a room as it was last seen: nothing is missing between its messages up to `last`
 * @property {string} name
 * @property {number} last
 * @property {object[]} messages
 * @property {boolean} hasOlder
 * @property {number} readUpTo
 */

/**
 * What was last seen, for a page that opens without a connection. A room is kept as a whole, so that
 * several tabs may keep the same one: whoever comes last, the picture fits together.
 */
export class Album {
  #database
  #clock
  /** @type {string | undefined} whose pictures are kept */
  #owner
  #isBegun = false
  /** @type {Set<Room>} */
  #changed = new Set()
  #saving = null

  /**
   * @param {import("./database.js").Database} database
   * @param {import("../helpers/timing.js").Clock} clock
   */
  constructor(database, clock) {
    this.#database = database
    this.#clock = clock
  }

  /** @returns {Promise<{user: object, messageBytes: number, rooms: Snapshot[]} | null>} */
  async recall() {
    const [[session], rooms] = await Promise.all([this.#database.all("session"), this.#database.all("rooms")])
    if (!session) return null
    this.#owner = session.user.id
    const byName = new Map(rooms.map((room) => [room.name, room]))
    return { ...session, rooms: session.rooms.map((name) => byName.get(name)).filter(Boolean) }
  }

  // Actions

  /** Keeps from now on what this person sees, and no longer what somebody else saw. */
  begin({ user, messageBytes, rooms }) {
    const known = new Set(user.id === this.#owner ? rooms : [])
    this.#owner = user.id
    this.#isBegun = true
    this.#quietly(this.#database.rewrite("rooms", (kept) => ({
      remove: kept.map(({ name }) => name).filter((name) => !known.has(name)),
    })))
    this.#quietly(this.#database.change("session", { put: [{ key: SESSION, user, messageBytes, rooms }] }))
  }

  /** The room is kept a moment later, together with what happens meanwhile. */
  changed(room) {
    if (!this.#isBegun) return
    this.#changed.add(room)
    this.#saving ??= this.#clock.after(() => this.save(), SAVED_AFTER_MS)
  }

  save() {
    this.#clock.cancel(this.#saving)
    this.#saving = null
    const put = [...this.#changed].filter(({ log }) => log.isBegun && !log.isBehind).map(snapshotOf)
    this.#changed.clear()
    if (put.length) this.#quietly(this.#database.change("rooms", { put }))
  }

  // Internal

  /** A picture that cannot be kept is no loss: the server has it all. */
  #quietly(changing) {
    changing.catch(() => {})
  }
}

/** @returns {Snapshot} */
export function snapshotOf({ name, log, timeline, readUpTo }) {
  const { messages } = timeline
  let first = messages.length
  let characters = 0
  while (first > 0 && messages.length - first < MESSAGES_KEPT) {
    characters += messages[first - 1].body.length
    // The newest one is kept however long it is: a picture without any would hide that there are messages.
    if (characters > CHARACTERS_KEPT && first < messages.length) break
    first -= 1
  }
  // An acknowledgement can be ahead of its event; the event will tell it again.
  const kept = messages.slice(first).map(asTold)
  return { name, last: log.last, messages: kept, hasOlder: timeline.hasOlder || first > 0, readUpTo }
}

function asTold(message) {
  const known = FIELDS.filter((field) => message[field] !== undefined)
  return Object.fromEntries(known.map((field) => [field, message[field]]))
}

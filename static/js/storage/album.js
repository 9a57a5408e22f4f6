const SAVED_AFTER_MS = 1_000
const MESSAGES_KEPT = 200
const CHARACTERS_KEPT = 256 * 1024
const SESSION = "session"
const FIELDS = ["id", "seq", "user", "body", "sent_at", "changed", "edited_at", "deleted_at", "mentions"]

/**
 * @typedef {import("../models/message.js").User} User
 * @typedef {import("../models/room.js").Room} Room
 * @typedef {object} Snapshot a room as it was last seen: nothing is missing between its messages up to `last`
 * @property {string} name
 * @property {number} last
 * @property {object[]} messages
 * @property {boolean} hasOlder
 * @property {number} readUpTo
 * @property {number} [keptAt]
 *
 * @typedef {{key?: string, user: User, messageBytes: number, rooms: import("../models/room.js").RoomInfo[]}} Session
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
  /** @type {Session | null} as it is to be kept */
  #session = null
  #saving = null

  /**
   * @param {import("./database.js").Database} database
   * @param {import("../helpers/timing.js").Clock} clock
   */
  constructor(database, clock) {
    this.#database = database
    this.#clock = clock
  }

  /** @returns {Promise<{user: User, messageBytes: number, infos: object[], rooms: Snapshot[]} | null>} */
  async recall() {
    const [[session], rooms] = await Promise.all([this.#database.all("session"), this.#database.all("rooms")])
    if (!session) return null
    this.#owner = session.user.id
    // Earlier versions kept the names of the rooms only.
    const infos = session.rooms.map((room) => (typeof room === "string" ? { name: room } : room))
    const names = new Set(infos.map(({ name }) => name))
    const newestFirst = rooms.sort((one, other) => (other.keptAt ?? 0) - (one.keptAt ?? 0))
    return { ...session, infos, rooms: newestFirst.filter(({ name }) => names.has(name)) }
  }

  // Actions

  /**
   * Keeps from now on what this person sees, and no longer what somebody else saw.
   * @param {Session} session
   */
  begin({ user, messageBytes, rooms }) {
    const known = new Set(user.id === this.#owner ? rooms.map(({ name }) => name) : [])
    this.#owner = user.id
    this.#isBegun = true
    this.#forget((name) => !known.has(name))
    this.#quietly(this.#database.change("session", { put: [{ key: SESSION, user, messageBytes, rooms }] }))
  }

  /**
   * There are other rooms than before, or they are called otherwise.
   * @param {Session} session
   */
  describe({ user, messageBytes, rooms }) {
    if (!this.#isBegun) return
    this.#session = { key: SESSION, user, messageBytes, rooms }
    this.#saveSoon()
  }

  /** Forgets everything. */
  clear() {
    this.#clock.cancel(this.#saving)
    this.#saving = null
    this.#changed.clear()
    this.#session = null
    this.#owner = undefined
    this.#isBegun = false
    this.#forget(() => true)
    this.#quietly(this.#database.change("session", { remove: [SESSION] }))
  }

  /** The room is kept a moment later, together with what happens meanwhile. */
  changed(room) {
    if (!this.#isBegun) return
    this.#changed.add(room)
    this.#saveSoon()
  }

  save() {
    this.#clock.cancel(this.#saving)
    this.#saving = null
    const put = [...this.#changed].filter(isWhole).map((room) => ({
      ...snapshotOf(room),
      keptAt: this.#clock.now(),
    }))
    this.#changed.clear()
    if (put.length) this.#quietly(this.#database.change("rooms", { put }))
    if (this.#session) this.#quietly(this.#database.change("session", { put: [this.#session] }))
    this.#session = null
  }

  // Internal

  #saveSoon() {
    this.#saving ??= this.#clock.after(() => this.save(), SAVED_AFTER_MS)
  }

  /** @param {(name: string) => boolean} isGone tells rooms that are not kept any more */
  #forget(isGone) {
    this.#quietly(this.#database.rewrite("rooms", (kept) => ({
      remove: kept.map(({ name }) => name).filter(isGone),
    })))
  }

  /** A picture that cannot be kept is no loss: the server has it all. */
  #quietly(changing) {
    changing.catch(() => {})
  }
}

/** Who reads further back does not have the newest messages here; the picture that was taken with them stays. */
function isWhole({ log, timeline }) {
  return log.isBegun && !log.isBehind && !timeline.hasNewer
}

/** @returns {Snapshot} */
function snapshotOf({ name, log, timeline, readUpTo }) {
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

import { pause, randomDelay } from "../helpers/timing.js"

const PAGE_MESSAGES = 50
const CATCH_UP_MESSAGES = 200
// Someone who missed more than this reads on from the newest page and scrolls back from there.
const WIDEST_GAP_FILLED = 1_000
// The roster of a busy room goes stale for everybody at once: they should not all ask at once.
const ROSTER_REFRESH_MS = { from: 2_000, to: 8_000 }
const LARGEST_ROSTER_REFRESHED = 200

/** Keeps one room in step with the server: the newest page, the gaps, the pages further back. */
export class RoomSync {
  #room
  #request
  #clock
  #opening = null
  #isFilling = false
  #olderPage = null
  #rosterRefresh = null

  /**
   * @param {import("../models/room.js").Room} room
   * @param {object} options
   * @param {(event: string, data: object) => Promise<object>} options.request rejects with a RequestError
   * @param {import("../helpers/timing.js").Clock} options.clock
   */
  constructor(room, { request, clock }) {
    this.#room = room
    this.#request = request
    this.#clock = clock
  }

  // Actions

  /** Joins the room, or joins it again after an absence, and catches up with what was missed. */
  open() {
    this.#opening ??= this.#open().finally(() => (this.#opening = null))
    return this.#opening
  }

  /** A message has arrived; those before it may have been missed. */
  received(message) {
    if (!this.#opening) this.#fillGaps(message.seq)
  }

  /** Loads the page before the first message known. Asking while it comes asks once. */
  loadOlder() {
    this.#olderPage ??= this.#loadOlder().finally(() => (this.#olderPage = null))
    return this.#olderPage
  }

  /** Asks who is here, after a while, if the server has spared us the names. */
  refreshRoster() {
    const { roster } = this.#room
    if (!roster.isStale || roster.total > LARGEST_ROSTER_REFRESHED) return
    const delay = randomDelay(ROSTER_REFRESH_MS.from, ROSTER_REFRESH_MS.to)
    this.#rosterRefresh ??= this.#clock.after(() => {
      this.#rosterRefresh = null
      this.open()
    }, delay)
  }

  // Internal

  async #open() {
    const { timeline } = this.#room
    const known = timeline.lastSeq
    const page = await this.#ask("join", {})
    if (!page) return
    this.#take(page, known)
    this.#fillGaps(timeline.lastSeq)
  }

  #take(page, known) {
    const { timeline } = this.#room
    const firstSeq = page.messages[0]?.seq ?? 0
    const isOtherLog = page.room.seq < known
    const isFarBehind = known > 0 && firstSeq - known > WIDEST_GAP_FILLED
    if (isOtherLog || isFarBehind) timeline.reset()
    this.#room.open(page)
  }

  async #loadOlder() {
    const { timeline } = this.#room
    if (!timeline.hasOlder) return
    const page = await this.#ask("history", { before: timeline.firstSeq, limit: PAGE_MESSAGES })
    if (page) timeline.mergePage(page.messages, page.more)
  }

  async #fillGaps(seq) {
    if (this.#isFilling) return
    this.#isFilling = true
    try {
      let after = this.#room.timeline.missingBefore(seq)
      while (after !== null) after = await this.#fillAfter(after, seq)
    } finally {
      this.#isFilling = false
    }
  }

  /** Fills a part of the hole; answers with the next number after which something is missing. */
  async #fillAfter(after, seq) {
    const { timeline } = this.#room
    const page = await this.#ask("history", { after, limit: CATCH_UP_MESSAGES })
    if (!page?.messages.length) return null
    timeline.merge(page.messages)
    const next = timeline.missingBefore(seq)
    // A hole that the server cannot fill stays one.
    return next === after ? null : next
  }

  /** Asks until the server can answer; null if it refuses or is away. */
  async #ask(event, data) {
    for (;;) {
      try {
        return await this.#request(event, { room: this.#room.name, ...data })
      } catch (error) {
        if (!error.isTransient) return null
        await pause(this.#clock, error.retryAfterMs)
      }
    }
  }
}

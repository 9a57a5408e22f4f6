import { askPatiently } from "./patience.js"
import { randomDelay } from "../helpers/timing.js"

const PAGE_MESSAGES = 50
// The roster of a busy room goes stale for everybody at once: they should not all ask at once.
const ROSTER_REFRESH_MS = { from: 2_000, to: 8_000 }
const LARGEST_ROSTER_REFRESHED = 200

/** Asks the server about one room: who is in it, its newest page, the pages further back. */
export class RoomSync {
  #room
  #request
  #clock
  #onJoined
  #onBehind
  #opening = null
  #olderPage = null
  #rosterRefresh = null

  /**
   * @param {import("../models/room.js").Room} room
   * @param {object} options
   * @param {(event: string, data: object) => Promise<object>} options.request rejects with a RequestError
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {(members: object[]) => void} [options.onJoined] told who is there
   * @param {() => void} options.onBehind something has been missed
   */
  constructor(room, { request, clock, onJoined = () => {}, onBehind }) {
    this.#room = room
    this.#request = request
    this.#clock = clock
    this.#onJoined = onJoined
    this.#onBehind = onBehind
  }

  // Actions

  /** Joins the room, or joins it again after an absence. The newest page is taken if nothing is known. */
  open() {
    this.#opening ??= this.#open().finally(() => (this.#opening = null))
    return this.#opening
  }

  /** Starts over from the newest page: too much was missed, or the log is another one. */
  async beginAnew() {
    const page = await this.#ask("join")
    if (page) this.#begin(page)
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
    this.#rosterRefresh ??= this.#clock.after(() => this.#refreshRoster(), delay)
  }

  // Internal

  async #open() {
    const page = await this.#ask("join")
    if (!page) return
    this.#onJoined(page.members)
    const { log } = this.#room
    if (!log.isBegun || page.room.seq < log.last) this.#begin(page)
    else this.#continue(page)
  }

  #begin(page) {
    this.#room.begin(page)
    this.#room.peopleAre(page.members, page.room.members)
  }

  /** The page may begin behind a gap, and knows no change further back: `sync` tells all of that. */
  #continue(page) {
    this.#room.peopleAre(page.members, page.room.members)
    this.#room.log.hear(page.room.seq)
  }

  async #refreshRoster() {
    this.#rosterRefresh = null
    await this.open()
    if (this.#room.log.isBehind) this.#onBehind()
  }

  async #loadOlder() {
    const { timeline } = this.#room
    if (!timeline.hasOlder) return
    const before = timeline.firstSeq
    const page = await this.#ask("history", { before, limit: PAGE_MESSAGES })
    // The timeline may begin elsewhere now; the page would leave a hole.
    if (page && timeline.firstSeq === before) timeline.mergePage(page.messages, page.more)
  }

  #ask(event, data = {}) {
    return askPatiently(this.#request, this.#clock, event, { room: this.#room.name, ...data })
  }
}

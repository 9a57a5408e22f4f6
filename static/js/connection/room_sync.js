import { askPatiently } from "./patience.js"
import { RequestError } from "./request_error.js"
import { randomDelay } from "../helpers/timing.js"

// More of them take longer to draw than one frame lasts.
const PAGE_MESSAGES = 50
// Somebody waits in front of it, and can ask again.
const HISTORY_ASKED_TIMES = 3
// The roster of a busy room goes stale for everybody at once: they should not all ask at once.
const ROSTER_REFRESH_MS = { from: 2_000, to: 8_000 }
const LARGEST_ROSTER_REFRESHED = 200

/**
 * A place of a room: around a message, or around the first one that was sent at a time or after it;
 * without either, its end.
 * @typedef {{around?: number, at?: number}} Place
 */

/** Asks the server about one room: who is in it, its newest page, and the pages anywhere in it. */
export class RoomSync {
  #room
  #request
  #clock
  #onJoined
  #onBehind
  #opening = null
  /** @type {Promise<boolean> | null} */
  #olderPage = null
  /** @type {Promise<boolean> | null} */
  #newerPage = null
  #moves = 0
  #rosterRefresh = null
  #isStopped = false

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

  /**
   * Loads the page before the first message known. Asking while it comes asks once.
   * @returns {Promise<boolean>} false if it does not come
   */
  loadOlder() {
    this.#olderPage ??= this.#loadOlder().finally(() => (this.#olderPage = null))
    return this.#olderPage
  }

  /** Loads the page after the last message here, in the same way. */
  loadNewer() {
    this.#newerPage ??= this.#loadNewer().finally(() => (this.#newerPage = null))
    return this.#newerPage
  }

  /**
   * Goes to another place of the room; the last one that was asked for holds.
   * @param {Place} place
   * @returns {Promise<boolean>} whether one is there
   */
  async goTo(place) {
    const move = (this.#moves += 1)
    const heard = this.#room.timeline.newestSeq
    const page = await this.#history(place)
    if (!page || move !== this.#moves || !this.#room.timeline.isLoaded) return false
    this.#room.moveTo(page, { hasNewer: isAnywhere(place) ? !this.#reachesEnd(page) : this.#cameAfter(page, heard) })
    return true
  }

  /** Asks who is here, after a while, if the server has spared us the names. */
  refreshRoster() {
    const { roster } = this.#room
    if (!roster.isStale || roster.total > LARGEST_ROSTER_REFRESHED) return
    const delay = randomDelay(ROSTER_REFRESH_MS.from, ROSTER_REFRESH_MS.to)
    this.#rosterRefresh ??= this.#clock.after(() => this.#refreshRoster(), delay)
  }

  /** One is in the room no longer: asking about it again would join it again. */
  stop() {
    this.#isStopped = true
    this.#clock.cancel(this.#rosterRefresh)
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
    if (!timeline.hasOlder) return true
    const before = timeline.firstSeq
    const page = await this.#history({ before })
    // The timeline may begin elsewhere now; the page would leave a hole.
    if (page && timeline.firstSeq === before) timeline.mergePage(page.messages, page.more)
    return page !== null
  }

  async #loadNewer() {
    const { timeline } = this.#room
    if (!timeline.hasNewer) return true
    const { lastSeq: after, newestSeq: heard } = timeline
    const page = await this.#history({ after })
    if (page && timeline.hasNewer && timeline.lastSeq === after) {
      timeline.mergeNewer(page.messages, page.more || this.#cameAfter(page, heard))
    }
    return page !== null
  }

  /** Whether a message was heard of while the page was on its way, and is not in it. */
  #cameAfter(page, heard) {
    return this.#room.timeline.newestSeq > Math.max(heard, lastOf(page))
  }

  /** The log counts edits too: in doubt it does not, and asking for what comes next will tell. */
  #reachesEnd(page) {
    const { timeline, log } = this.#room
    return lastOf(page) >= Math.max(timeline.newestSeq, log.newest)
  }

  #history(position) {
    return this.#ask("history", { ...position, limit: PAGE_MESSAGES }, HISTORY_ASKED_TIMES)
  }

  #ask(event, data = {}, times = Infinity) {
    const request = (event, data) => this.#requestUnlessStopped(event, data)
    return askPatiently(request, this.#clock, event, { room: this.#room.name, ...data }, times)
  }

  /** An answer that comes too late is none: what is known of the room is kept. */
  async #requestUnlessStopped(event, data) {
    const answer = this.#isStopped ? null : await this.#request(event, data)
    if (this.#isStopped) throw RequestError.disconnected()
    return answer
  }
}

/** @param {Place} place */
function isAnywhere({ around, at }) {
  return around !== undefined || at !== undefined
}

function lastOf({ messages }) {
  return messages.at(-1)?.seq ?? 0
}

import { TimelineEdge } from "./timeline_edge.js"
import { find } from "../helpers/dom.js"

// More is asked for before one sees the end of what is here; who has not left the newest messages has a screen to spare.
const NEAR_PX = 1_500

/**
 * @typedef {"older" | "newer"} End
 *
 * @typedef {object} LoadMore asks for the messages behind an end; each answers whether they came
 * @property {() => Promise<boolean>} older
 * @property {() => Promise<boolean>} newer
 */

/** The two ends of what is here of a room, at which more is loaded as one comes near. */
export class TimelineEnds {
  #log
  #edges
  #scroll
  #load
  #onChange
  /** @type {import("../models/room.js").Room | null} */
  #room = null
  #isAway = false
  /** @type {Set<End>} */
  #loading = new Set()
  /** @type {Set<End>} */
  #failed = new Set()

  /**
   * @param {HTMLElement} element which has the log and its edges
   * @param {object} options
   * @param {import("./scroll_keeper.js").ScrollKeeper} options.scroll
   * @param {LoadMore} options.load
   * @param {() => void} options.onChange something has come, or has failed to
   * @param {() => void} options.onRetry
   */
  constructor(element, { scroll, load, onChange, onRetry }) {
    const retry = (end) => {
      this.#failed.delete(end)
      this.#log.focus()
      onRetry()
    }
    this.#log = find("[role=log]", element)
    this.#edges = {
      older: new TimelineEdge(find("#older", element), { onRetry: () => retry("older") }),
      newer: new TimelineEdge(find("#newer", element), { onRetry: () => retry("newer") }),
    }
    this.#scroll = scroll
    this.#load = load
    this.#onChange = onChange
  }

  // Actions

  /** Another room is open. */
  show(room) {
    this.#room = room
    this.#failed.clear()
  }

  /** With another connection, it may be tried again. */
  connectionChanged(state) {
    this.#isAway = state === "away"
    this.#failed.clear()
  }

  render() {
    const { isLoaded, hasOlder, hasNewer } = this.#room.timeline
    const isAway = this.#isAway
    const isComing = !isLoaded && this.#room.isJoined
    this.#edges.older.render({ isThere: isComing || hasOlder, isAway, hasFailed: this.#failed.has("older") })
    this.#edges.newer.render({ isThere: hasNewer, isAway, hasFailed: this.#failed.has("newer") })
  }

  loadNear() {
    if (this.#isAway) return
    const { hasOlder, hasNewer } = this.#room.timeline
    const olderFromPx = this.#scroll.isAtBottom ? this.#log.clientHeight : NEAR_PX
    if (hasOlder && this.#scroll.distanceToTop < olderFromPx) this.#loadMore("older")
    if (hasNewer && this.#scroll.distanceToBottom < NEAR_PX) this.#loadMore("newer")
  }

  // Internal

  /** @param {End} end */
  async #loadMore(end) {
    if (this.#loading.size > 0 || this.#failed.has(end)) return
    const room = this.#room
    this.#showLoading(end, true)
    const came = await this.#load[end]()
    this.#showLoading(end, false)
    if (!came && room === this.#room) this.#failed.add(end)
    this.#onChange()
  }

  /** Old messages are not news: a screen reader should not read them out. */
  #showLoading(end, isLoading) {
    if (isLoading) this.#loading.add(end)
    else this.#loading.delete(end)
    this.#log.setAttribute("aria-busy", String(isLoading))
  }
}

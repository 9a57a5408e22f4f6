import { find } from "../helpers/dom.js"
import { describeDuration, SECOND_MS } from "../helpers/durations.js"
import { t } from "../i18n/language.js"
import { muteEnd, whyNotPost } from "../models/posting.js"

// Shorter waits are over before one has read of them.
const TOLD_FROM_MS = 500
// Between two waits there is a try, which takes a moment.
const SHOWN_AFTER_MS = 500
const WHY_REST = { rate_limited: "writing.too_fast" }

/** Stands where one writes, for as long as one cannot, and says why; or how long one waits. */
export class PostingNotice {
  #composer
  #notice
  #wait
  #told
  #clock
  #onMuteEnded
  /** @type {import("../models/room.js").Room | null} */
  #room = null
  #timer
  /** @type {import("../connection/outbox.js").Rest} */
  #rest = { until: 0, code: "" }

  /**
   * @param {Record<"form"|"notice"|"wait"|"told", HTMLElement>} elements
   * @param {object} options
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {(room: import("../models/room.js").Room) => void} options.onMuteEnded time to ask what one may do now
   */
  constructor({ form, notice, wait, told }, { clock, onMuteEnded }) {
    this.#composer = form
    this.#notice = notice
    this.#wait = wait
    this.#told = told
    this.#clock = clock
    this.#onMuteEnded = onMuteEnded
  }

  /** @param {import("../models/room.js").Room} room */
  render(room) {
    this.#room = room
    const now = this.#clock.now()
    const why = whyNotPost(room, now)
    const hadFocus = this.#composer.contains(document.activeElement)
    this.#notice.hidden = !why
    this.#notice.textContent = why
    this.#composer.hidden = why !== ""
    if (hadFocus && why) find("[role=log]").focus()
    this.#clock.cancel(this.#timer)
    if (why) this.#watchMute(now)
    else this.#countDown()
  }

  /** No room is open in which one could write. */
  clear() {
    this.#room = null
    this.#clock.cancel(this.#timer)
  }

  /** @param {import("../connection/outbox.js").Rest} rest what was written goes out later, by itself */
  waitsFor(rest) {
    if (rest.until - this.#clock.now() < TOLD_FROM_MS) return
    this.#rest = rest
    if (this.#room) this.render(this.#room)
  }

  // Internal

  #watchMute(now) {
    const end = muteEnd(this.#room, now)
    if (end) this.#timer = this.#clock.after(() => this.#onMuteEnded(this.#room), end - now + SECOND_MS)
  }

  #countDown() {
    const now = this.#clock.now()
    const slow = this.#room.slowUntil - now
    const rest = this.#rest.until - now
    const isResting = rest > -SHOWN_AFTER_MS
    if (slow > 0) this.#show("composer.slow_mode", slow)
    else if (isResting) this.#show(WHY_REST[this.#rest.code] ?? "writing.busy", rest)
    else this.#show("", 0)
    if (slow > 0 || isResting) this.#timer = this.#clock.after(() => this.#countDown(), SECOND_MS / 2)
  }

  /** The seconds go by for the eyes only: a screen reader hears once what one waits for. */
  #show(key, left) {
    const text = key && t(key, { time: describeDuration(left) })
    this.#wait.textContent = text
    if (this.#told.dataset.key === key) return
    this.#told.dataset.key = key
    this.#told.textContent = text
  }
}

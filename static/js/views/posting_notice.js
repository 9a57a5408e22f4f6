import { find } from "../helpers/dom.js"
import { describeDuration, SECOND_MS } from "../helpers/durations.js"
import { t } from "../i18n/language.js"
import { muteEnd, whyNotPost } from "../models/posting.js"

/** Stands where one writes, for as long as one cannot, and says why; or how long slow mode lasts. */
export class PostingNotice {
  #composer
  #notice
  #slow
  #clock
  #onMuteEnded
  /** @type {import("../models/room.js").Room} */
  #room
  #timer

  /**
   * @param {Record<"form"|"notice"|"slow", HTMLElement>} elements
   * @param {object} options
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {(room: import("../models/room.js").Room) => void} options.onMuteEnded time to ask what one may do now
   */
  constructor({ form, notice, slow }, { clock, onMuteEnded }) {
    this.#composer = form
    this.#notice = notice
    this.#slow = slow
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
    else this.#countSlowMode()
  }

  // Internal

  #watchMute(now) {
    const end = muteEnd(this.#room, now)
    if (end) this.#timer = this.#clock.after(() => this.#onMuteEnded(this.#room), end - now + SECOND_MS)
  }

  #countSlowMode() {
    const left = this.#room.slowUntil - this.#clock.now()
    const isSlow = left > 0
    this.#slow.textContent = isSlow ? t("composer.slow_mode", { time: describeDuration(left) }) : ""
    if (isSlow) this.#timer = this.#clock.after(() => this.#countSlowMode(), Math.min(left, SECOND_MS))
  }
}

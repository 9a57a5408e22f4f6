import { NewestButton } from "./newest_button.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"
import { LeftOff } from "../models/left_off.js"
import { isDeleted } from "../models/message.js"

const KEPT_AFTER_MS = 300
// Of what was read before, a little shows above the line.
const NEW_LINE_AT_PX = 64
const SHOWN_FOUND_MS = 2_500

/**
 * @typedef {import("../models/message.js").Message} Message
 *
 * @typedef {object} Aim a message where one is to be, or the first one of a time
 * @property {number} [seq]
 * @property {number} [at]
 * @property {number} [offset] how far below the upper edge it is to begin
 * @property {boolean} [isWanted] somebody has asked for it, and is shown that it is the one
 * @property {boolean} [isSought] it was asked for, and came if there is one
 */

/** Where one reads in the room that is open: where that begins, how one goes elsewhere, and what has been seen. */
export class ReadingPlace {
  #log
  #list
  #newest
  #scroll
  #clock
  #places
  #load
  #elementOf
  #draw
  #onRead
  #tell
  /** @type {import("../models/room.js").Room | null} */
  #room = null
  #me = null
  /** @type {import("../connection/connection.js").State} */
  #state = "idle"
  #leftOff = new LeftOff()
  /** Whether what comes is new just now, and not what was missed. */
  #isLive = false
  /** Whether it is still to be seen where the room is to be read from. */
  #isOpening = false
  /** @type {Aim | null} */
  #aim = null
  #isSeeking = false
  #keeping = null

  /**
   * @param {HTMLElement} element which has the log, and the way to its end
   * @param {object} options
   * @param {import("./scroll_keeper.js").ScrollKeeper} options.scroll
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {import("../storage/places.js").Places} options.places
   * @param {(place: import("../connection/room_sync.js").Place) => Promise<boolean>} options.load brings another place of the room
   * @param {(key: string) => HTMLElement | undefined} options.elementOf what is drawn, by the key of its item
   * @param {() => void} options.draw draws what is here now; `settle` follows
   * @param {() => void} options.onRead everything is in view
   * @param {(text: string) => void} options.tell says something in passing
   */
  constructor(element, { scroll, clock, places, load, elementOf, draw, onRead, tell }) {
    this.#log = find("[role=log]", element)
    this.#list = find("#items", element)
    this.#newest = new NewestButton(find("#newest", element), { onPressed: () => this.goToNewest() })
    this.#scroll = scroll
    this.#clock = clock
    this.#places = places
    this.#load = load
    this.#elementOf = elementOf
    this.#draw = draw
    this.#onRead = onRead
    this.#tell = tell
    for (const sign of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.#log.addEventListener(sign, () => this.#stay(), { passive: true })
    }
    document.addEventListener("visibilitychange", () => this.#markRead())
    addEventListener("pagehide", () => this.#keep())
  }

  /** The number after which messages are new to whoever reads; null if none are. */
  get newAfter() {
    return this.#leftOff.after
  }

  get isOpening() {
    return this.#isOpening
  }

  // Actions

  /** @param {number} [seq] the message that the room is opened at */
  open(room, seq) {
    this.#leave()
    this.#room = room
    this.#leftOff = new LeftOff()
    this.#isLive = false
    this.#aim = seq ? { seq, isWanted: true } : this.#places.of(room.name) ?? null
    this.#isOpening = true
    this.#scroll.toBottom()
  }

  /** Nothing is read any more. */
  clear() {
    this.#room = null
  }

  /** @param {import("../connection/connection.js").State} state */
  connectionChanged(state) {
    this.#state = state
    if (state !== "online") this.#isLive = false
  }

  /** Looks at what is new, before it is drawn. */
  noticeNews(me) {
    this.#me = me
    const isSeen = this.#isLive && this.#scroll.isAtBottom && !document.hidden
    this.#leftOff.notice({ unread: this.#room.unreadBy(me), readUpTo: this.#room.readUpTo, isSeen })
  }

  /** More or less of what is here is unread. */
  recount(me) {
    this.noticeNews(me)
    this.#showNewest()
  }

  /** Goes with what is drawn now to where the room is to be read from, if one is not there yet. */
  settle() {
    if (this.#isOpening) this.#goOn()
    this.#isLive = this.#isUpToDate
    this.moved()
  }

  /** One reads elsewhere, or there is something else to read there. */
  moved() {
    // To find the place takes longer than to draw a message.
    const place = this.#scroll.isAtBottom ? null : this.#scroll.place
    this.#room.timeline.look(Number(place?.anchor.dataset.seq) || null)
    this.#markRead()
    this.#showNewest()
    this.#keepSoon()
  }

  /** @param {Aim} aim */
  goTo(aim) {
    this.#aim = aim
    this.#isOpening = true
    this.#draw()
    if (this.#isOpening && this.#state !== "online") this.#tell(t("reading.away"))
  }

  async goToNewest() {
    if (!(await this.#goToEnd())) this.#tell(t("reading.away"))
  }

  /** One writes, and has seen what is new. What is written stands at the end. */
  async hasWritten() {
    this.#leftOff.forget()
    if (!(await this.#goToEnd())) this.#tell(t("reading.waits"))
  }

  // Internal

  get #isUpToDate() {
    const { timeline, log } = this.#room
    return this.#state === "online" && timeline.isLoaded && !log.isBehind
  }

  /** @returns {Promise<boolean>} false if the newest messages do not come */
  async #goToEnd() {
    const room = this.#room
    this.#stay()
    if (room.timeline.hasNewer && !(await this.#load({}))) return room !== this.#room
    if (room !== this.#room) return true
    this.#scroll.toBottom()
    this.#draw()
    return true
  }

  /** As soon as it is known where to go, unless the reader is quicker. */
  #goOn() {
    const { isLoaded, hasOlder, firstSeq } = this.#room.timeline
    if (!isLoaded) return
    const { after } = this.#leftOff
    const news = this.#elementOf("new")
    const target = this.#aim && this.#find(this.#aim)
    if (target) this.#arrive(target, this.#aim)
    else if (this.#aim && !this.#aim.isSought) this.#seek(this.#aim)
    else if (news) this.#arriveAtNews(news)
    else if (after !== null && hasOlder && firstSeq > after && !this.#aim) this.#seek({ seq: Math.max(after, 1) })
    else if (this.#isUpToDate) this.#isOpening = false
  }

  /**
   * The message, or the one that is nearest if there is none.
   * @param {Aim} aim
   * @returns {{element: HTMLElement, message: Message} | null}
   */
  #find({ seq, at, isSought }) {
    const { messages } = this.#room.timeline
    const isAt = (message) => (seq === undefined ? message.sent_at >= at : message.seq >= seq)
    const message = messages.find((message) => message.seq === seq) ?? (isSought && (messages.find(isAt) ?? messages.at(-1)))
    const element = message && this.#elementOf(message.id)
    return element ? { element, message } : null
  }

  /**
   * @param {{element: HTMLElement, message: Message}} target
   * @param {Aim} aim
   */
  #arrive({ element, message }, { seq, offset, isWanted }) {
    const inTheMiddle = Math.max(0, (this.#log.clientHeight - element.offsetHeight) / 3)
    this.#scroll.showAt(element, isWanted ? inTheMiddle : offset ?? 0)
    this.#stay()
    if (!isWanted) return
    if (seq && message.seq !== seq) this.#tell(t("reading.message_unknown"))
    else if (isDeleted(message)) this.#tell(t("reading.message_deleted"))
    element.focus({ preventScroll: true })
    this.#showFound(element)
  }

  #showFound(element) {
    element.classList.add("message--found")
    this.#clock.after(() => element.classList.remove("message--found"), SHOWN_FOUND_MS)
  }

  #arriveAtNews(news) {
    if (!this.#isUpToDate) return
    const { bottom } = this.#list.getBoundingClientRect()
    const fits = bottom - news.getBoundingClientRect().top < this.#log.clientHeight - NEW_LINE_AT_PX
    if (!fits || this.#room.timeline.hasNewer) this.#scroll.showAt(news, NEW_LINE_AT_PX)
    this.#stay()
  }

  /** @param {Aim} aim which is not among what is here */
  async #seek(aim) {
    if (!this.#isUpToDate || this.#isSeeking) return
    const room = this.#room
    this.#isSeeking = true
    const came = await this.#load(aim.at === undefined ? { around: aim.seq } : { at: aim.at })
    this.#isSeeking = false
    // The room that is open by now has waited for this.
    if (room !== this.#room) this.#draw()
    if (room !== this.#room || !this.#isOpening) return
    if (!came && aim.isWanted) this.#tell(t("reading.failed"))
    if (came) this.#aim = { ...aim, isSought: true }
    else this.#stay()
    this.#draw()
  }

  /** The reader has taken over. */
  #stay() {
    this.#isOpening = false
    this.#aim = null
  }

  #leave() {
    if (!this.#room) return
    this.#keep()
    this.#room.timeline.look(null)
  }

  #showNewest() {
    this.#newest.render({ isHidden: this.#scroll.isAtBottom, unread: this.#room.unreadBy(this.#me) })
  }

  #keepSoon() {
    this.#keeping ??= this.#clock.after(() => this.#keep(), KEPT_AFTER_MS)
  }

  #keep() {
    this.#clock.cancel(this.#keeping)
    this.#keeping = null
    if (!this.#room || this.#isOpening) return
    const place = this.#scroll.isAtBottom ? null : this.#scroll.place
    const seq = Number(place?.anchor.dataset.seq)
    this.#places.keep(this.#room.name, seq ? { seq, offset: place.offset } : null)
  }

  #markRead() {
    if (this.#room && !this.#isOpening && this.#scroll.isAtBottom && !document.hidden) this.#onRead()
  }
}

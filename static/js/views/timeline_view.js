import { Announcer } from "./announcer.js"
import { openJump } from "./dialogs.js"
import { createItem, updateItem } from "./item_elements.js"
import { showFace } from "./message_element.js"
import { MessageKeys } from "./message_keys.js"
import { NewestButton } from "./newest_button.js"
import { ScrollKeeper } from "./scroll_keeper.js"
import { TimelineEdge } from "./timeline_edge.js"
import { arrangeChildren, find } from "../helpers/dom.js"
import { oncePerFrame } from "../helpers/timing.js"
import { t } from "../i18n/language.js"
import { LeftOff } from "../models/left_off.js"
import { isDeleted } from "../models/message.js"
import { transcriptOf } from "../models/transcript.js"

// More is asked for before one sees the end of what is here.
const NEAR_PX = 1_500
const PLACE_KEPT_AFTER_MS = 300
// Of what was read before, a little shows above the line.
const NEW_LINE_AT_PX = 64
const SHOWN_FOUND_MS = 2_500

/**
 * @typedef {object} Aim a message where one is to be, or the first one of a time
 * @property {number} [seq]
 * @property {number} [at]
 * @property {number} [offset] how far below the upper edge it is to begin
 * @property {boolean} [isWanted] somebody has asked for it, and is shown that it is the one
 * @property {boolean} [isSought] it was asked for, and came if there is one
 *
 * @typedef {object} Load asks for messages; each answers whether they came
 * @property {() => Promise<boolean>} older
 * @property {() => Promise<boolean>} newer
 * @property {(place: import("../connection/room_sync.js").Place) => Promise<boolean>} goTo
 */

/** What is said in a room: a stretch of it, which moves with the reader, and at its end what is being sent. */
export class TimelineView {
  #log
  #list
  #beginning
  #empty
  #edges
  #newest
  #keys
  #announcer
  #clock
  #places
  #load
  #itemHandlers
  #scroll
  /** @type {Map<string, {item: any, element: HTMLElement}>} by item key */
  #shown = new Map()
  /** @type {import("../models/room.js").Room | null} */
  #room = null
  #me = null
  /** @type {import("./message_element.js").Reader} */
  #reader
  #onRead
  #tell
  #editedId = null
  /** @type {Set<string>} the long messages that are shown whole */
  #unfolded = new Set()
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
  /** @type {Set<"older"|"newer">} */
  #loading = new Set()
  /** @type {Set<"older"|"newer">} */
  #failed = new Set()
  #placeKeeping = null
  #renderSoon = oncePerFrame(() => this.#render())

  /**
   * @param {HTMLElement} element
   * @param {object} options
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {import("../storage/places.js").Places} options.places
   * @param {Load} options.load
   * @param {() => void} options.onRead everything is in view
   * @param {() => void} options.onLeave one wants to write
   * @param {(text: string) => void} options.tell says something in passing
   * @param {Omit<import("./message_element.js").MessageHandlers, "onFold">} options.messageHandlers
   */
  constructor(element, { clock, places, load, onRead, onLeave, tell, messageHandlers }) {
    this.#log = find("[role=log]", element)
    this.#list = find("#items", element)
    this.#beginning = find("#beginning", element)
    this.#empty = find("#empty", element)
    this.#edges = {
      older: new TimelineEdge(find("#older", element), { onRetry: () => this.#retry("older") }),
      newer: new TimelineEdge(find("#newer", element), { onRetry: () => this.#retry("newer") }),
    }
    this.#newest = new NewestButton(find("#newest", element), { onPressed: () => this.goToNewest() })
    this.#clock = clock
    this.#places = places
    this.#load = load
    this.#onRead = onRead
    this.#tell = tell
    this.#itemHandlers = { ...messageHandlers, onFold: (id) => this.#toggleFold(id) }
    const messages = this.#list.getElementsByClassName("message")
    this.#announcer = new Announcer(find("#announcer", element), { clock })
    this.#keys = new MessageKeys(this.#log, { messages, onLeave, onEnd: () => this.goToNewest() })
    this.#scroll = new ScrollKeeper(this.#log, {
      anchors: messages,
      hasEnd: () => !this.#room?.timeline.hasNewer,
      onScroll: () => this.#scrolled(),
    })
    for (const sign of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.#log.addEventListener(sign, () => this.#stay(), { passive: true })
    }
    this.#list.addEventListener("click", ({ target }) => this.#dayPressed(target.closest("[data-day]")))
    document.addEventListener("visibilitychange", () => this.#markRead())
    addEventListener("pagehide", () => this.#keepPlace())
  }

  // Actions

  /** @param {number} [seq] the message that it is opened at */
  show(room, me, seq) {
    this.#leave()
    this.#room = room
    this.#leftOff = new LeftOff()
    this.#isLive = false
    this.#failed.clear()
    this.#readBy(me)
    this.#shown.clear()
    this.#unfolded.clear()
    this.#aim = seq ? { seq, isWanted: true } : this.#places.of(room.name) ?? null
    this.#isOpening = true
    this.#scroll.toBottom()
    this.#render()
  }

  /** Shows nothing any more. */
  clear() {
    this.#room = null
    this.#shown.clear()
    this.#list.replaceChildren()
  }

  /** Something about the room has changed; several changes are drawn at once. */
  changed(me) {
    this.#readBy(me)
    this.#renderSoon()
  }

  /** More is known of what people look like. */
  facesChanged() {
    for (const { item, element } of this.#shown.values()) {
      if (item.kind === "message") showFace(element, this.#itemHandlers.faceOf(item.message.user))
    }
  }

  /** Other messages come only with a connection. */
  connectionChanged(state) {
    this.#state = state
    if (state !== "online") this.#isLive = false
    this.#failed.clear()
    if (this.#room) this.#renderSoon()
  }

  /** Marks the message that is being edited; null if none is. */
  markEdited(id) {
    this.#editedId = id
    for (const [key, { element }] of this.#shown) this.#mark(key, element)
  }

  /** Puts the keyboard's place at a message. */
  focus(id) {
    this.#shown.get(id)?.element.focus({ preventScroll: true })
  }

  /** One writes, and has seen what is new. What is written stands at the end. */
  async hasWritten() {
    this.#leftOff.forget()
    if (!(await this.#goToEnd())) this.#tell(t("reading.waits"))
  }

  /** Goes to a message of the room. */
  goTo(seq) {
    this.#goTo({ seq, isWanted: true })
  }

  async goToNewest() {
    if (!(await this.#goToEnd())) this.#tell(t("reading.away"))
  }

  // Internal

  /** What can be done with messages is drawn with them. */
  #readBy(me) {
    this.#me = me
    const room = this.#room
    const reader = {
      me,
      room: room.name,
      canWrite: !room.info.archived,
      canDeleteAny: room.can("delete_any"),
      canReport: room.can("report"),
      inlineOf: this.#itemHandlers.inlineOf,
    }
    if (this.#reader && isSameReader(this.#reader, reader)) return
    this.#reader = reader
    this.#shown.clear()
  }

  #render() {
    if (!this.#room) return
    const { timeline } = this.#room
    this.#noticeNews()
    this.#scroll.keep(() => {
      this.#renderEdges()
      this.#arrange(transcriptOf(timeline, { newAfter: this.#leftOff.after, me: this.#me }))
    })
    // What is there when one comes is to be read, and no news.
    if (this.#isOpening) this.#announcer.restart()
    this.#announcer.follow(timeline, this.#me)
    if (this.#isOpening) this.#open()
    this.#isLive = this.#isUpToDate
    this.#scrolled()
  }

  #renderEdges() {
    const { isLoaded, hasOlder, hasNewer, messages, unsent } = this.#room.timeline
    const isAway = this.#state === "away"
    this.#edges.older.render({ isThere: !isLoaded || hasOlder, isAway, hasFailed: this.#failed.has("older") })
    this.#edges.newer.render({ isThere: hasNewer, isAway, hasFailed: this.#failed.has("newer") })
    const isEmpty = isLoaded && !hasOlder && messages.length === 0 && unsent.length === 0
    this.#beginning.hidden = !isLoaded || hasOlder
    this.#beginning.textContent = t("timeline.beginning", { room: this.#room.titleFor(this.#me) })
    this.#empty.hidden = !isEmpty
  }

  #arrange(items) {
    const before = this.#shown
    const focused = this.#list.contains(document.activeElement) ? document.activeElement : null
    this.#shown = new Map(items.map((item) => [item.key, this.#draw(item)]))
    arrangeChildren(this.#list, Array.from(this.#shown.values(), ({ element }) => element))
    if (focused && !focused.isConnected) this.#refocus(focused, before)
  }

  /** What had the keyboard's place is drawn anew, or has gone out of what is here. */
  #refocus(focused, before) {
    const [key] = [...before].find(([, { element }]) => element.contains(focused)) ?? []
    const place = this.#shown.get(key)?.element ?? this.#log
    place.focus({ preventScroll: true })
  }

  #draw(item) {
    const before = this.#shown.get(item.key)
    const element = before?.element ?? createItem(item, this.#itemHandlers)
    if (!isSame(before?.item, item)) this.#update(element, item)
    if (!before) this.#mark(item.key, element)
    return { item, element }
  }

  #update(element, item) {
    updateItem(element, item, {
      now: this.#clock.now(),
      reader: this.#reader,
      isUnfolded: this.#unfolded.has(item.key),
    })
  }

  #mark(key, element) {
    element.classList.toggle("message--in-hand", key === this.#editedId)
  }

  /** What is unfolded grows downwards, and the button that folds it stays where it is. */
  #toggleFold(id) {
    const { element, item } = this.#shown.get(id)
    const isFolding = this.#unfolded.delete(id)
    if (!isFolding) this.#unfolded.add(id)
    if (isFolding) this.#scroll.hold(element, () => this.#update(element, item))
    else this.#update(element, item)
    this.#scroll.measure()
    this.#scrolled()
  }

  #dayPressed(day) {
    if (!day) return
    openJump({
      at: Date.parse(find("time", day).dateTime),
      now: this.#clock.now(),
      onDay: (at) => this.#goTo({ at, isWanted: true }),
      onFirst: () => this.#goTo({ at: 0, isWanted: true }),
      onNewest: () => this.goToNewest(),
    })
  }

  // Where one reads

  get #isUpToDate() {
    const { timeline, log } = this.#room
    return this.#state === "online" && timeline.isLoaded && !log.isBehind
  }

  #noticeNews() {
    const isSeen = this.#isLive && this.#scroll.isAtBottom && !document.hidden
    this.#leftOff.notice({ unread: this.#room.unreadBy(this.#me), readUpTo: this.#room.readUpTo, isSeen })
  }

  /** @returns {Promise<boolean>} false if the newest messages do not come */
  async #goToEnd() {
    const room = this.#room
    this.#stay()
    if (room.timeline.hasNewer && !(await this.#load.goTo({}))) return room !== this.#room
    if (room !== this.#room) return true
    this.#scroll.toBottom()
    this.#render()
    return true
  }

  #goTo(aim) {
    this.#aim = aim
    this.#isOpening = true
    this.#render()
    if (this.#isOpening && this.#state !== "online") this.#tell(t("reading.away"))
  }

  /** Goes to where the room is to be read from: as soon as that is known, unless the reader is quicker. */
  #open() {
    const { isLoaded, hasOlder, firstSeq } = this.#room.timeline
    if (!isLoaded) return
    const { after } = this.#leftOff
    const news = this.#shown.get("new")?.element
    const target = this.#aim && this.#findAim(this.#aim)
    if (target) this.#arrive(target, this.#aim)
    else if (this.#aim && !this.#aim.isSought) this.#seek(this.#aim)
    else if (news) this.#arriveAtNews(news)
    else if (after !== null && hasOlder && firstSeq > after && !this.#aim) this.#seek({ seq: Math.max(after, 1) })
    else if (this.#isUpToDate) this.#isOpening = false
  }

  /**
   * @param {{element: HTMLElement, message: import("../models/message.js").Message}} target
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
    const came = await this.#load.goTo(aim.at === undefined ? { around: aim.seq } : { at: aim.at })
    this.#isSeeking = false
    if (room !== this.#room) this.#renderSoon()
    if (room !== this.#room || !this.#isOpening) return
    if (!came && aim.isWanted) this.#tell(t("reading.failed"))
    if (came) this.#aim = { ...aim, isSought: true }
    else this.#stay()
    this.#render()
  }

  /** The message, or the one that is nearest if there is none. @param {Aim} aim */
  #findAim({ seq, at, isSought }) {
    const { messages } = this.#room.timeline
    const isAt = (message) => (seq === undefined ? message.sent_at >= at : message.seq >= seq)
    const message = messages.find((message) => message.seq === seq) ?? (isSought && (messages.find(isAt) ?? messages.at(-1)))
    const element = message && this.#shown.get(message.id)?.element
    return element ? { element, message } : null
  }

  /** The reader has taken over. */
  #stay() {
    this.#isOpening = false
    this.#aim = null
  }

  #leave() {
    if (!this.#room) return
    this.#keepPlace()
    this.#room.timeline.look(null)
  }

  #keepPlaceSoon() {
    this.#placeKeeping ??= this.#clock.after(() => this.#keepPlace(), PLACE_KEPT_AFTER_MS)
  }

  #keepPlace() {
    this.#clock.cancel(this.#placeKeeping)
    this.#placeKeeping = null
    if (!this.#room || this.#isOpening) return
    const place = this.#scroll.isAtBottom ? null : this.#scroll.place
    const seq = Number(place?.anchor.dataset.seq)
    this.#places.keep(this.#room.name, seq ? { seq, offset: place.offset } : null)
  }

  #scrolled() {
    if (!this.#room) return
    const { isAtBottom, place } = this.#scroll
    this.#room.timeline.look(isAtBottom ? null : Number(place?.anchor.dataset.seq) || null)
    this.#markRead()
    this.#newest.render({ isHidden: isAtBottom, unread: this.#room.unreadBy(this.#me) })
    this.#keepPlaceSoon()
    this.#loadNear()
  }

  #markRead() {
    if (this.#room && !this.#isOpening && this.#scroll.isAtBottom && !document.hidden) this.#onRead()
  }

  #loadNear() {
    if (this.#isOpening || this.#state === "away") return
    const { hasOlder, hasNewer } = this.#room.timeline
    if (hasOlder && this.#scroll.distanceToTop < NEAR_PX) this.#loadMore("older")
    if (hasNewer && this.#scroll.distanceToBottom < NEAR_PX) this.#loadMore("newer")
  }

  async #loadMore(end) {
    if (this.#loading.size > 0 || this.#failed.has(end)) return
    const room = this.#room
    this.#showLoading(end, true)
    const came = await this.#load[end]()
    this.#showLoading(end, false)
    if (!came && room === this.#room) this.#failed.add(end)
    this.#renderSoon()
  }

  #retry(end) {
    this.#failed.delete(end)
    this.#log.focus()
    this.#render()
  }

  /** Old messages are not news: a screen reader should not read them out. */
  #showLoading(end, isLoading) {
    if (isLoading) this.#loading.add(end)
    else this.#loading.delete(end)
    this.#log.setAttribute("aria-busy", String(isLoading))
  }
}

function isSameReader(one, other) {
  const marks = ["room", "canWrite", "canDeleteAny", "canReport"]
  return one.me?.id === other.me?.id && marks.every((mark) => one[mark] === other[mark])
}

/** Days are drawn anew each time, since "Today" does not stay today. */
function isSame(before, item) {
  return before && item.kind !== "day" && before.message === item.message && before.continues === item.continues
}

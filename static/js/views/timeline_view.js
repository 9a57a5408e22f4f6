import { createItem, updateItem } from "./item_elements.js"
import { showFace } from "./message_element.js"
import { NewestButton } from "./newest_button.js"
import { ScrollKeeper } from "./scroll_keeper.js"
import { TimelineEdge } from "./timeline_edge.js"
import { arrangeChildren, find } from "../helpers/dom.js"
import { oncePerFrame } from "../helpers/timing.js"
import { t } from "../i18n/language.js"
import { LeftOff } from "../models/left_off.js"
import { transcriptOf } from "../models/transcript.js"

// More is asked for before one sees the end of what is here.
const NEAR_PX = 1_500
const PLACE_KEPT_AFTER_MS = 300
// Of what was read before, a little shows above the line.
const NEW_LINE_AT_PX = 64

/**
 * @typedef {object} Aim a message where one is to be, and how far below the upper edge it is to begin
 * @property {number} seq
 * @property {number} [offset]
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
  #editedId = null
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
   * @param {import("./message_element.js").MessageHandlers} options.messageHandlers
   */
  constructor(element, { clock, places, load, onRead, messageHandlers }) {
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
    this.#itemHandlers = messageHandlers
    this.#scroll = new ScrollKeeper(this.#log, {
      anchors: this.#list.getElementsByClassName("message"),
      hasEnd: () => !this.#room?.timeline.hasNewer,
      onScroll: () => this.#scrolled(),
    })
    for (const sign of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      this.#log.addEventListener(sign, () => this.#stay(), { passive: true })
    }
    document.addEventListener("visibilitychange", () => this.#markRead())
    addEventListener("pagehide", () => this.#keepPlace())
  }

  // Actions

  show(room, me) {
    this.#leave()
    this.#room = room
    this.#leftOff = new LeftOff()
    this.#isLive = false
    this.#failed.clear()
    this.#readBy(me)
    this.#shown.clear()
    this.#aim = this.#places.of(room.name) ?? null
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

  /** One writes, and has seen what is new. */
  hasWritten() {
    this.#leftOff.forget()
    return this.goToNewest()
  }

  /** @returns {Promise<boolean>} false if the newest messages do not come */
  async goToNewest() {
    const room = this.#room
    this.#stay()
    if (room.timeline.hasNewer && !(await this.#load.goTo({}))) return room !== this.#room
    if (room !== this.#room) return true
    this.#scroll.toBottom()
    this.#render()
    return true
  }

  // Internal

  /** What can be done with messages is drawn with them. */
  #readBy(me) {
    this.#me = me
    const room = this.#room
    const reader = {
      me,
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
    const shown = new Map(items.map((item) => [item.key, this.#draw(item)]))
    arrangeChildren(this.#list, Array.from(shown.values(), ({ element }) => element))
    this.#shown = shown
  }

  #draw(item) {
    const before = this.#shown.get(item.key)
    const element = before?.element ?? createItem(item, this.#itemHandlers)
    if (!isSame(before?.item, item)) updateItem(element, item, { now: this.#clock.now(), reader: this.#reader })
    this.#mark(item.key, element)
    return { item, element }
  }

  #mark(key, element) {
    element.classList.toggle("message--in-hand", key === this.#editedId)
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

  /** Goes to where the room is to be read from: as soon as that is known, unless the reader is quicker. */
  #open() {
    const { isLoaded, hasOlder, firstSeq } = this.#room.timeline
    if (!isLoaded) return
    const { after } = this.#leftOff
    const news = this.#shown.get("new")?.element
    const target = this.#aim && this.#elementAt(this.#aim)
    if (target) this.#arrive(target, this.#aim.offset)
    else if (this.#aim && !this.#aim.isSought) this.#seek(this.#aim)
    else if (news) this.#arriveAtNews(news)
    else if (after !== null && hasOlder && firstSeq > after && !this.#aim) this.#seek({ seq: Math.max(after, 1) })
    else if (this.#isUpToDate) this.#isOpening = false
  }

  #arrive(target, offset = 0) {
    this.#scroll.showAt(target, offset)
    this.#stay()
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
    await this.#load.goTo({ around: aim.seq })
    this.#isSeeking = false
    if (room !== this.#room) return
    this.#aim = { ...aim, isSought: true }
    this.#render()
  }

  /** The message, or the first one after it if it is gone. */
  #elementAt({ seq, isSought }) {
    const { messages } = this.#room.timeline
    const found = messages.find((message) => message.seq === seq) ?? (isSought && messages.find((message) => message.seq > seq))
    return found && this.#shown.get(found.id)?.element
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
  const rights = ["canWrite", "canDeleteAny", "canReport"]
  return one.me?.id === other.me?.id && rights.every((right) => one[right] === other[right])
}

/** Days are drawn anew each time, since "Today" does not stay today. */
function isSame(before, item) {
  return before && item.kind !== "day" && before.message === item.message && before.continues === item.continues
}

import { Announcer } from "./announcer.js"
import { openJump } from "./dialogs.js"
import { createItem, updateItem } from "./item_elements.js"
import { showFace } from "./message_element.js"
import { MessageKeys } from "./message_keys.js"
import { MessageTools } from "./message_tools.js"
import { ReadingPlace } from "./reading_place.js"
import { ScrollKeeper } from "./scroll_keeper.js"
import { TimelineEnds } from "./timeline_ends.js"
import { arrangeChildren, find } from "../helpers/dom.js"
import { oncePerFrame } from "../helpers/timing.js"
import { t } from "../i18n/language.js"
import { transcriptOf } from "../models/transcript.js"

/** @typedef {import("./timeline_ends.js").LoadMore & {goTo: (place: import("../connection/room_sync.js").Place) => Promise<boolean>}} Load */

/** What is said in a room: a stretch of it, which moves with the reader, and at its end what is being sent. */
export class TimelineView {
  #log
  #list
  #beginning
  #empty
  #emptyHint
  #ends
  #place
  #announcer
  #clock
  #itemHandlers
  #scroll
  /** @type {Map<string, {item: any, element: HTMLElement}>} by item key */
  #shown = new Map()
  /** @type {import("../models/room.js").Room | null} */
  #room = null
  #me = null
  /** @type {import("./message_element.js").Reader} */
  #reader
  #editedId = null
  /** @type {Set<string>} the long messages that are shown whole */
  #unfolded = new Set()
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
   * @param {import("./message_element.js").MessageHandlers} options.messageHandlers all but `fold`
   */
  constructor(element, { clock, places, load, onRead, onLeave, tell, messageHandlers }) {
    this.#log = find("[role=log]", element)
    this.#list = find("#items", element)
    this.#beginning = find("#beginning", element)
    this.#empty = find("#empty", element)
    this.#emptyHint = find("#empty-hint", element)
    this.#clock = clock
    const fold = (id) => this.#toggleFold(id)
    this.#itemHandlers = { ...messageHandlers, actions: { ...messageHandlers.actions, fold } }
    const messages = this.#list.getElementsByClassName("message")
    this.#announcer = new Announcer(find("#announcer", element), { clock })
    this.#scroll = new ScrollKeeper(this.#log, {
      anchors: messages,
      hasEnd: () => !this.#room?.timeline.hasNewer,
      onScroll: () => this.#scrolled(),
    })
    this.#place = new ReadingPlace(element, {
      scroll: this.#scroll,
      clock,
      places,
      load: (place) => load.goTo(place),
      elementOf: (key) => this.#shown.get(key)?.element,
      draw: () => this.#render(),
      onRead,
      tell,
    })
    this.#ends = new TimelineEnds(element, {
      scroll: this.#scroll,
      load,
      onChange: this.#renderSoon,
      onRetry: () => this.#render(),
    })
    new MessageKeys(this.#log, {
      messages,
      tools: new MessageTools(this.#list),
      onLeave,
      onEnd: () => this.#place.goToNewest(),
    })
    this.#list.addEventListener("click", ({ target }) => this.#dayPressed(target.closest("[data-day]")))
  }

  // Actions

  /** @param {number} [seq] the message that it is opened at */
  show(room, me, seq) {
    this.#place.open(room, seq)
    this.#ends.show(room)
    this.#room = room
    this.#readBy(me)
    this.#shown.clear()
    this.#unfolded.clear()
    this.#render()
  }

  /** Shows nothing any more. */
  clear() {
    this.#place.clear()
    this.#room = null
    this.#shown.clear()
    this.#list.replaceChildren()
  }

  /** Something about the room has changed; several changes are drawn at once. */
  changed(me) {
    this.#readBy(me)
    this.#renderSoon()
  }

  /** More or less of what is here is unread. */
  unreadChanged(me) {
    const { newAfter } = this.#place
    this.#place.recount(me)
    if (this.#place.newAfter !== newAfter) this.#renderSoon()
  }

  /** More is known of what people look like. */
  facesChanged() {
    for (const { item, element } of this.#shown.values()) {
      if (item.kind === "message") showFace(element, this.#itemHandlers.faceOf(item.message.user))
    }
  }

  /** Other messages come only with a connection. */
  connectionChanged(state) {
    this.#place.connectionChanged(state)
    this.#ends.connectionChanged(state)
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
  hasWritten() {
    return this.#place.hasWritten()
  }

  /** Goes to a message of the room. */
  goTo(seq) {
    this.#place.goTo({ seq, isWanted: true })
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
    this.#place.noticeNews(this.#me)
    this.#scroll.keep(() => {
      this.#ends.render()
      this.#renderBeginning()
      this.#arrange(transcriptOf(timeline, { newAfter: this.#place.newAfter, me: this.#me }))
    })
    // What is there when one comes is to be read, and no news.
    if (this.#place.isOpening) this.#announcer.restart()
    this.#announcer.follow(timeline, this.#me)
    this.#place.settle()
    this.#loadNear()
  }

  #renderBeginning() {
    const { isLoaded, hasOlder, messages, unsent } = this.#room.timeline
    const isEmpty = isLoaded && !hasOlder && messages.length === 0 && unsent.length === 0
    this.#beginning.hidden = !isLoaded || hasOlder
    this.#beginning.textContent = t("timeline.beginning", { room: this.#room.titleFor(this.#me) })
    this.#empty.hidden = !isEmpty
    this.#emptyHint.hidden = !this.#room.can("post")
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
      onDay: (at) => this.#place.goTo({ at, isWanted: true }),
      onFirst: () => this.#place.goTo({ at: 0, isWanted: true }),
      onNewest: () => this.#place.goToNewest(),
    })
  }

  #scrolled() {
    if (!this.#room) return
    this.#place.moved()
    this.#loadNear()
  }

  /** Where one is to read is settled first. */
  #loadNear() {
    if (!this.#place.isOpening) this.#ends.loadNear()
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

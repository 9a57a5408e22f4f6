import { createItem, updateItem } from "./item_elements.js"
import { showFace } from "./message_element.js"
import { ScrollKeeper } from "./scroll_keeper.js"
import { arrangeChildren, find } from "../helpers/dom.js"
import { oncePerFrame } from "../helpers/timing.js"
import { t } from "../i18n/language.js"
import { transcriptOf } from "../models/transcript.js"

// A page that stays open all day would otherwise grow all day.
const KEPT_MESSAGES = 400
const TRIMMED_FROM = 600
const NEAR_TOP_PX = 600

/** What is said in a room, from its beginning to what is being sent. */
export class TimelineView {
  #log
  #list
  #beginning
  #loading
  #newest
  #newestLabel
  #clock
  #onNearTop
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
  #isAway = false
  #isLoading = false
  #renderSoon = oncePerFrame(() => this.#render())

  /**
   * @param {HTMLElement} element
   * @param {object} options
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {() => Promise<void>} options.onNearTop
   * @param {() => void} options.onRead everything is in view
   * @param {import("./message_element.js").MessageHandlers} options.messageHandlers
   */
  constructor(element, { clock, onNearTop, onRead, messageHandlers }) {
    this.#log = find("[role=log]", element)
    this.#list = find("#items", element)
    this.#beginning = find("#beginning", element)
    this.#loading = find("#loading", element)
    this.#newest = find("#newest", element)
    this.#newestLabel = find("span", this.#newest)
    this.#clock = clock
    this.#onNearTop = onNearTop
    this.#onRead = onRead
    this.#itemHandlers = messageHandlers
    this.#scroll = new ScrollKeeper(this.#log, { anchors: ".message", onScroll: () => this.#scrolled() })
    this.#newest.addEventListener("click", () => this.goToNewest())
    document.addEventListener("visibilitychange", () => this.#markRead())
  }

  // Actions

  show(room, me) {
    this.#room = room
    this.#readBy(me)
    this.#shown.clear()
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

  /** Older messages come only with a connection. */
  connectionChanged(state) {
    this.#isAway = state === "away"
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

  goToNewest() {
    this.#scroll.toBottom()
    this.#scrolled()
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
    if (this.#scroll.isAtBottom && timeline.messages.length > TRIMMED_FROM) timeline.trim(KEPT_MESSAGES)
    this.#scroll.keep(() => {
      this.#beginning.hidden = !timeline.isLoaded || timeline.hasOlder
      this.#loading.hidden = timeline.isLoaded && !timeline.hasOlder
      this.#loading.textContent = t(this.#isAway ? "timeline.older_later" : "timeline.loading")
      this.#beginning.textContent = t("timeline.beginning", { room: this.#room.titleFor(this.#me) })
      this.#arrange(transcriptOf(timeline))
    })
    this.#scrolled()
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

  #scrolled() {
    if (!this.#room) return
    this.#markRead()
    this.#showNewest()
    this.#loadOlderIfNearTop()
  }

  #markRead() {
    if (this.#room && this.#scroll.isAtBottom && !document.hidden) this.#onRead()
  }

  #showNewest() {
    const unread = this.#room.unreadBy(this.#me)
    this.#newest.hidden = this.#scroll.isAtBottom
    this.#newestLabel.textContent = unread ? t("timeline.new", { count: unread }) : t("timeline.newest")
    this.#newest.classList.toggle("newest--unread", unread > 0)
  }

  async #loadOlderIfNearTop() {
    const { timeline } = this.#room
    if (this.#isLoading || this.#isAway || !timeline.hasOlder || this.#log.scrollTop > NEAR_TOP_PX) return
    this.#showLoading(true)
    await this.#onNearTop()
    this.#showLoading(false)
  }

  /** Old messages are not news: a screen reader should not read them out. */
  #showLoading(isLoading) {
    this.#isLoading = isLoading
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

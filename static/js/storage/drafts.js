import { DAY_MS } from "../helpers/durations.js"
import { randomId } from "../helpers/uuid.js"

const PREFIX = "stonechat.draft."
const WINDOW = "stonechat.window"
// What this site may keep in all is a few megabytes, which others need too.
export const DRAFTS_KEPT = 30
export const CHARACTERS_KEPT = 32_768
export const KEPT_MS = 30 * DAY_MS

/**
 * @typedef {object} Draft
 * @property {string} author the id of whoever wrote it
 * @property {string} text
 * @property {number} at when it was last touched
 */

/**
 * What was begun and not sent, by room, in this browser. Each window keeps its own, so that two that
 * write in the same room do not write over each other. A window that opens a room in which it has
 * nothing goes on with what was written there last, whichever window it was in: the draft moves to
 * the window that touches it, and the others follow.
 */
export class Drafts {
  #storage
  #clock
  #window
  /** @type {string | undefined} whose drafts count */
  #author
  /** @type {Map<string, Draft>} by key */
  #drafts = new Map()
  /** The rooms in which this window goes on with nothing of other windows. */
  #own = new Set()
  /** @type {Set<(room: string) => void>} */
  #watchers = new Set()

  /**
   * @param {object} options
   * @param {Storage} [options.storage] shared by all windows; none where it is not allowed
   * @param {Storage} [options.session] of this window, over a reload; none where it is not allowed
   * @param {EventTarget} options.windows where it is told what other windows change, and that this one goes
   * @param {import("../helpers/timing.js").Clock} options.clock
   */
  constructor({ storage, session, windows, clock }) {
    this.#storage = storage
    this.#clock = clock
    this.#window = takeName(session, windows)
    windows.addEventListener("storage", (event) => this.#changedElsewhere(/** @type {StorageEvent} */ (event)))
  }

  // Lifecycle

  /** Somebody is here. What others wrote at this browser is not for their eyes. */
  begin(author) {
    if (author === this.#author) return
    this.#author = author
    this.#own.clear()
    this.#readAll()
    const newestFirst = [...this.#drafts].sort(([, one], [, other]) => other.at - one.at)
    const theirs = newestFirst.filter(([, draft]) => draft.author === author && this.#clock.now() - draft.at < KEPT_MS)
    const kept = new Set(theirs.slice(0, DRAFTS_KEPT).map(([key]) => key))
    for (const [key] of newestFirst) if (!kept.has(key)) this.#remove(key)
  }

  /** Forgets everything. */
  clear() {
    for (const key of this.#drafts.keys()) this.#remove(key)
    this.#author = undefined
  }

  // Actions

  /** @param {(room: string) => void} watcher told when a room gets a draft or has none any more, and what another window makes of it */
  watch(watcher) {
    this.#watchers.add(watcher)
  }

  /** The text to go on with in a room that this window opens. */
  open(room) {
    const text = this.textOf(room)
    if (!text) this.#own.add(room)
    return text
  }

  textOf(room) {
    return this.#sourceOf(room)?.draft.text ?? ""
  }

  /** This is what stands in this window now; nothing once it was sent. */
  keep(room, text) {
    const source = this.#sourceOf(room)
    if (text === (source?.draft.text ?? "")) return
    const key = this.#keyOf(room)
    // In this order: a window that follows finds the new one when the old one goes.
    if (text.trim()) {
      this.#own.delete(room)
      this.#put(key, { author: this.#author, text, at: this.#clock.now() })
    } else {
      this.#own.add(room)
      this.#remove(key)
    }
    if (source && source.key !== key) this.#remove(source.key)
    if (Boolean(source) !== Boolean(this.#sourceOf(room))) this.#tell(room)
  }

  // Internal

  #keyOf(room) {
    return `${PREFIX}${this.#window}.${room}`
  }

  /** Where the text of a room comes from: this window, or else the one that wrote last. */
  #sourceOf(room) {
    const key = this.#keyOf(room)
    if (this.#drafts.has(key)) return { key, draft: this.#drafts.get(key) }
    if (this.#own.has(room)) return undefined
    const others = [...this.#drafts].filter(([other, { author }]) => roomOf(other) === room && author === this.#author)
    const [newest] = others.sort(([, one], [, other]) => other.at - one.at)
    return newest && { key: newest[0], draft: newest[1] }
  }

  #put(key, draft) {
    const isNew = !this.#drafts.has(key)
    this.#drafts.set(key, draft)
    // It lasts as long as the window.
    if (isNew && this.#drafts.size > DRAFTS_KEPT) return
    try {
      this.#storage.setItem(key, JSON.stringify({ ...draft, text: draft.text.slice(0, CHARACTERS_KEPT) }))
    } catch {
      // The browser keeps nothing, or no more.
    }
  }

  #remove(key) {
    this.#drafts.delete(key)
    try {
      this.#storage.removeItem(key)
    } catch {
      // Then there was nothing.
    }
  }

  #readAll() {
    this.#drafts.clear()
    try {
      const keys = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index))
      for (const key of keys) if (key.startsWith(PREFIX)) this.#take(key, this.#storage.getItem(key))
    } catch {
      // Nothing can be read.
    }
  }

  #take(key, kept) {
    const draft = parse(kept)
    if (draft) this.#drafts.set(key, draft)
    else this.#drafts.delete(key)
  }

  #changedElsewhere({ key, newValue }) {
    if (!key?.startsWith(PREFIX)) return
    this.#take(key, newValue)
    this.#tell(roomOf(key))
  }

  #tell(room) {
    for (const watcher of this.#watchers) watcher(room)
  }
}

function roomOf(key) {
  return key.slice(PREFIX.length).split(".")[1]
}

/** @returns {Draft | null} */
function parse(kept) {
  try {
    const { author, text, at } = JSON.parse(kept)
    return text ? { author, text, at } : null
  } catch {
    return null
  }
}

/** A window keeps its name over a reload. While it is open it is not left where a copy of the window would take it too. */
function takeName(session, windows) {
  try {
    const name = session.getItem(WINDOW) ?? randomId()
    session.removeItem(WINDOW)
    windows.addEventListener("pagehide", () => session.setItem(WINDOW, name))
    return name
  } catch {
    return randomId()
  }
}

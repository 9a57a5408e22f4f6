import { numberOf } from "./message.js"

const NOTICES_KEPT = 200
// A page that stays open all day, or is scrolled all day, would otherwise grow all day.
export const KEPT_MESSAGES = 300
const TRIMMED_FROM = 400

/**
 * @typedef {import("./message.js").Message} Message
 * @typedef {import("./message.js").Change} Change
 * @typedef {{key: string, text: string, afterSeq: number}} Notice
 */

/**
 * What one room shows: numbered messages in the order of their numbers, notices between them, and
 * at the end what was written here and is not acknowledged yet. A message is never shown twice,
 * however often and by whichever way it arrives, and an older version never replaces a newer one.
 * Messages are replaced, never changed.
 *
 * The messages are one stretch of the room without a hole, which may begin after its first message and
 * end before its newest one. It grows by pages at both ends, and is cut where nobody looks. What lies
 * outside of it is left to the page that brings it.
 */
export class Timeline {
  /** @type {Message[]} ascending by seq */
  #numbered = []
  /** @type {Map<string, Message>} what has no place among them yet, by id, in the order of writing */
  #unnumbered = new Map()
  /** @type {Map<string, Change>} by message id */
  #changes = new Map()
  /** @type {Notice[]} ascending by afterSeq */
  #notices = []
  #noticesMade = 0
  #hasOlder = false
  #hasNewer = false
  #isLoaded = false
  /** The number of the newest message that was heard of, here or not. */
  #newestSeq = 0
  /** @type {number | null} the message that is being looked at; null at the end */
  #lookedAt = null
  #onChange

  constructor({ onChange = () => {} } = {}) {
    this.#onChange = onChange
  }

  get messages() {
    return this.#numbered
  }

  get unsent() {
    return [...this.#unnumbered.values()]
  }

  get notices() {
    return this.#notices
  }

  get firstSeq() {
    return this.#numbered[0]?.seq ?? 0
  }

  get lastSeq() {
    return this.#numbered.at(-1)?.seq ?? 0
  }

  /** Whether the room has messages before the first one here. */
  get hasOlder() {
    return this.#hasOlder
  }

  /** Whether the room has messages after the last one here. */
  get hasNewer() {
    return this.#hasNewer
  }

  get newestSeq() {
    return this.#newestSeq
  }

  /** Whether the server has told anything yet: an empty room differs from an unknown one. */
  get isLoaded() {
    return this.#isLoaded
  }

  /** @returns {Message | undefined} */
  find(id) {
    return this.#unnumbered.get(id) ?? this.#numbered.findLast((message) => message.id === id)
  }

  // Actions

  /** Takes messages as they are now, in any order, known or not. Those outside of the stretch here stay out. */
  merge(messages) {
    for (const message of messages) {
      if (this.#isLoaded) this.#take(message)
      else this.#acknowledge(message)
    }
    this.#bound()
    this.#onChange()
  }

  /** Takes a page of history of which `more` says whether there are older messages before it. */
  mergePage(messages, more) {
    if (!this.#numbered.length || !messages.length || messages[0].seq <= this.firstSeq) this.#hasOlder = more
    this.#isLoaded = true
    this.#placeAll(messages)
    for (const message of this.#acknowledged()) this.#take(message)
    this.#bound()
    this.#onChange()
  }

  /** Takes the page after the last message here; `more` says whether there are newer messages after it. */
  mergeNewer(messages, more) {
    this.#placeAll(messages)
    this.#hasNewer = more
    this.#bound()
    this.#onChange()
  }

  /**
   * Goes to another place of the room: shows this page in place of what was here.
   * @param {Message[]} messages
   * @param {{hasOlder: boolean, hasNewer: boolean}} around
   */
  moveTo(messages, { hasOlder, hasNewer }) {
    this.#numbered = []
    this.#hasNewer = hasNewer
    this.mergePage(messages, hasOlder)
  }

  /**
   * Where one reads: there the messages are kept, and elsewhere cut.
   * @param {number | null} seq null at the end
   */
  look(seq) {
    this.#lookedAt = seq
  }

  /**
   * Shows a message that the server has not acknowledged: it is on its way, or was refused.
   * @param {Pick<Message, "id" | "user" | "body"> & Partial<Message> & {sentAt: number}} message
   */
  showUnsent({ id, user, body, sentAt, state = "pending", reason }) {
    if (this.find(id)?.state === "sent") return
    this.#unnumbered.set(id, { id, user, body, sent_at: sentAt, state, reason, change: this.#changes.get(id) })
    this.#onChange()
  }

  /** The server has stored the message under this number. */
  confirm(id, { seq, sent_at }) {
    const message = this.#unnumbered.get(id)
    if (message) this.merge([{ ...message, seq, sent_at }])
  }

  /** Takes away a message that will never be sent. */
  discard(id) {
    if (this.#unnumbered.delete(id)) this.#onChange()
  }

  /**
   * What is to be done to a message, or is not any more.
   * @param {Change | undefined} change
   */
  showChange(id, change) {
    if (change) this.#changes.set(id, change)
    else this.#changes.delete(id)
    this.#replace(id, { change })
  }

  /** The server has done what was to be done to the message. */
  confirmChange(id, { body, changed, edited_at, deleted_at }) {
    const message = this.find(id)
    if (message?.seq) this.merge([{ ...message, body, changed, edited_at, deleted_at }])
  }

  /** Adds a line that no one wrote, after everything that is here now. */
  addNotice(text) {
    this.#noticesMade += 1
    const afterSeq = Math.max(this.lastSeq, this.#newestSeq)
    this.#notices.push({ key: `notice-${this.#noticesMade}`, text, afterSeq })
    if (this.#notices.length > NOTICES_KEPT) this.#notices.shift()
    this.#onChange()
  }

  /** Starts over with the room's log. What is not acknowledged stays. */
  reset() {
    for (const { id } of this.#acknowledged()) this.#unnumbered.delete(id)
    this.#numbered = []
    this.#notices = []
    this.#hasOlder = false
    this.#hasNewer = false
    this.#isLoaded = false
    this.#newestSeq = 0
    this.#onChange()
  }

  // Internal

  /** Whether a message of this number lies in the stretch that is shown. */
  #reachesTo(seq) {
    return (!this.#hasOlder || seq >= this.firstSeq) && (!this.#hasNewer || seq <= this.lastSeq)
  }

  #take(message) {
    this.#hear(message)
    this.#unnumbered.delete(message.id)
    if (this.#reachesTo(message.seq)) this.#place(message)
  }

  /** Before anything is loaded no message has a place: what was written here stays where it is until then. */
  #acknowledge(message) {
    const known = this.#unnumbered.get(message.id)
    if (!known || numberOf(known) > numberOf(message)) return
    this.#unnumbered.set(message.id, { ...known, ...message, state: "sent", reason: undefined })
  }

  #acknowledged() {
    return this.unsent.filter(({ seq }) => seq)
  }

  #hear({ seq }) {
    this.#newestSeq = Math.max(this.#newestSeq, seq)
  }

  #placeAll(messages) {
    for (const message of messages) {
      this.#hear(message)
      this.#unnumbered.delete(message.id)
      this.#place(message)
    }
  }

  #place(news) {
    const message = { ...news, state: "sent", reason: undefined, change: this.#changes.get(news.id) }
    const index = this.#indexFrom(message.seq)
    const known = this.#numbered[index]
    if (known?.seq !== message.seq) this.#numbered.splice(index, 0, message)
    else if (numberOf(known) < numberOf(message)) this.#numbered[index] = message
  }

  /** What is cut can be asked for again. */
  #bound() {
    const { length } = this.#numbered
    if (length <= TRIMMED_FROM) return
    const newest = length - KEPT_MESSAGES
    const middle = this.#lookedAt === null ? length : this.#indexFrom(this.#lookedAt)
    const first = Math.min(Math.max(middle - KEPT_MESSAGES / 2, 0), newest)
    if (first > 0) this.#hasOlder = true
    if (first < newest) this.#hasNewer = true
    this.#numbered = this.#numbered.slice(first, first + KEPT_MESSAGES)
  }

  #replace(id, changes) {
    const message = this.find(id)
    if (!message) return
    if (this.#unnumbered.has(id)) this.#unnumbered.set(id, { ...message, ...changes })
    else this.#numbered[this.#indexFrom(message.seq)] = { ...message, ...changes }
    this.#onChange()
  }

  /** The index of the first message with this number or a higher one. */
  #indexFrom(seq) {
    if (seq > this.lastSeq) return this.#numbered.length
    let low = 0
    let high = this.#numbered.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#numbered[middle].seq >= seq) high = middle
      else low = middle + 1
    }
    return low
  }
}

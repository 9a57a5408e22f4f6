const NOTICES_KEPT = 200

/**
 * @typedef {{id: string, name: string}} User
 * @typedef {"pending"|"sent"|"failed"} State
 * @typedef {object} Message
 * @property {string} id
 * @property {number} [seq] its place in the room, once the server has said it
 * @property {User} user
 * @property {string} body
 * @property {number} sent_at
 * @property {State} state
 * @property {string} [reason] why the server refused it
 * @typedef {{key: string, text: string, afterSeq: number}} Notice
 */

/**
 * What one room shows: numbered messages in the order of their numbers, notices between them, and
 * at the end what was written here and is not acknowledged yet. A message is never shown twice,
 * however often and by whichever way it arrives. Messages are replaced, never changed.
 */
export class Timeline {
  /** @type {Message[]} ascending by seq */
  #numbered = []
  /** @type {Map<string, Message>} by id, in the order of writing */
  #unnumbered = new Map()
  /** @type {Notice[]} ascending by afterSeq */
  #notices = []
  #noticesMade = 0
  #hasOlder = false
  #isLoaded = false
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

  /** Whether the server has told anything yet: an empty room differs from an unknown one. */
  get isLoaded() {
    return this.#isLoaded
  }

  // Actions

  /** Takes messages from the server, in any order, known or not. */
  merge(messages) {
    for (const message of messages) this.#place({ ...message, state: "sent" })
    this.#onChange()
  }

  /** Takes a page of history of which `more` says whether there are older messages before it. */
  mergePage(messages, more) {
    this.#isLoaded = true
    if (!this.#numbered.length || messages[0]?.seq <= this.firstSeq) this.#hasOlder = more
    this.merge(messages)
  }

  /** Shows a message that is on its way. */
  addPending({ id, user, body, sentAt }) {
    this.#unnumbered.set(id, { id, user, body, sent_at: sentAt, state: "pending" })
    this.#onChange()
  }

  /** The server has stored the message under this number. */
  confirm(id, { seq, sent_at }) {
    const message = this.#unnumbered.get(id)
    if (message) this.merge([{ ...message, seq, sent_at }])
  }

  markFailed(id, reason) {
    this.#replaceUnnumbered(id, { state: "failed", reason })
  }

  markPending(id) {
    this.#replaceUnnumbered(id, { state: "pending", reason: undefined })
  }

  /** Forgets a message that was refused. */
  discard(id) {
    if (this.#unnumbered.delete(id)) this.#onChange()
  }

  /** Adds a line that no one wrote, after everything that is here now. */
  addNotice(text) {
    this.#noticesMade += 1
    this.#notices.push({ key: `notice-${this.#noticesMade}`, text, afterSeq: this.lastSeq })
    if (this.#notices.length > NOTICES_KEPT) this.#notices.shift()
    this.#onChange()
  }

  /** Keeps the newest messages only; the others can be asked for again. */
  trim(limit) {
    if (this.#numbered.length <= limit) return
    this.#numbered.splice(0, this.#numbered.length - limit)
    this.#notices = this.#notices.filter((notice) => notice.afterSeq >= this.firstSeq)
    this.#hasOlder = true
    this.#onChange()
  }

  /** Starts over with the room's log. What is not acknowledged stays. */
  reset() {
    this.#numbered = []
    this.#notices = []
    this.#hasOlder = false
    this.#onChange()
  }

  /**
   * The number after which messages are missing, looking only below `seq`; null if none are.
   * Since numbers have no gaps, a hole here is something that this client has missed.
   */
  missingBefore(seq) {
    const index = this.#lowestIndex((message, index) => message.seq - this.firstSeq > index)
    const lastBeforeHole = this.#numbered[index - 1]?.seq
    return index < this.#numbered.length && lastBeforeHole < seq - 1 ? lastBeforeHole : null
  }

  // Internal

  #place(message) {
    this.#unnumbered.delete(message.id)
    if (message.seq > this.lastSeq) {
      this.#numbered.push(message)
      return
    }
    const index = this.#lowestIndex(({ seq }) => seq >= message.seq)
    if (this.#numbered[index].seq !== message.seq) this.#numbered.splice(index, 0, message)
  }

  #replaceUnnumbered(id, changes) {
    const message = this.#unnumbered.get(id)
    if (!message) return
    this.#unnumbered.set(id, { ...message, ...changes })
    this.#onChange()
  }

  /** The first index whose message satisfies a condition that holds for all after it as well. */
  #lowestIndex(condition) {
    let low = 0
    let high = this.#numbered.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (condition(this.#numbered[middle], middle)) high = middle
      else low = middle + 1
    }
    return low
  }
}

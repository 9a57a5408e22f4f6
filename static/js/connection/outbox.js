import { pause } from "../helpers/timing.js"
import { randomId } from "../helpers/uuid.js"
import { t } from "../i18n/language.js"
import { explain } from "../i18n/refusals.js"

/** What may wait here, so that a server that never comes back does not fill the disk. */
export const LETTERS_KEPT = 500
// A database that neither writes nor refuses to is not waited for.
const WRITING_PATIENCE_MS = 3_000

/**
 * @typedef {import("../models/message.js").User} User
 * @typedef {import("./request_error.js").RequestError} RequestError
 * @typedef {object} Letter something that the server is to do
 * @property {string} key
 * @property {number} position rises in the order of writing
 * @property {"send"|"edit"|"delete"} kind
 * @property {string} room
 * @property {string} id of the message
 * @property {User} author
 * @property {number} writtenAt
 * @property {string} [body]
 * @property {number} [version] the number of the message that was edited
 * @property {boolean} attempted whether the server may know of it
 * @property {{code: string, message: string, retryAfterMs?: number}} [failure] why the server refused it
 * @typedef {{until: number, code: string}} Rest nothing is sent until then, since the server said so
 * @typedef {object} Handlers
 * @property {(letter: Letter, answer: any) => void} sent
 * @property {(letter: Letter) => void} failed
 * @property {(rest: Rest) => void} rests
 * @property {(letter: Letter) => void} dropped nothing is left to do: the message was deleted before it was sent
 */

/**
 * What was done here and is not acknowledged yet: messages, edits, deletions. Letters leave one at
 * a time, in the order of writing; each keeps its id, so that sending it again after a broken
 * connection is safe. Only the server's refusal makes a letter fail: an absent server makes it
 * wait. All of them are kept where they survive the tab.
 */
export class Outbox {
  /** @type {Letter[]} */
  #waiting = []
  /** @type {Map<string, Letter>} by message id */
  #failed = new Map()
  /** @type {Map<string, Letter>} by key, letters that exist only here as they are now */
  #unkept = new Map()
  #lastPosition = 0
  /** @type {User | undefined} under whose name the letters go out */
  #me
  #isOpen = false
  #isSending = false
  #reopening
  #deliver
  #store
  #clock
  #handlers

  /**
   * @param {object} options
   * @param {(letter: Letter) => Promise<object>} options.deliver rejects with a RequestError
   * @param {{change: (changes: {put?: Letter[], remove?: string[]}) => Promise<void>}} options.store
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {Handlers} options.handlers
   */
  constructor({ deliver, store, clock, handlers }) {
    this.#deliver = deliver
    this.#store = store
    this.#clock = clock
    this.#handlers = handlers
  }

  get letters() {
    return [...this.#failed.values(), ...this.#waiting]
  }

  get isFull() {
    return this.#waiting.length + this.#failed.size >= LETTERS_KEPT
  }

  /** Whether closing the page now would lose something. */
  get isAtRisk() {
    return this.#unkept.size > 0
  }

  /**
   * What is to be done to a message that exists: the last word counts.
   * @returns {import("../models/message.js").Change | undefined}
   */
  changeOf(id) {
    const letter = this.#waiting.findLast((letter) => letter.id === id) ?? this.#failed.get(id)
    if (!letter || letter.kind === "send") return undefined
    const { kind, body, failure } = letter
    const reason = failure && explain(failure)
    return { kind, body, state: failure ? "failed" : "pending", code: failure?.code, reason }
  }

  // Lifecycle

  /** Takes letters that an earlier page has left behind. */
  restore(letters) {
    for (const letter of letters) {
      this.#lastPosition = Math.max(this.#lastPosition, letter.position)
      if (letter.failure) this.#failed.set(letter.id, letter)
      else this.#waiting.push(letter)
    }
    this.#refuseOthers()
    this.#sendNext()
  }

  /** The server listens. */
  open(me) {
    this.#clock.cancel(this.#reopening)
    this.#isOpen = true
    this.#me = me
    this.#refuseOthers()
    this.#sendNext()
  }

  /** The server is away: what is on its way will be sent again. */
  close() {
    this.#clock.cancel(this.#reopening)
    this.#isOpen = false
  }

  // Actions

  /** @param {Pick<Letter, "kind"|"room"|"id"|"author"|"body"|"version">} command */
  add(command) {
    this.discard(command.id)
    this.#lastPosition = Math.max(this.#lastPosition + 1, this.#clock.now())
    const letter = {
      ...command,
      key: randomId(),
      position: this.#lastPosition,
      writtenAt: this.#clock.now(),
      attempted: this.#isOpen,
    }
    this.#waiting.push(letter)
    this.#keep(letter)
    this.#sendNext()
    return letter
  }

  /** Does once more what the server refused, after what waits. */
  retry(id, changes) {
    const letter = this.#failed.get(id)
    if (!letter) return
    const { kind, room, body, version, author } = letter
    this.add({ kind, room, id, body, version, author, ...changes })
  }

  /** Gives up what the server refused. */
  discard(id) {
    const letter = this.#failed.get(id)
    this.#failed.delete(id)
    if (letter) this.#forget([letter])
  }

  /** Gives up whatever somebody had to do in a room. */
  giveUp(room, { id: authorId }) {
    const given = this.letters.filter((letter) => letter.room === room && letter.author.id === authorId)
    this.#waiting = this.#waiting.filter((letter) => !given.includes(letter))
    for (const letter of given) if (letter.failure) this.#failed.delete(letter.id)
    this.#forget(given)
  }

  /** Changes the text of a message that the server cannot know of yet; false if it may. */
  amend(id, body) {
    const letter = this.#unattempted(id)
    if (letter) this.#replace({ ...letter, body })
    return letter !== undefined
  }

  /** Takes back a message that the server cannot know of yet; false if it may. */
  withdraw(id) {
    const letter = this.#unattempted(id)
    if (letter) this.#take(letter)
    return letter !== undefined
  }

  /** The server's copy of a message has come by another way than its acknowledgement. */
  settle({ id, seq }) {
    const sent = this.letters.find((letter) => letter.id === id && letter.kind === "send")
    if (!sent) return
    this.#failed.delete(id)
    this.#take(sent, seq)
  }

  // Internal

  async #sendNext() {
    const first = this.#waiting[0]
    if (!first || !this.#isOpen || this.#isSending) return
    this.#isSending = true
    try {
      await (first.attempted ? this.#send(first) : this.#markAttempted(first))
    } finally {
      this.#isSending = false
    }
    this.#sendNext()
  }

  /** On disk before the server can know of it: a page that opens later must not change its text any more. */
  async #markAttempted(letter) {
    const kept = this.#replace({ ...letter, attempted: true })
    await Promise.race([kept, pause(this.#clock, WRITING_PATIENCE_MS)])
  }

  async #send(letter) {
    const { answer, error } = await this.#deliver(letter).then(
      (answer) => ({ answer }),
      (error) => ({ error }),
    )
    if (error) {
      this.#undelivered(letter, error)
    } else {
      this.#take(letter, answer.changed ?? answer.seq)
      this.#handlers.sent(letter, answer)
    }
  }

  /** What somebody else wrote at this browser does not go out under this name unasked. */
  #refuseOthers() {
    if (!this.#me) return
    for (const letter of this.#waiting.filter(({ author }) => author.id !== this.#me.id)) {
      this.#refused(letter, { code: "other_author", message: t("message.other_author", { name: letter.author.name }) })
    }
  }

  #undelivered(letter, error) {
    if (error.isDisconnected) this.close()
    else if (error.isTransient) this.#rest(error)
    else this.#refused(letter, error)
  }

  /**
   * What was to be done to the message afterwards decides what is left of a refused letter.
   * @param {Letter} letter
   * @param {Letter["failure"]} failure
   */
  #refused(letter, { code, message, retryAfterMs }) {
    if (!this.#isWaiting(letter)) return
    const later = this.#waiting.filter(({ id, key }) => id === letter.id && key !== letter.key)
    if (letter.kind !== "send" && later.length > 0) {
      this.#take(letter)
      return
    }
    this.#waiting = this.#waiting.filter(({ id }) => id !== letter.id)
    this.#forget(later)
    if (later.some(({ kind }) => kind === "delete")) {
      this.#forget([letter])
      this.#handlers.dropped(letter)
      return
    }
    const failed = { ...letter, body: later.at(-1)?.body ?? letter.body, failure: { code, message, retryAfterMs } }
    this.#failed.set(letter.id, failed)
    this.#keep(failed)
    this.#handlers.failed(failed)
  }

  #rest({ code, retryAfterMs }) {
    this.#clock.cancel(this.#reopening)
    this.#isOpen = false
    this.#reopening = this.#clock.after(() => {
      this.#isOpen = true
      this.#sendNext()
    }, retryAfterMs)
    this.#handlers.rests({ until: this.#clock.now() + retryAfterMs, code })
  }

  /**
   * Takes the letter out of the queue. If its message has got a new number, later edits are made to
   * that version: otherwise one's own second edit would be refused for the first.
   */
  #take(letter, number) {
    const rebased = []
    this.#waiting = this.#waiting.filter(({ key }) => key !== letter.key).map((other) => {
      if (!number || other.kind !== "edit" || other.id !== letter.id) return other
      rebased.push({ ...other, version: number })
      return rebased.at(-1)
    })
    this.#forget([letter], rebased)
  }

  #replace(letter) {
    this.#waiting = this.#waiting.map((other) => (other.key === letter.key ? letter : other))
    return this.#keep(letter)
  }

  #isWaiting(letter) {
    return this.#waiting.some(({ key }) => key === letter.key)
  }

  #unattempted(id) {
    return this.#waiting.find((letter) => letter.id === id && letter.kind === "send" && !letter.attempted)
  }

  // A letter that cannot be kept lasts as long as the page.

  #keep(letter) {
    this.#unkept.set(letter.key, letter)
    return this.#store.change({ put: [letter] }).then(() => this.#wasKept(letter), () => {})
  }

  /** It may have been changed while it was written: then it is the later writing that counts. */
  #wasKept(letter) {
    if (this.#unkept.get(letter.key) === letter) this.#unkept.delete(letter.key)
  }

  #forget(letters, changed = []) {
    for (const { key } of letters) this.#unkept.delete(key)
    if (letters.length || changed.length) {
      this.#store.change({ put: changed, remove: letters.map(({ key }) => key) }).catch(() => {})
    }
  }
}

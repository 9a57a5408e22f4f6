import { Outbox } from "./outbox.js"
import { wellFormed } from "../helpers/text.js"
import { randomId } from "../helpers/uuid.js"
import { explain } from "../i18n/refusals.js"
import { numberOf, textOf } from "../models/message.js"

/**
 * @typedef {import("../models/message.js").Message} Message
 * @typedef {import("../models/room.js").Room} Room
 * @typedef {import("./outbox.js").Letter} Letter
 */

/** What is written, edited and deleted here: it shows at once, and goes to the server by the outbox. */
export class Writer {
  #outbox
  #letters
  #roomNamed
  #author
  #clock
  /** @type {(rest: import("./outbox.js").Rest) => void} */
  #onRest = () => {}

  /**
   * @param {object} options
   * @param {import("./connection.js").Request} options.request
   * @param {import("../storage/letters.js").Letters} options.letters where the outbox is kept
   * @param {(name: string) => Room | undefined} options.roomNamed
   * @param {() => import("../models/message.js").User | null} options.author who sits here
   * @param {import("../helpers/timing.js").Clock} options.clock
   */
  constructor({ request, letters, roomNamed, author, clock }) {
    this.#letters = letters
    this.#roomNamed = roomNamed
    this.#author = author
    this.#clock = clock
    this.#outbox = new Outbox({
      clock,
      store: letters,
      deliver: (letter) => request(letter.kind, commandOf(letter)),
      handlers: {
        sent: (letter, answer) => this.#sent(letter, answer),
        failed: (letter) => this.#failed(letter),
        rests: (rest) => this.#onRest(rest),
        dropped: ({ room, id }) => roomNamed(room)?.timeline.discard(id),
      },
    })
  }

  /** Whether closing the page now would lose what was written. */
  get isAtRisk() {
    return this.#outbox.isAtRisk
  }

  /** @param {(rest: import("./outbox.js").Rest) => void} onRest whom to tell that sending waits for a while */
  watch(onRest) {
    this.#onRest = onRest
  }

  // Lifecycle

  /**
   * What was written here before and not sent; `restore` takes it.
   * @param {(letters: Letter[]) => void} onAdopted another window has left more
   * @returns {Promise<Letter[]>}
   */
  recall(onAdopted) {
    return this.#letters.open(onAdopted)
  }

  restore(letters) {
    this.#outbox.restore(letters)
    for (const letter of letters) this.#show(letter)
  }

  /** The server listens to this person. */
  open(user) {
    this.#outbox.open(user)
  }

  /** The server is away. */
  close() {
    this.#outbox.close()
  }

  // Actions

  /**
   * @param {Room} room
   * @returns {boolean} false if too much waits already
   */
  send(room, text) {
    if (this.#outbox.isFull) return false
    this.#write(room, { kind: "send", id: randomId(), body: wellFormed(text) })
    room.hasSent(this.#clock.now())
    return true
  }

  /**
   * @param {Room} room
   * @param {Message} seen the message as it was when its text was taken to be edited
   * @returns {boolean} false if too much waits already
   */
  edit(room, seen, text) {
    const { id } = seen
    const body = wellFormed(text)
    const message = room.timeline.find(id) ?? seen
    if (body === textOf(message)) return true
    if (this.#outbox.isFull) return false
    // What was edited is the version that is here now, unless another text has taken its place meanwhile.
    const version = numberOf(message.body === textOf(seen) ? message : seen)
    if (this.#outbox.amend(id, body)) room.timeline.showUnsent({ ...message, body, sentAt: message.sent_at })
    else this.#write(room, { kind: "edit", id, body, version })
    return true
  }

  /** @param {Room} room */
  delete(room, { id }) {
    if (this.#outbox.withdraw(id)) room.timeline.discard(id)
    else this.#write(room, { kind: "delete", id })
  }

  /** Tries again with what the server refused; an edit is made to the message as it is now. */
  retry(room, id) {
    const message = room.timeline.find(id)
    this.#outbox.retry(id, { author: this.#author(), version: message && numberOf(message) })
    this.#showAllOf(room, id)
  }

  discard(room, id) {
    this.#outbox.discard(id)
    if (room.timeline.find(id)?.state === "failed") room.timeline.discard(id)
    this.#showAllOf(room, id)
  }

  /** One is in the room no longer: nothing of what waits or was refused there is left to do. */
  leave(room) {
    this.#outbox.giveUp(room.name, this.#author())
  }

  /** The server's copy of a message has come. */
  settle(message) {
    this.#outbox.settle(message)
  }

  /** Shows everything that waits, as when a room has become known. */
  showAll() {
    for (const letter of this.#outbox.letters) this.#show(letter)
  }

  /** The names of the rooms in which somebody has written what is not sent yet. */
  roomsOf(user) {
    return this.#outbox.letters.filter(({ author }) => author.id === user.id).map(({ room }) => room)
  }

  // Internal

  #write(room, command) {
    const letter = this.#outbox.add({ room: room.name, author: this.#author(), ...command })
    this.#show(letter)
  }

  #sent(letter, answer) {
    const timeline = this.#roomNamed(letter.room)?.timeline
    if (!timeline) return
    if (letter.kind === "send") timeline.confirm(letter.id, answer)
    else timeline.confirmChange(letter.id, { ...answer, body: letter.body ?? "" })
    timeline.showChange(letter.id, this.#outbox.changeOf(letter.id))
  }

  #failed(letter) {
    const { code, retryAfterMs } = letter.failure
    if (code === "slow_mode") this.#roomNamed(letter.room)?.waitUntil(this.#clock.now() + retryAfterMs)
    this.#show(letter)
  }

  #showAllOf({ name }, id) {
    const letters = this.#outbox.letters.filter((letter) => letter.room === name && letter.id === id)
    for (const letter of letters) this.#show(letter)
    this.#roomNamed(name)?.timeline.showChange(id, this.#outbox.changeOf(id))
  }

  /** Shows where a letter stands; nowhere if its room is not one for whoever sits here now. */
  #show({ kind, room, id, author, body, writtenAt, failure }) {
    const timeline = this.#roomNamed(room)?.timeline
    if (!timeline) return
    const state = failure ? "failed" : "pending"
    if (kind === "send") {
      timeline.showUnsent({ id, user: author, body, sentAt: writtenAt, state, reason: failure && explain(failure) })
    }
    timeline.showChange(id, this.#outbox.changeOf(id))
  }
}

/** @param {Letter} letter */
function commandOf({ room, id, body, version }) {
  return { room, id, body, version }
}

import { CatchUp } from "./catch_up.js"
import { Outbox } from "./outbox.js"
import { RoomSync } from "./room_sync.js"
import { wellFormed } from "../helpers/text.js"
import { randomId } from "../helpers/uuid.js"
import { numberOf, textOf } from "../models/message.js"
import { Room } from "../models/room.js"

const DEFAULT_MESSAGE_BYTES = 16_384

/**
 * @typedef {import("../models/message.js").Message} Message
 * @typedef {object} Handlers
 * @property {(state: import("./connection.js").State, bye?: object) => void} stateChanged
 * @property {(refusal: {code: string, message: string}) => void} refused
 * @property {(wantedName: string) => void} welcomed
 * @property {(room: Room, aspect: import("../models/room.js").Aspect) => void} roomChanged
 */

/** The conversation as a whole: what the server says goes to the rooms, what is done here to it. */
export class Chat {
  /** @type {{id: string, name: string} | null} */
  me = null
  messageBytes = DEFAULT_MESSAGE_BYTES
  /** @type {Map<string, Room>} by name, in the order of `welcome` */
  #rooms = new Map()
  /** @type {Map<string, RoomSync>} by name */
  #syncs = new Map()
  #connection
  #identity
  #outbox
  #catchUp
  #letters
  #album
  #clock
  #visits = 0
  #isStarted = false
  /** @type {Handlers} */
  #handlers

  /**
   * @param {object} options
   * @param {import("./connection.js").Connection} options.connection
   * @param {import("./identity.js").Identity} options.identity
   * @param {import("../storage/letters.js").Letters} options.letters where the outbox is kept
   * @param {import("../storage/album.js").Album} options.album where what was last seen is kept
   * @param {import("../helpers/timing.js").Clock} options.clock
   */
  constructor({ connection, identity, letters, album, clock }) {
    this.#connection = connection
    this.#identity = identity
    this.#letters = letters
    this.#album = album
    this.#clock = clock
    this.#outbox = new Outbox({
      clock,
      store: letters,
      deliver: (letter) => connection.request(letter.kind, commandOf(letter)),
      handlers: {
        sent: (letter, answer) => this.#sent(letter, answer),
        failed: (letter) => this.#show(letter),
        dropped: ({ room, id }) => this.#rooms.get(room)?.timeline.discard(id),
      },
    })
    this.#catchUp = new CatchUp({
      clock,
      request: (event, data) => connection.request(event, data),
      onChanges: (room, changes) => this.#missed(room, changes),
      onReset: (room) => this.#syncs.get(room.name)?.beginAnew(),
    })
  }

  get rooms() {
    return [...this.#rooms.values()]
  }

  /** Whether closing the page now would lose what was written. */
  get isAtRisk() {
    return this.#outbox.isAtRisk
  }

  // Lifecycle

  /** @param {Handlers} handlers whom to tell what happens */
  watch(handlers) {
    this.#handlers = handlers
  }

  /** Recalls what this browser has seen and what was written here and not sent. */
  async restore() {
    const [seen, letters] = await Promise.all([
      this.#identity.hasToken ? this.#album.recall() : null,
      this.#letters.open((adopted) => this.#restore(adopted)),
    ])
    if (seen) {
      this.me = seen.user
      this.messageBytes = seen.messageBytes
      for (const snapshot of seen.rooms) this.#know(snapshot.name).restore(snapshot)
    }
    this.#restore(letters)
  }

  /** The page may go away for good. */
  save() {
    this.#album.save()
  }

  // Actions

  /** Enters the chat under a name, or changes the name. */
  enterAs(name) {
    this.#identity.rename(wellFormed(name.trim()))
    if (this.#isStarted) {
      this.#connection.restart()
      return
    }
    this.#isStarted = true
    this.#connection.start({
      stateChanged: (state, bye) => this.#stateChanged(state, bye),
      refused: (refusal) => this.#handlers.refused(refusal),
      welcomed: (welcome, wantedName) => this.#welcomed(welcome, wantedName),
      received: (event, data) => this.#received(event, data),
    })
  }

  /**
   * @param {Room} room
   * @returns {boolean} false if too much waits already
   */
  send(room, text) {
    if (this.#outbox.isFull) return false
    this.#write(room, { kind: "send", id: randomId(), body: wellFormed(text) })
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
    this.#outbox.retry(id, { author: this.me, version: message && numberOf(message) })
    this.#showAll(room, id)
  }

  discard(room, id) {
    this.#outbox.discard(id)
    if (room.timeline.find(id)?.state === "failed") room.timeline.discard(id)
    this.#showAll(room, id)
  }

  async loadOlder(room) {
    await this.#syncs.get(room.name)?.loadOlder()
  }

  /** Nobody waits for the answer: a lost sign of typing is no loss. */
  showTyping(room, typing) {
    this.#connection.request("typing", { room: room.name, typing }).catch(() => {})
  }

  // Internal

  #write(room, command) {
    const letter = this.#outbox.add({ room: room.name, author: this.me, ...command })
    this.#show(letter)
  }

  #restore(letters) {
    for (const room of this.me ? roomsWrittenToBy(this.me, letters) : letters.map(({ room }) => room)) this.#know(room)
    this.#outbox.restore(letters)
    for (const letter of letters) this.#show(letter)
  }

  #sent(letter, answer) {
    const timeline = this.#rooms.get(letter.room)?.timeline
    if (!timeline) return
    if (letter.kind === "send") timeline.confirm(letter.id, answer)
    else timeline.confirmChange(letter.id, { ...answer, body: letter.body ?? "" })
    timeline.showChange(letter.id, this.#outbox.changeOf(letter.id))
  }

  #showAll({ name }, id) {
    const letters = this.#outbox.letters.filter((letter) => letter.room === name && letter.id === id)
    for (const letter of letters) this.#show(letter)
    this.#rooms.get(name)?.timeline.showChange(id, this.#outbox.changeOf(id))
  }

  /** Shows where a letter stands; nowhere if its room is not one for whoever sits here now. */
  #show({ kind, room, id, author, body, writtenAt, failure }) {
    const timeline = this.#rooms.get(room)?.timeline
    if (!timeline) return
    const state = failure ? "failed" : "pending"
    if (kind === "send") {
      timeline.showUnsent({ id, user: author, body, sentAt: writtenAt, state, reason: failure?.message })
    }
    timeline.showChange(id, this.#outbox.changeOf(id))
  }

  #stateChanged(state, bye) {
    if (state !== "online") {
      this.#outbox.close()
      for (const room of this.rooms) room.typing.clear()
    }
    this.#handlers.stateChanged(state, bye)
  }

  async #welcomed({ user, rooms, server }, wantedName) {
    const visit = ++this.#visits
    const { letters } = this.#outbox
    const names = new Set([...rooms.map(({ name }) => name), ...roomsWrittenToBy(user, letters)])
    if (this.me?.id !== user.id) this.#forgetRooms(names)
    this.me = user
    this.messageBytes = server.limits.message_bytes
    for (const name of names) this.#know(name)
    for (const letter of letters) this.#show(letter)
    this.#album.begin({ user, messageBytes: this.messageBytes, rooms: rooms.map(({ name }) => name) })
    this.#handlers.welcomed(wantedName)
    try {
      await Promise.all(Array.from(this.#syncs.values(), (sync) => sync.open()))
      await this.#catchUp.ask(this.rooms.filter(({ log }) => log.isBehind))
    } finally {
      // What was missed may hold what is about to be sent; and a room must be joined before it is written
      // to. Whatever fails of that, what was written does not wait for it for ever.
      if (visit === this.#visits && this.#connection.isOnline) this.#outbox.open(user)
    }
  }

  #know(name) {
    if (!this.#rooms.has(name)) this.#add(new Room(name, {
      clock: this.#clock,
      onChange: (room, aspect) => {
        this.#album.changed(room)
        this.#handlers.roomChanged(room, aspect)
      },
    }))
    return this.#rooms.get(name)
  }

  #add(room) {
    this.#rooms.set(room.name, room)
    this.#syncs.set(room.name, new RoomSync(room, {
      clock: this.#clock,
      request: (event, data) => this.#connection.request(event, data),
      onBehind: () => this.#catchUp.ask([room]),
    }))
  }

  /**
   * What somebody else could see is not for whoever sits here now.
   * @param {Set<string>} theirs the names of the rooms that are
   */
  #forgetRooms(theirs) {
    for (const room of this.rooms) {
      room.forget()
      if (theirs.has(room.name)) continue
      this.#rooms.delete(room.name)
      this.#syncs.delete(room.name)
    }
  }

  #received(event, data) {
    const room = this.#rooms.get(data.room)
    if (!room) return
    const sync = this.#syncs.get(data.room)
    switch (event) {
      case "message":
        room.hasWritten(data.user)
        this.#receive(room, data)
        break
      case "edited":
      case "deleted":
        this.#receive(room, data)
        break
      case "joined":
        room.peopleJoined(data, this.me.id)
        sync.refreshRoster()
        break
      case "left":
        room.peopleLeft(data, this.me.id)
        sync.refreshRoster()
        break
      case "typing":
        if (data.typing) room.typing.start(data.user)
        else room.typing.stop(data.user)
        break
    }
  }

  #receive(room, message) {
    this.#outbox.settle(message)
    room.receive(message)
    if (room.log.isBehind) this.#catchUp.ask([room])
  }

  #missed(room, changes) {
    for (const message of changes.messages) this.#outbox.settle(message)
    room.catchUp(changes)
  }
}

function roomsWrittenToBy(user, letters) {
  return letters.filter(({ author }) => author.id === user.id).map(({ room }) => room)
}

function commandOf({ room, id, body, version }) {
  return { room, id, body, version }
}

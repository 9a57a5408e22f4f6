import { Outbox } from "./outbox.js"
import { RoomSync } from "./room_sync.js"
import { wellFormed } from "../helpers/text.js"
import { randomId } from "../helpers/uuid.js"
import { Room } from "../models/room.js"

const DEFAULT_MESSAGE_BYTES = 16_384

/**
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
  #clock
  #isStarted = false
  /** @type {Handlers} */
  #handlers

  constructor({ connection, identity, clock }) {
    this.#connection = connection
    this.#identity = identity
    this.#clock = clock
    this.#outbox = new Outbox({
      clock,
      deliver: (letter) => connection.request("send", letter),
      handlers: {
        sent: ({ room, id }, answer) => this.#rooms.get(room).timeline.confirm(id, answer),
        failed: ({ room, id }, error) => this.#rooms.get(room).timeline.markFailed(id, error.message),
      },
    })
  }

  get rooms() {
    return [...this.#rooms.values()]
  }

  // Lifecycle

  /** @param {Handlers} handlers whom to tell what happens */
  watch(handlers) {
    this.#handlers = handlers
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

  /** @param {Room} room */
  send(room, text) {
    const body = wellFormed(text)
    const id = randomId()
    room.timeline.addPending({ id, body, user: this.me, sentAt: this.#clock.now() })
    this.#outbox.add({ id, room: room.name, body })
  }

  /** Tries again with a message that the server refused. */
  retry(room, id) {
    room.timeline.markPending(id)
    this.#outbox.retry(id)
  }

  discard(room, id) {
    room.timeline.discard(id)
    this.#outbox.discard(id)
  }

  loadOlder(room) {
    return this.#syncs.get(room.name).loadOlder()
  }

  /** Nobody waits for the answer: a lost sign of typing is no loss. */
  showTyping(room, typing) {
    this.#connection.request("typing", { room: room.name, typing }).catch(() => {})
  }

  // Internal

  #stateChanged(state, bye) {
    if (state !== "online") {
      this.#outbox.close()
      for (const room of this.rooms) room.typing.clear()
    }
    this.#handlers.stateChanged(state, bye)
  }

  async #welcomed({ user, rooms, server }, wantedName) {
    this.me = user
    this.messageBytes = server.limits.message_bytes
    for (const { name } of rooms) this.#know(name)
    this.#handlers.welcomed(wantedName)
    // A room must be joined before it can be written to.
    await Promise.all(this.#syncAll())
    this.#outbox.open()
  }

  #know(name) {
    if (this.#rooms.has(name)) return
    const room = new Room(name, {
      clock: this.#clock,
      onChange: (room, aspect) => this.#handlers.roomChanged(room, aspect),
    })
    this.#rooms.set(name, room)
    this.#syncs.set(name, new RoomSync(room, {
      clock: this.#clock,
      request: (event, data) => this.#connection.request(event, data),
    }))
  }

  #syncAll() {
    return Array.from(this.#syncs.values(), (sync) => sync.open())
  }

  #received(event, data) {
    const room = this.#rooms.get(data.room)
    if (!room) return
    const sync = this.#syncs.get(data.room)
    switch (event) {
      case "message":
        this.#outbox.settle(data.id)
        room.receive(data)
        sync.received(data)
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
}

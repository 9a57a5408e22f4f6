import { CatchUp } from "./catch_up.js"
import { RoomSync } from "./room_sync.js"

/** @typedef {import("../models/room.js").Room} Room */

/** Keeps the rooms that are read in step with the server; the others only hear of their news. */
export class RoomSyncs {
  /** @type {Map<Room, RoomSync>} */
  #syncs = new Map()
  /** @type {Set<Room>} those that were joined since the connection is there */
  #joined = new Set()
  #catchUp
  #request
  #clock
  #onJoined

  /**
   * @param {object} options
   * @param {(event: string, data: object) => Promise<object>} options.request rejects with a RequestError
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {(room: Room, changes: import("./catch_up.js").Changes) => void} options.onChanges
   * @param {(members: import("../models/faces.js").Face[]) => void} options.onJoined told who is in a room
   */
  constructor({ request, clock, onChanges, onJoined }) {
    this.#request = request
    this.#clock = clock
    this.#onJoined = onJoined
    this.#catchUp = new CatchUp({
      clock,
      request,
      onChanges,
      onReset: (room) => this.#syncs.get(room)?.beginAnew(),
    })
  }

  // Actions

  /** @param {Room} room */
  add(room) {
    this.#syncs.set(room, new RoomSync(room, {
      clock: this.#clock,
      request: this.#request,
      onJoined: this.#onJoined,
      onBehind: () => this.#catchUp.ask([room]),
    }))
  }

  remove(room) {
    this.#syncs.get(room)?.stop()
    this.#syncs.delete(room)
    this.#joined.delete(room)
  }

  /** The connection is away: what is joined has to be joined again. */
  disconnected() {
    this.#joined.clear()
  }

  /** Joins rooms, each once for as long as the connection is there and its messages are here. */
  async join(rooms) {
    const news = rooms.filter((room) => !this.#joined.has(room) || !room.log.isBegun)
    for (const room of news) this.#joined.add(room)
    await Promise.all(news.map((room) => this.#syncs.get(room)?.open()))
  }

  /** Asks for what was missed in those of the rooms that are behind. */
  async catchUp(rooms) {
    await this.#catchUp.ask(rooms.filter(({ log }) => log.isBehind))
  }

  /** The sync of a room one is in. @returns {RoomSync | undefined} */
  of(room) {
    return this.#syncs.get(room)
  }

  refreshRoster(room) {
    this.#syncs.get(room)?.refreshRoster()
  }
}

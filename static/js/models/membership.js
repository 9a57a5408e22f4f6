import { Room } from "./room.js"
import { LOBBY } from "./room_groups.js"
import { ROOMS_KEPT, Rooms } from "./rooms.js"

const DEFAULT_MESSAGE_BYTES = 16_384

/**
 * @typedef {import("./room.js").RoomInfo} RoomInfo
 * @typedef {{id: string, name: string, role?: string, avatar?: string, about?: string}} Me
 * @typedef {RoomInfo & {seq: number}} RoomTold
 * @typedef {{user: Me, rooms: RoomTold[], server: any, may?: string[]}} Welcome
 */

/** Who sits here, and the rooms that they are in: as this browser last saw them, and then as the server tells. */
export class Membership {
  /** @type {Me | null} */
  me = null
  /** @type {string[]} what they may do on this server, apart from its rooms */
  may = []
  /** The server as it told of itself; null before it did. */
  server = null
  messageBytes = DEFAULT_MESSAGE_BYTES
  /** @type {Room | null} the room that is open */
  current = null
  #rooms = new Rooms()
  #album
  #faces
  #clock
  #handlers

  /**
   * @param {object} options
   * @param {import("../storage/album.js").Album} options.album where what was last seen is kept
   * @param {import("./faces.js").Faces} options.faces
   * @param {import("../helpers/timing.js").Clock} options.clock
   * @param {object} options.handlers
   * @param {(room: Room) => void} options.handlers.added
   * @param {(room: Room) => void} options.handlers.dropped
   * @param {(room: Room, aspect: import("./room.js").Aspect) => void} options.handlers.changed
   */
  constructor({ album, faces, clock, handlers }) {
    this.#album = album
    this.#faces = faces
    this.#clock = clock
    this.#handlers = handlers
  }

  get rooms() {
    return this.#rooms.list
  }

  /** Those that were open lately, the last one first. */
  get recentRooms() {
    return this.#rooms.recent
  }

  /** @returns {Room | undefined} */
  roomNamed(name) {
    return this.#rooms.named(name)
  }

  // Lifecycle

  /** Recalls who sat here, and what they saw. */
  async recall() {
    const seen = await this.#album.recall()
    if (!seen) return
    this.me = seen.user
    this.messageBytes = seen.messageBytes
    for (const info of seen.infos) this.#know(info.name).describe(info)
    for (const snapshot of seen.rooms.slice(0, ROOMS_KEPT)) {
      const room = this.#know(snapshot.name)
      room.restore(snapshot)
      this.#rooms.opened(room)
    }
  }

  /**
   * The server has let somebody in. What somebody else could see is not for them.
   * @param {Welcome} welcome which has all rooms that they are in
   * @param {string[]} writtenTo the rooms for which something waits that they wrote
   */
  begin({ user, rooms, server, may = [] }, writtenTo) {
    const joined = rooms.map(({ name }) => name)
    if (this.me?.id !== user.id) this.#forgetWhatWasSeen()
    this.#keepOnly(new Set([...joined, ...writtenTo]))
    Object.assign(this, { me: user, may, server, messageBytes: server.limits.message_bytes })
    this.#faces.learn([user])
    for (const info of rooms) this.#hear(isReadingKept(user, info) ? info : { ...info, unread: undefined })
    for (const name of writtenTo) if (!joined.includes(name)) this.#know(name).leave()
    if (!this.rooms.includes(this.current)) this.openDefault()
    this.#album.begin(this.#session)
  }

  /** Nobody sits here any more: nothing of what was seen stays. */
  end() {
    this.#forgetWhatWasSeen()
    this.#keepOnly(new Set())
    this.#album.clear()
    this.me = null
    this.may = []
    this.current = null
  }

  /** The page may go away for good. */
  save() {
    this.#album.save()
  }

  // Actions

  /** One's own name, picture or rights are others than before. */
  become({ user, may }) {
    this.me = user
    this.may = may
    this.#faces.learn([user])
    this.#keepSession()
  }

  /** @param {Room} room is being read */
  open(room) {
    this.current = room
    this.#rooms.opened(room)
  }

  openDefault() {
    this.current = this.#rooms.named(LOBBY) ?? this.rooms[0] ?? null
  }

  /**
   * The server has told of a room that one is in.
   * @param {RoomInfo} info
   * @returns {Room}
   */
  learn(info) {
    const room = this.#describe(info)
    this.#keepSession()
    this.current ??= room
    return room
  }

  /** What was written shows in its room, also if the server says that one is in it no longer. */
  learnOfLetters(names, { isTold }) {
    const news = names.filter((name) => !this.#rooms.named(name))
    for (const name of news) {
      const room = this.#know(name)
      if (isTold) room.leave()
    }
  }

  /** @param {Room} room which one is in no longer */
  lose(room) {
    room.unload()
    this.#drop(room)
    if (this.current === room) this.openDefault()
    this.#keepSession()
  }

  // Internal

  #describe(info) {
    const room = this.#know(info.name)
    room.describe(info)
    this.#faces.learn(info.people ?? [])
    return room
  }

  /** @param {RoomTold} info with which the server tells how far the log of the room has come */
  #hear(info) {
    const room = this.#describe(info)
    if (!room.log.isBegun) return
    // A log that is shorter than what is known of it is another one.
    if (info.seq < room.log.last) room.unload()
    else room.log.hear(info.seq)
  }

  #know(name) {
    const known = this.#rooms.named(name)
    if (known) return known
    const onChange = (room, aspect) => {
      this.#album.changed(room)
      this.#handlers.changed(room, aspect)
    }
    const room = new Room(name, { clock: this.#clock, onChange })
    this.#rooms.add(room)
    this.#handlers.added(room)
    return room
  }

  #drop(room) {
    this.#rooms.remove(room)
    this.#handlers.dropped(room)
  }

  #forgetWhatWasSeen() {
    this.#faces.clear()
    for (const room of this.rooms) room.forget()
  }

  /** @param {Set<string>} names */
  #keepOnly(names) {
    for (const room of this.rooms) if (!names.has(room.name)) this.#drop(room)
  }

  get #session() {
    const { me: user, messageBytes, rooms } = this
    return { user, messageBytes, rooms: rooms.map(({ info }) => info) }
  }

  #keepSession() {
    if (this.me) this.#album.describe(this.#session)
  }
}

/**
 * How far guests have read the lobby, the server forgets when they go; this browser may still know it.
 * @param {Me} me
 * @param {RoomInfo} room
 */
function isReadingKept({ role }, { name }) {
  return role !== "guest" || name !== LOBBY
}

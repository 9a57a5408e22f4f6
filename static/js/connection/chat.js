import { ReadMarks } from "./read_marks.js"
import { RoomSyncs } from "./room_syncs.js"
import { Writer } from "./writer.js"
import { wellFormed } from "../helpers/text.js"
import { Faces } from "../models/faces.js"
import { Membership } from "../models/membership.js"

/**
 * @typedef {import("../models/room.js").Room} Room
 * @typedef {object} Handlers
 * @property {(state: import("./connection.js").State, bye?: object) => void} stateChanged
 * @property {(refusal: {code: string, message: string}) => void} refused
 * @property {(wantedName: string) => void} welcomed
 * @property {(room: Room, aspect: import("../models/room.js").Aspect) => void} roomChanged
 * @property {(room: Room, message: object) => void} said a message came, while one was connected
 * @property {(missed: {room: Room, message: object}[]) => void} missed what came while one was not, in the rooms whose
 *   messages are here
 * @property {() => void} roomsChanged there are others than before
 * @property {(room: Room, code: string) => void} removed one is no longer in it
 * @property {() => void} meChanged
 * @property {() => void} facesChanged
 */

/** The conversation as a whole: what the server says goes to the rooms, what is done here to it. */
export class Chat {
  /** @type {Faces} */
  faces
  /** @type {Writer} */
  writer
  #membership
  #syncs
  #connection
  #identity
  #readMarks
  #visits = 0
  /** What came while the connection was away, for as long as it is being asked for. @type {{room: Room, message: object}[] | null} */
  #missedMessages = null
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
    const request = (event, data) => connection.request(event, data)
    this.faces = new Faces({ onChange: () => this.#handlers?.facesChanged?.() })
    this.#membership = new Membership({
      album,
      faces: this.faces,
      clock,
      handlers: {
        added: (room) => this.#syncs.add(room),
        dropped: (room) => this.#syncs.remove(room),
        changed: (room, aspect) => this.#handlers?.roomChanged(room, aspect),
      },
    })
    this.writer = new Writer({
      request,
      letters,
      clock,
      roomNamed: (name) => this.roomNamed(name),
      author: () => this.me,
    })
    this.#readMarks = new ReadMarks({ clock, request })
    this.#syncs = new RoomSyncs({
      clock,
      request,
      onChanges: (room, changes) => this.#missed(room, changes),
      onJoined: (members) => this.faces.learn(members.filter(({ avatar }) => avatar)),
    })
  }

  /** Who sits here; null before that is known. */
  get me() {
    return this.#membership.me
  }

  /** What one may do on this server, apart from its rooms. */
  get may() {
    return this.#membership.may
  }

  /** The server as it told of itself; null before it did. */
  get server() {
    return this.#membership.server
  }

  get messageBytes() {
    return this.#membership.messageBytes
  }

  get rooms() {
    return this.#membership.rooms
  }

  /** Those that were open lately, the last one first. */
  get recentRooms() {
    return this.#membership.recentRooms
  }

  /** The room that is open; null if one is in none. */
  get current() {
    return this.#membership.current
  }

  /** Whether somebody has come in, who may still be waiting for the connection. */
  get isStarted() {
    return this.#isStarted
  }

  get isGuest() {
    return !this.#identity.hasAccount
  }

  /** @returns {Room | undefined} one of the rooms one is in */
  roomNamed(name) {
    return this.#membership.roomNamed(name)
  }

  // Lifecycle

  /** @param {Handlers} handlers whom to tell what happens */
  watch(handlers) {
    this.#handlers = handlers
    this.#identity.watch(() => this.#follow())
  }

  /** Recalls what this browser has seen and what was written here and not sent. */
  async restore() {
    const [letters] = await Promise.all([
      this.writer.recall((adopted) => this.#restore(adopted)),
      this.#identity.isKnown && this.#membership.recall(),
    ])
    this.#restore(letters)
    this.#membership.openDefault()
  }

  /** Begins as whoever the identity says; begins anew if somebody is here already. */
  start() {
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

  /** Ends it: nothing of what was seen stays here. */
  end() {
    if (this.#isStarted) this.#connection.stop()
    this.#membership.end()
    this.#identity.forget()
  }

  /** Looks for the server at once, and not when the wait for it is over. */
  retry() {
    if (this.#isStarted) this.#connection.retry()
  }

  /** The page may go away for good. */
  save() {
    this.#membership.save()
  }

  // Actions

  /** Enters the chat as a guest under a name, or changes the name. */
  enterAs(name) {
    this.#identity.rename(wellFormed(name.trim()))
    this.start()
  }

  /** Shows a room: its messages are asked for if they are not here. */
  async open(room) {
    this.#membership.open(room)
    if (!this.#connection.isOnline || !room.isJoined) return
    await this.#syncs.join([room])
    await this.#syncs.catchUp([room])
  }

  /** Each answers whether what was asked for has come. @returns {Promise<boolean>} */
  async loadOlder(room) {
    return (await this.#syncs.of(room)?.loadOlder()) ?? false
  }

  async loadNewer(room) {
    return (await this.#syncs.of(room)?.loadNewer()) ?? false
  }

  /** Shows another place of the room. @param {import("./room_sync.js").Place} place */
  async goTo(room, place) {
    return (await this.#syncs.of(room)?.goTo(place)) ?? false
  }

  /** Everything in the room has been seen. */
  markRead(room) {
    if (room.markRead()) this.#readMarks.tell(room)
  }

  /** Nobody waits for the answer: a lost sign of typing is no loss. */
  showTyping(room, typing) {
    this.#connection.request("typing", { room: room.name, typing }).catch(() => {})
  }

  /**
   * Asks the server to do something with rooms or people.
   * @returns {Promise<object>} rejected with a RequestError
   */
  request(event, data) {
    return this.#connection.request(event, data)
  }

  /**
   * The server has told of a room that one is in.
   * @param {import("../models/room.js").RoomInfo} info
   * @returns {Room}
   */
  learn(info) {
    const isNew = !this.roomNamed(info.name)?.isJoined
    const room = this.#membership.learn(info)
    if (isNew) this.#handlers.roomsChanged()
    if (isNew && room === this.current) this.open(room)
    return room
  }

  /** One has gone out of a room here, whether or not the server tells this connection too. */
  left(room, code) {
    if (this.roomNamed(room.name) === room) this.#removed(room, code)
  }

  /** One's own name, picture or rights have changed. */
  becomeSomebody({ user, may }) {
    this.#membership.become({ user, may })
    this.#handlers.meChanged()
  }

  // Internal

  /** Another window of this browser has signed in or out. */
  #follow() {
    if (!this.#isStarted || !this.me) return
    if (this.#identity.isKnown) this.#connection.restart()
    else this.#handlers.refused({ code: "signed_out", message: "" })
  }

  #restore(letters) {
    const theirs = this.me ? letters.filter(({ author }) => author.id === this.me.id) : letters
    this.#membership.learnOfLetters(theirs.map(({ room }) => room), { isTold: this.#connection.isOnline })
    this.writer.restore(letters)
  }

  #stateChanged(state, bye) {
    if (state !== "online") {
      this.#syncs.disconnected()
      this.writer.close()
      for (const room of this.rooms) room.typing.clear()
    }
    this.#handlers.stateChanged(state, bye)
  }

  async #welcomed(welcome, wantedName) {
    const visit = ++this.#visits
    const { user } = welcome
    const isBack = visit > 1 && this.me?.id === user.id
    this.#membership.begin(welcome, this.writer.roomsOf(user))
    this.writer.showAll()
    this.#handlers.welcomed(wantedName)
    try {
      this.#missedMessages = isBack ? [] : null
      await this.#comeBack()
    } finally {
      // What was missed may hold what is about to be sent. Whatever fails of that, what was written does
      // not wait for it for ever.
      if (visit === this.#visits && this.#connection.isOnline) this.writer.open(user)
    }
  }

  /** One is in the rooms of `welcome` without joining them; who else is in the one that is read, joining tells. */
  async #comeBack() {
    if (this.current?.isJoined) {
      this.#membership.open(this.current)
      await this.#syncs.join([this.current])
    }
    await this.#syncs.catchUp(this.rooms)
    const missed = this.#missedMessages ?? []
    this.#missedMessages = null
    if (missed.length) this.#handlers.missed?.(missed)
  }

  #received(event, data) {
    switch (event) {
      case "room":
        this.learn(data)
        break
      case "me":
        this.becomeSomebody(data)
        break
      default:
        this.#receivedIn(this.roomNamed(data.room), event, data)
    }
  }

  #receivedIn(room, event, data) {
    if (!room || !this.me) return
    switch (event) {
      case "message":
        room.hasWritten(data.user)
        if (data.user.id !== this.me.id) room.count(data, this.me)
        this.#receive(room, data)
        this.#handlers.said?.(room, data)
        break
      case "edited":
      case "deleted":
        this.#receive(room, data)
        break
      case "joined":
      case "left":
        // Who is in a room that is not read is told when it is opened.
        if (room.log.isBegun) this.#peopleChanged(room, event, data)
        break
      case "typing":
        if (data.typing) room.typing.start(data.user)
        else room.typing.stop(data.user)
        break
      case "read":
        room.readElsewhere(data)
        break
      case "removed":
        this.#removed(room, data.code)
        break
    }
  }

  #removed(room, code) {
    this.writer.leave(room)
    this.#membership.lose(room)
    this.#handlers.removed(room, code)
  }

  #peopleChanged(room, event, data) {
    if (event === "joined") room.peopleJoined(data, this.me.id)
    else room.peopleLeft(data, this.me.id)
    this.#syncs.refreshRoster(room)
  }

  #receive(room, message) {
    this.writer.settle(message)
    room.receive(message)
    this.#syncs.catchUp([room])
  }

  #missed(room, changes) {
    const { newestSeq } = room.timeline
    const news = changes.messages.filter(({ seq }) => seq > newestSeq)
    this.#missedMessages?.push(...news.map((message) => ({ room, message })))
    for (const message of changes.messages) this.writer.settle(message)
    room.catchUp(changes)
  }
}

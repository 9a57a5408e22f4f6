import { Stay } from "../clients/stay.js"
import { eventOf, messageOf } from "../clients/view.js"
import { Violation } from "../violation.js"

const TRAIL = 8
const CHANGES = new Set(["message", "edited", "deleted"])

/**
 * A connection of somebody in the town: it knows the rooms that its person is in by what it is told, and
 * remembers what it heard of them.
 */
export class TownDevice {
  userId
  description
  /** @type {Map<string, object>} by name; as they were told last */
  rooms = new Map()
  /** The newest number of each room that was heard or told. */
  newest = new Map()
  /** The last that it was told of each room, for whoever has to find out why. */
  trails = new Map()
  #connection
  #isTown
  #chronicle
  #record
  #counts
  #died
  #isSilent
  #hasBeenHere = false
  #stay
  /** Rooms out of which its person was put on this connection. */
  #outside = new Set()
  #goneAt = 0

  /** @param {(room: string) => boolean} isTown whether a room is one of the town's */
  constructor({ way, name, url, identity, isTown, chronicle, record, counts, died }) {
    this.description = `${name} (${way.name})`
    this.#isTown = isTown
    this.#chronicle = chronicle
    this.#record = record
    this.#counts = counts
    this.#died = died
    this.#goneAt = chronicle.moment()
    this.#connection = way.connect(url, identity, this)
  }

  get isReady() {
    return this.#stay !== undefined
  }

  newestOf(room) {
    return this.newest.get(room) ?? 0
  }

  // Actions

  async ask(event, data, ms) {
    const stay = this.#stay
    return this.#connection.ask(event, data, ms, (answer) => {
      if (!answer.ok || this.#stay !== stay || !stay) return
      if (event === "join") this.#joined(answer.room)
      else if (event === "leave") this.#putOut({ room: data.room, code: "by this device" })
    })
  }

  fold() {
    this.#stay?.fold()
  }

  close() {
    this.#connection.close()
    this.gone()
  }

  // What the connection tells

  welcome({ user, rooms }, isRecovered) {
    this.userId = user.id
    if (this.#hasBeenHere) this.#counts.add("reconnects")
    this.#hasBeenHere = true
    const own = rooms.filter(({ name }) => this.#isTown(name))
    const seqs = new Map(own.map(({ name, seq }) => [name, seq]))
    this.#chronicle.welcomes.push({
      user: user.id, device: this.description, begin: this.#goneAt, at: this.#chronicle.moment(), rooms: own,
    })
    this.#counts.add("town welcomes")
    this.#stay = new Stay({
      reader: this.description,
      connection: this.#connection,
      record: this.#record,
      counts: this.#counts,
      died: this.#died,
      recoveredUpTo: isRecovered ? seqs : new Map(),
    })
    this.rooms = new Map(own.map((room) => [room.name, room]))
    this.#outside.clear()
    for (const [room, seq] of seqs) {
      this.#note(room, isRecovered ? "recovered" : "welcome")
      this.#stay.beginRun(room, this.newestOf(room), seq, isRecovered)
      this.#knows(room, seq)
    }
  }

  event(name, data) {
    if (!this.#stay) return
    if (name === "room" && this.#isTown(data.name)) this.#toldOf(data)
    else if (name === "removed" && this.#isTown(data.room)) this.#putOut(data)
    else if (CHANGES.has(name) && this.#isTown(data.room)) this.#heard(name, data.room, messageOf(data))
  }

  gone() {
    this.#goneAt = this.#chronicle.moment()
    this.#stay?.end()
    this.#stay = undefined
  }

  refused({ code }) {
    this.#counts.add(`refused ${code}`)
  }

  // Internal

  #toldOf(room) {
    this.#counts.add("room events")
    this.#note(room.name, "room")
    if (this.rooms.has(room.name)) this.rooms.set(room.name, room)
    else this.#enter(room)
  }

  #enter(room) {
    this.#outside.delete(room.name)
    this.rooms.set(room.name, room)
    this.#stay.beginRun(room.name, this.newestOf(room.name), room.seq)
    this.#knows(room.name, room.seq)
  }

  #putOut({ room, code }) {
    this.#note(room, `removed ${code}`)
    this.#counts.add(`removed ${code}`)
    this.#stay.endRun(room)
    this.rooms.delete(room)
    this.#outside.add(room)
  }

  #joined(room) {
    this.#note(room.name, "joined")
    this.#enter(room)
  }

  #note(room, what) {
    const trail = [...(this.trails.get(room) ?? []), `${this.#chronicle.moment()} ${what}`]
    this.trails.set(room, trail.slice(-TRAIL))
  }

  #knows(room, number) {
    this.newest.set(room, Math.max(number, this.newestOf(room)))
  }

  #heard(event, room, message) {
    const stay = this.#stay
    this.#counts.add("town events")
    if (this.#outside.has(room)) {
      this.#died(new Violation("who has left a room hears nothing of it", { reader: this.description, room, message }))
    }
    this.#chronicle.hears({ user: this.userId, device: this.description, room, id: message.id, event })
    const isMissed = message.number <= stay.recoveredUpTo(room)
    const isAhead = event === "message" && message.number > message.seq
    this.#record.sighted(room, message, isMissed || isAhead ? eventOf(message) : event)
    // One that was changed since comes as it is now, and its change comes again when its turn is.
    if (isMissed || !isAhead) stay.heard(room, message.number)
    this.#knows(room, message.number)
  }
}

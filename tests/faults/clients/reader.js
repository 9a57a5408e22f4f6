import { Violation } from "../violation.js"
import { LOBBY } from "../rooms.js"
import { isTransient } from "./refusals.js"
import { PutOut, Stay } from "./stay.js"
import { View, eventOf, messageOf } from "./view.js"

const CHANGES = new Set(["message", "edited", "deleted"])
const PAGE = 200

/** Somebody who keeps a view of some rooms, whatever happens to the line. */
export class Reader {
  /** @type {Map<string, View>} by room */
  views = new Map()
  description
  #connection
  #record
  #counts
  #died
  /** @type {Stay | undefined} */
  #stay
  /** Rooms that a connection that is recovered is in. */
  #joined = new Set()
  /** Rooms that were left without an answer: the leaving may come late, on whichever connection. */
  #leftInDoubt = new Set()
  /** Rooms of which something was still to be asked when the last connection ended. */
  #unfinished

  constructor({ name, identity, way, rooms, url, record, counts, died }) {
    this.description = `${name} (${way.name})`
    this.#record = record
    this.#counts = counts
    this.#died = died
    for (const room of rooms) this.views.set(room, new View())
    this.#connection = way.connect(url, identity, this)
  }

  /** Whether everything up to these numbers is known. */
  hasCaughtUpWith(seqs) {
    if (!this.#stay || this.#stay.underWay.size > 0) return false
    return [...this.views].every(([room, view]) => view.isLoaded && view.last >= seqs.get(room))
  }

  /** What there is to tell if it does not catch up. */
  get state() {
    const underWay = [...(this.#stay?.underWay ?? [])]
    const rooms = [...this.views].map(([room, { last, isLoaded }]) => ({ room, last, isLoaded }))
    return { reader: this.description, isThere: this.#stay !== undefined, underWay, rooms }
  }

  // Actions

  /** Leaves a room, and comes back into it after a while. */
  stepOut(room, ms) {
    const stay = this.#stay
    if (room === LOBBY || !stay?.isWhole(room)) return
    this.#counts.add("rooms left")
    this.#whileHere(stay, room, () => this.#leaveAndJoin(stay, room, ms))
  }

  /** What was recorded is checked; who has been here for long goes away from older messages. */
  fold(newest) {
    for (const view of this.views.values()) view.forgetAllBut(newest)
    this.#stay?.fold()
  }

  close() {
    this.gone()
    this.#connection.close()
  }

  // What the connection tells

  welcome({ rooms }, isRecovered) {
    const seqs = new Map(rooms.map(({ name, seq }) => [name, seq]))
    const isBack = this.#unfinished !== undefined
    if (isBack) this.#counts.add("reconnects")
    if (isRecovered) this.#counts.add("recoveries")
    if (!isRecovered) this.#joined.clear()
    this.#stay = new Stay({
      reader: this.description,
      connection: this.#connection,
      record: this.#record,
      counts: this.#counts,
      died: this.#died,
      recoveredUpTo: isRecovered ? seqs : new Map(),
    })
    for (const room of this.views.keys()) {
      if (seqs.has(room)) this.#enter(this.#stay, room, seqs.get(room), isRecovered)
      else this.#comeIn(this.#stay, room)
    }
  }

  event(name, data) {
    if (name === "bye") this.#counts.add(`bye ${data.code}`)
    if (name === "removed" && this.views.has(data.room) && this.#stay) this.#putOut(this.#stay, data.room)
    const view = this.views.get(data?.room)
    if (!CHANGES.has(name) || !view || !this.#stay) return
    this.#counts.add("events")
    this.#heard(this.#stay, data.room, view, name, messageOf(data))
  }

  gone() {
    this.#unfinished = this.#stay?.underWay ?? this.#unfinished
    this.#stay?.end()
    this.#stay = undefined
  }

  refused({ code }) {
    this.#counts.add(`refused ${code}`)
    if (!isTransient(code)) this.#died(new Violation("nobody is kept out", { reader: this.description, code }))
  }

  // Events

  #heard(stay, room, view, event, message) {
    if (stay.outside.has(room)) {
      this.#died(new Violation("who has left a room hears nothing of it", { reader: this.description, room, message }))
    }
    const upTo = stay.recoveredUpTo(room)
    if (message.number <= upTo || isAhead(event, message)) {
      // One of those with which a connection is recovered. Of several changes it is told one, in whatever event.
      this.#record.sighted(room, message, eventOf(message))
      // One that was changed since comes as it is now, and its change comes again when its turn is.
      if (message.number <= upTo) stay.heard(room, message.number)
      if (stay.isWhole(room)) view.recover(message, upTo)
      else view.hear(message)
    } else {
      this.#record.sighted(room, message, event)
      stay.heard(room, message.number)
      // What was missed is complete when the first event after it comes.
      if (stay.isWhole(room)) view.last = Math.max(view.last, upTo)
      if (view.hear(message)) this.#catchUp(stay, room)
    }
  }

  #putOut(stay, room) {
    if (!this.#leftInDoubt.has(room)) {
      this.#died(new Violation("nobody is put out of a room for nothing", { reader: this.description, room }))
    }
    this.#counts.add("left late")
    this.#joined.delete(room)
    stay.endRun(room)
    stay.putOut.add(room)
    if (stay.isWhole(room)) this.#whileHere(stay, room, () => this.#join(stay, room))
  }

  // Coming into rooms

  /** Is in a room from the welcome on. */
  #enter(stay, room, seq, isRecovered) {
    const view = this.views.get(room)
    stay.beginRun(room, this.#known(room), seq, isRecovered)
    if (!view.isLoaded) {
      view.begin(seq)
      this.#whileHere(stay, room, () => this.#load(stay, room))
    } else if (!isRecovered || this.#unfinished?.has(room)) {
      this.#catchUp(stay, room)
    }
  }

  #comeIn(stay, room) {
    if (this.#joined.has(room)) {
      this.#died(new Violation("a recovered connection is in its rooms", { reader: this.description, room }))
    }
    this.#whileHere(stay, room, () => this.#join(stay, room))
  }

  #whileHere(stay, room, task) {
    stay.whileHere(room, task, () => this.#join(stay, room))
  }

  async #join(stay, room) {
    const view = this.views.get(room)
    await stay.ask("join", { room }, ({ room: { seq } }) => {
      this.#joined.add(room)
      stay.putOut.delete(room)
      // Events before the answer are of an earlier join, whose answer did not come or was a refusal.
      stay.beginRun(room, this.#known(room), seq)
      if (!view.isLoaded) view.begin(seq)
    })
    await (view.isLoaded ? this.#sync(stay, room) : this.#load(stay, room))
  }

  async #leaveAndJoin(stay, room, ms) {
    this.#joined.delete(room)
    const wasInDoubt = this.#leftInDoubt.has(room)
    this.#leftInDoubt.add(room)
    await stay.askOnce("leave", { room }, () => {
      if (!wasInDoubt) this.#leftInDoubt.delete(room)
      stay.endRun(room)
      stay.outside.add(room)
    })
    await stay.wait(ms)
    stay.outside.delete(room)
    await this.#join(stay, room)
  }

  #known(room) {
    const view = this.views.get(room)
    return view.isLoaded ? view.last : 0
  }

  // Catching up

  #catchUp(stay, room) {
    if (stay.isWhole(room)) this.#whileHere(stay, room, () => this.#sync(stay, room))
  }

  async #sync(stay, room) {
    this.#counts.add("syncs")
    const view = this.views.get(room)
    let told = { seq: view.last, more: true }
    while (told.more) {
      await stay.ask("sync", { rooms: { [room]: told.seq } }, ({ rooms }) => {
        told = rooms[room]
        if (told.error?.code === "not_in_room" && this.#leftInDoubt.has(room)) throw new PutOut()
        this.#take(view, room, told)
      })
    }
    if (told.reset) await this.#load(stay, room)
  }

  #take(view, room, { seq, messages, reset, error }) {
    if (error) throw new Violation("who is in a room may sync it", { reader: this.description, room, error })
    if (reset) {
      this.#counts.add("resets")
      this.#record.wentBack(this.description, room, view.last, seq)
      view.begin(seq)
    } else {
      view.sync(seq, messages.map(messageOf))
    }
  }

  async #load(stay, room) {
    const view = this.views.get(room)
    const take = ({ messages, more }) => view.load(messages.map(messageOf), more)
    await stay.ask("history", { room, limit: PAGE }, take, this.#leftInDoubt.has(room))
  }
}

/** Whether a message that is told for the first time has been changed already. */
function isAhead(event, { seq, number }) {
  return event === "message" && number > seq
}

import { Chronicle } from "./chronicle.js"
import { Ledger } from "./ledger.js"
import { Record } from "./record.js"
import { View, eventOf } from "./clients/view.js"

/**
 * A made-up room in which nothing went wrong, with the evidence of it. Tests of the checker change a thing, and
 * see whether it notices.
 */
export class HistoryOfARoom {
  log = { seq: 0, messages: [] }
  ledger = new Ledger()
  record = new Record()
  view = new View()
  run = { reader: "reader", room: "lobby", known: 0, from: 0, isRecovered: false, numbers: [] }

  constructor() {
    this.view.isLoaded = true
    this.record.runs.push(this.run)
  }

  // Deeds; each is acknowledged, stored, and heard by everybody

  send(id, body = `body of ${id}`, author = "ada") {
    const written = this.ledger.sends({ id, room: "lobby", author, body })
    const message = { seq: ++this.log.seq, number: this.log.seq, id, author, body, deleted: false }
    this.ledger.sent(written, message.seq)
    this.log.messages.push(message)
    this.#hear(message)
    return message
  }

  edit(id, body) {
    const edit = this.ledger.edits(this.written(id), body)
    this.#change(edit, id, { body })
  }

  delete(id) {
    const deletion = this.ledger.deletes(this.written(id))
    this.#change(deletion, id, { body: "", deleted: true })
  }

  // What there is

  written(id) {
    return this.ledger.messages.get(id)
  }

  stored(id) {
    return this.log.messages.find((message) => message.id === id)
  }

  /** What there is to check; nothing of it is shared with anything. */
  get evidence() {
    const { view, log } = this
    const evidence = {
      log: new Map([["lobby", log]]),
      told: new Map([["lobby", log.messages]]),
      integrity: ["ok"],
      written: this.ledger.messages,
      ...this.record,
      // Nobody does anything to the room.
      ...new Chronicle(),
      found: new Map(),
      devices: [],
      memberLists: new Map(),
      failures: [],
      views: [{ reader: "reader", room: "lobby", last: view.last, oldest: view.oldest, messages: view.messages }],
    }
    return Object.fromEntries(Object.entries(evidence).map(([part, value]) => [part, structuredClone(value)]))
  }

  // Internal

  #change(change, id, fields) {
    const message = this.stored(id)
    Object.assign(message, fields, { number: ++this.log.seq })
    this.ledger.changed(change, message.number)
    this.#hear(message)
  }

  #hear(message) {
    const heard = { ...message }
    this.record.sighted("lobby", heard, eventOf(heard))
    this.run.numbers.push(heard.number)
    this.view.hear(heard)
  }
}

import { setTimeout as pause } from "node:timers/promises"

const JOIN_MS = 4_000
const AGAIN_MS = 100

/** A connection of somebody who writes; it joins their rooms whenever it has to. */
export class Device {
  #connection
  #rooms
  #counts
  #hasBeenHere = false
  #visit = 0

  constructor({ way, url, identity, rooms, counts }) {
    this.#rooms = rooms
    this.#counts = counts
    this.#connection = way.connect(url, identity, this)
  }

  /** Whether it is in all rooms. */
  isReady = false

  ask(event, data, ms) {
    return this.#connection.ask(event, data, ms)
  }

  close() {
    this.#connection.close()
  }

  // What the connection tells

  welcome({ user, rooms }, isRecovered) {
    if (this.#hasBeenHere) this.#counts.add("reconnects")
    if (isRecovered) this.#counts.add("recoveries")
    this.#hasBeenHere = true
    this.userId = user.id
    const there = new Set(rooms.map(({ name }) => name))
    this.#join(this.#rooms.filter((room) => !there.has(room)), ++this.#visit)
  }

  event() {}

  gone() {
    this.isReady = false
    this.#visit += 1
  }

  refused({ code }) {
    this.#counts.add(`refused ${code}`)
  }

  async #join(rooms, visit) {
    for (const room of rooms) {
      let answer
      while (!answer?.ok) {
        answer = await this.#connection.ask("join", { room }, JOIN_MS)
        if (this.#visit !== visit) return
        if (!answer?.ok) await pause(AGAIN_MS)
      }
    }
    this.isReady = true
  }
}

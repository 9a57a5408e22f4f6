import { setTimeout as pause } from "node:timers/promises"
import { Violation } from "../violation.js"
import { isTransient } from "./refusals.js"

const ANSWER_MS = 5_000
const AGAIN_MS = 100

/** A reader's time on one connection, from the welcome to its end. What was begun in it ends with it. */
export class Stay {
  /** Rooms of which something is being asked. */
  underWay = new Set()
  /** Rooms that were left, and not joined again yet. */
  outside = new Set()
  /** Rooms out of which the person was put by a leaving of theirs that was not answered and came late. */
  putOut = new Set()
  #connection
  #record
  #counts
  #died
  #reader
  /** The newest number of each room when the connection was recovered: what was missed goes up to it. */
  #recoveredUpTo
  /** @type {Map<string, Run>} by room */
  #runs = new Map()
  #isOver = false

  constructor({ reader, connection, record, counts, died, recoveredUpTo }) {
    this.#reader = reader
    this.#connection = connection
    this.#record = record
    this.#counts = counts
    this.#died = died
    this.#recoveredUpTo = recoveredUpTo
  }

  end() {
    this.#isOver = true
  }

  recoveredUpTo(room) {
    return this.#recoveredUpTo.get(room) ?? 0
  }

  /** Whether nothing of the room is missing but what comes by itself. */
  isWhole(room) {
    return !this.underWay.has(room)
  }

  // What it hears

  /**
   * It has come into a room.
   * @param {number} known up to which number the reader knew everything before
   * @param {number} [from] the room's number at that moment; none if that is not certain
   */
  beginRun(room, known, from, isRecovered = false) {
    const run = { reader: this.#reader, room, known, from, isRecovered, numbers: [] }
    this.#runs.set(room, run)
    this.#record.runs.push(run)
  }

  endRun(room) {
    this.#runs.delete(room)
  }

  heard(room, number) {
    if (!this.#runs.has(room)) this.beginRun(room, 0)
    this.#runs.get(room).numbers.push(number)
  }

  /** What was recorded is checked; what comes now follows it. */
  fold() {
    for (const [room, { numbers, known, from }] of this.#runs) {
      const last = numbers.at(-1) ?? from
      this.beginRun(room, last ?? known, last)
    }
  }

  // What it asks

  /**
   * Does it as long as the connection lasts; on the next one, everything begins anew. Who was put out meanwhile
   * goes on with `again`.
   */
  async whileHere(room, task, again) {
    this.underWay.add(room)
    try {
      await task().catch(ignorePutOut)
      while (this.putOut.has(room)) await again().catch(ignorePutOut)
      this.underWay.delete(room)
    } catch (error) {
      if (error !== OVER) this.#died(error)
    }
  }

  /**
   * Asks until it is answered well.
   * @param {(answer: object) => void} take is called before any event that comes after the answer
   * @param {boolean} mayBeOut of the room without knowing it yet
   */
  async ask(event, data, take, mayBeOut = false) {
    for (;;) {
      const answer = await this.askOnce(event, data, take)
      if (answer?.ok) return
      const code = answer?.error.code
      if (mayBeOut && code === "not_in_room") throw new PutOut()
      if (code && !isTransient(code)) {
        throw new Violation("a command is refused only for a reason", { reader: this.#reader, event, data, ...answer })
      }
      await this.wait(AGAIN_MS)
    }
  }

  async askOnce(event, data, take) {
    let failure
    const answer = await this.#connection.ask(event, data, ANSWER_MS, (answer) => {
      if (this.#isOver || !answer.ok) return
      try {
        take(answer)
      } catch (error) {
        failure = error
      }
    })
    if (failure) throw failure
    if (this.#isOver) throw OVER
    if (answer?.error) this.#counts.add(`refused ${answer.error.code}`)
    return answer
  }

  async wait(ms) {
    await pause(ms)
    if (this.#isOver) throw OVER
  }
}

/** The person is not in the room any more, and will be told so. */
export class PutOut extends Error {}

function ignorePutOut(error) {
  if (!(error instanceof PutOut)) throw error
}

const OVER = new Error("the connection is over")

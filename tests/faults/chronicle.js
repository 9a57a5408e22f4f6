import { isTransient } from "./clients/refusals.js"

/**
 * What people did to rooms and to each other, and what they heard of it, in the order in which it is known here.
 * A moment is a number that grows; two things that happened here never have the same.
 */
export class Chronicle {
  /** @type {Act[]} since the last checkpoint */
  acts = []
  /** Of each message, and of each deletion, when it was begun and when it was first acknowledged. */
  changes = new Map()
  /** @type {{user: string, room: string, id: string, event: string, at: number, device: string}[]} */
  heard = []
  /** What connections were told when they came in. */
  welcomes = []
  /** Sign-ins that were ended, and what came of it. */
  signOuts = []
  /** How everybody stood at the last checkpoint, and when that was. */
  before = { at: 0, standing: new Map() }
  #now = 0

  moment() {
    return ++this.#now
  }

  /** Somebody is about to do something. */
  begins(act) {
    const begun = { ...act, begin: this.moment(), end: Infinity, settled: Infinity, outcome: "unanswered" }
    this.acts.push(begun)
    if (act.message) this.changesAre(begun).begin ??= begun.begin
    return begun
  }

  /** It was answered, or will not be any more. */
  ends(act, answer) {
    act.end = this.moment()
    if (answer?.ok) act.outcome = "ok"
    else if (answer && !isUncertain(answer.error.code)) act.outcome = answer.error.code
    if (act.outcome !== "unanswered") act.settled = act.end
    if (act.outcome === "ok" && act.message) this.changesAre(act).end ??= act.end
  }

  /** What was on its way to the server then will not be done any more. */
  serverEnded() {
    const now = this.moment()
    for (const act of this.acts) if (act.end < now) act.settled = Math.min(act.settled, now)
  }

  hears(heard) {
    this.heard.push({ ...heard, at: this.moment() })
  }

  changesAre({ action, message }) {
    const key = keyOfChange(action === "post" ? "message" : "deleted", message)
    if (!this.changes.has(key)) this.changes.set(key, {})
    return this.changes.get(key)
  }

  /** Forgets what is checked; from here on, everything is as it is stored. */
  fold(standing) {
    this.acts = []
    this.heard = []
    this.welcomes = []
    this.signOuts = []
    this.before = { at: this.moment(), standing }
  }
}

/**
 * @typedef {object} Act
 * @property {string} by who does it
 * @property {string} action
 * @property {string} [room]
 * @property {string} [user] to whom it is done
 * @property {*} [value] what is to be from then on
 * @property {string} [message]
 * @property {string} [author] of the message
 * @property {number} begin
 * @property {number} end when it was answered or given up
 * @property {number} settled after which it is not done any more, if it was not before
 * @property {string} outcome "ok", "unanswered", or why it was refused
 */

export function keyOfChange(event, id) {
  return `${event} ${id}`
}

/** Whether something may have been done although it was answered so. */
function isUncertain(code) {
  return isTransient(code) || code === "internal"
}

import { setTimeout as pause } from "node:timers/promises"
import { PlainConnection } from "../clients/plain_connection.js"
import { Http } from "./http.js"

const LONGEST_CALM_MS = 4_000
const ASK_MS = 3_000
const AGAIN_MS = 200
/** Longer than the server is away for or lets nobody through: after it, somebody who was signed out must be out. */
const OUT_MS = 15_000
/** No fault lasts as long. */
const LONGEST_MS = 60_000
const LISTENS_MS = 1_500
const AT_ONCE_PERCENT = 40

/** People sign in on one more device and end that sign-in again, perhaps while the device comes in. */
export class SignOuts {
  #scene
  #isResting = true
  #resting = new AbortController()
  #visit

  /** @param {object} scene url, chance, people, chronicle, counts */
  constructor(scene) {
    this.#scene = scene
  }

  async work() {
    this.#isResting = false
    this.#resting = new AbortController()
    while (!this.#isResting) {
      const { signal } = this.#resting
      await pause(this.#scene.chance.below(LONGEST_CALM_MS), undefined, { signal }).catch(() => {})
      if (!this.#isResting) await this.#signInAndOut()
    }
  }

  rest() {
    this.#isResting = true
    this.#resting.abort()
  }

  close() {
    this.#visit?.close()
  }

  // Internal

  async #signInAndOut() {
    const { url, chance, people, chronicle, counts } = this.#scene
    const person = chance.among(people.filter(({ sort }) => sort === "account" || sort === "owner"))
    const own = new Http(url, () => person.token)
    const isAtOnce = chance.percent(AT_ONCE_PERCENT)
    const link = await own.ask("POST", "/device-links", {}, ASK_MS)
    if (!link?.ok) return
    const token = link.url.split("/").at(-1)
    const me = await new Http(url).ask("POST", "/session/device", { token }, ASK_MS)
    if (!me?.ok) return
    const visit = new Visit({ url, token: me.cookie, chronicle })
    this.#visit = visit
    await pause(isAtOnce ? chance.below(20) : LISTENS_MS)
    const patience = performance.now() + LONGEST_MS
    while (!(await isEnded(own, me.sign_in))) {
      if (performance.now() > patience) throw new Error(`${person.name} cannot end a sign-in`)
      await pause(AGAIN_MS)
    }
    visit.signedOut()
    counts.add(isAtOnce ? "sign-ins ended at once" : "sign-ins ended")
    const deadline = performance.now() + OUT_MS
    while (!visit.isOver && performance.now() < deadline) await pause(20)
    // What could still come would have come.
    await pause(LISTENS_MS)
    chronicle.signOuts.push({ person: person.name, is_at_once: isAtOnce, after: visit.after })
    visit.close()
  }
}

async function isEnded(http, signIn) {
  const answer = await http.ask("DELETE", `/sessions/${signIn}`, undefined, ASK_MS)
  return answer?.ok || answer?.error.code === "not_found"
}

/** A connection whose sign-in is ended, and what it is still told after that. */
class Visit {
  isOver = false
  #after = []
  #isSignedOut = false
  #wasRefused = false
  #isIn = false
  #signedOutAt
  #connection
  #chronicle

  constructor({ url, token, chronicle }) {
    this.#chronicle = chronicle
    this.#connection = new PlainConnection(url, { token }, this)
  }

  /** What it should not have been told. */
  get after() {
    return this.isOver ? this.#after : [...this.#after, { still: this.#isIn ? "in" : "not refused" }]
  }

  signedOut() {
    this.#isSignedOut = true
    this.#signedOutAt = this.#chronicle.moment()
  }

  close() {
    this.#connection.close()
  }

  // What the connection tells

  welcome() {
    // One that was on its way already is ended by and by.
    this.#isIn = true
  }

  event(name, data) {
    if (!this.#isSignedOut || name !== "message") return
    const change = this.#chronicle.changes.get(`message ${data.id}`)
    if (change?.begin > this.#signedOutAt) this.#after.push({ event: name, data })
  }

  gone() {
    this.#isIn = false
  }

  refused({ code }) {
    this.#wasRefused ||= code === "not_signed_in"
    if (this.#isSignedOut && this.#wasRefused) this.isOver = true
  }
}

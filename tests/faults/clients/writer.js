import { setTimeout as pause } from "node:timers/promises"
import { until } from "../waiting.js"
import { Device } from "./device.js"
import { isOvertaken, isTransient } from "./refusals.js"

const ANSWER_MS = 1_500
const AGAIN_MS = 100
/** Longer than any fault lasts. */
const BACK_MS = 60_000
const BURST_PERCENT = 10
const LARGEST_BURST = 5
/** Of the messages that one might still change. */
const RECENT = 30
const DEEDS = { send: 70, edit: 20, delete: 10 }

/** Somebody who writes from two devices, and tries again until they are answered. */
export class Writer {
  #name
  #rooms
  #chance
  #ledger
  #record
  #counts
  #repeats
  #devices
  #open
  /** Messages of which everything is known, the newest last. */
  #recent = []
  #serial = 0
  #longestPauseMs
  #isResting = false

  constructor({ name, identity, rooms, ways, urls, longestPauseMs, chance, ledger, record, counts, repeats }) {
    this.#name = name
    this.#rooms = rooms
    this.#longestPauseMs = longestPauseMs
    this.#chance = chance
    this.#ledger = ledger
    this.#record = record
    this.#counts = counts
    this.#repeats = repeats
    // The second one is the same person, and needs the token of the first if they are a guest.
    this.#devices = [new Device({ way: ways[0], url: urls[0], identity, rooms, counts })]
    this.#open = () => new Device({ way: ways[1], url: urls[1], identity, rooms, counts })
  }

  async begin() {
    await until(() => this.#devices[0].isReady, BACK_MS, "a writer comes in")
    this.#devices.push(this.#open())
  }

  /** Writes until told to rest. */
  async work() {
    this.#isResting = false
    while (!this.#isResting) {
      await pause(this.#chance.below(this.#longestPauseMs))
      for (const saying of this.#repeats.takeDue()) await this.#repeat(saying)
      await this.#do(this.#chance.weighted(DEEDS))
    }
  }

  rest() {
    this.#isResting = true
  }

  close() {
    for (const device of this.#devices) device.close()
  }

  // Deeds

  async #do(deed) {
    // Mostly the newest message is changed, and sometimes an old one.
    const written = this.#chance.percent(90) ? this.#recent.at(-1) : this.#recent[0]
    if (deed === "send" || !written) {
      const many = this.#chance.percent(BURST_PERCENT) ? this.#chance.between(2, LARGEST_BURST) : 1
      await Promise.all(Array.from({ length: many }, () => this.#send()))
    } else if (deed === "edit" && !written.isFinal) {
      await this.#edit(written)
    } else {
      await this.#delete(written)
    }
  }

  async #send() {
    const [id, room, body] = [this.#chance.uuid(), this.#chance.among(this.#rooms), this.#body()]
    const written = this.#ledger.sends({ id, room, author: this.#devices[0].userId, body })
    const acknowledge = ({ seq }) => {
      this.#ledger.sent(written, seq)
      // A copy that comes late is answered with it too, when the message has been changed since.
      written.number ??= seq
    }
    if (!(await this.#persist("send", { room, id, body }, acknowledge))) return
    this.#counts.add("sends")
    this.#recent.push(written)
    if (this.#recent.length > RECENT) this.#recent.shift()
  }

  /**
   * An edit names the version it is of, for a copy of it that comes late must not undo a later one. One that does
   * not is the last of its message.
   */
  async #edit(written) {
    const { room, id } = written
    const isFinal = this.#chance.percent(25)
    const body = this.#body()
    const edit = this.#ledger.edits(written, body)
    const data = isFinal ? { room, id, body } : { room, id, body, version: written.number }
    const acknowledge = ({ changed }) => this.#ledger.changed(edit, changed)
    if (!(await this.#persist("edit", data, acknowledge))) return this.#forget(written)
    written.number = edit.numbers.at(-1)
    written.isFinal = isFinal
    this.#counts.add("edits")
  }

  async #delete(written) {
    const { room, id } = written
    this.#forget(written)
    const deletion = this.#ledger.deletes(written)
    const acknowledge = ({ changed }) => this.#ledger.changed(deletion, changed)
    if (await this.#persist("delete", { room, id }, acknowledge)) this.#counts.add("deletes")
  }

  // Internal

  /** Tries until it is done, or gives up and never knows. Answers whether it is done. */
  async #persist(event, data, acknowledge) {
    for (let attempt = 0; ; attempt++) {
      const devices = await this.#devicesFor(attempt)
      const answers = await Promise.all(devices.map((device) => device.ask(event, data, ANSWER_MS)))
      const isRefused = answers.map((answer) => this.#judge({ event, data, acknowledge }, answer, isTransient))
      if (answers.some((answer) => answer?.ok)) {
        this.#repeats.consider({ event, data, acknowledge })
        return true
      }
      if (isRefused.some(Boolean) || this.#repeats.givesUp(answers)) return false
      this.#counts.add("retries")
      await pause(AGAIN_MS)
    }
  }

  async #repeat(saying) {
    // Without an answer there is nothing to compare, and no need to try again.
    const answer = await this.#anyDevice()?.ask(saying.event, saying.data, ANSWER_MS)
    this.#judge(saying, answer, (code) => isTransient(code) || isOvertaken(code))
  }

  /** Takes an answer for what it is. Answers whether it is a refusal for which there is no reason. */
  #judge({ event, data, acknowledge }, answer, isExcused) {
    if (!answer) return false
    if (answer.ok) {
      acknowledge(answer)
      return false
    }
    const { code } = answer.error
    this.#counts.add(`refused ${code}`)
    if (isExcused(code)) return false
    this.#record.refusals.push({ writer: this.#name, event, ...data, error: answer.error })
    return true
  }

  async #devicesFor(attempt) {
    await until(() => this.#anyDevice(), BACK_MS, "everybody comes back", () => ({ writer: this.#name }))
    const ready = this.#devices.filter(({ isReady }) => isReady)
    if (ready.length > 1 && this.#repeats.atOnce(attempt)) return ready
    return [this.#chance.among(ready)]
  }

  #anyDevice() {
    return this.#devices.find(({ isReady }) => isReady)
  }

  #forget(written) {
    this.#recent = this.#recent.filter((other) => other !== written)
  }

  #body() {
    const length = this.#chance.percent(3) ? 8_000 : this.#chance.between(0, 200)
    return `${this.#name} ${++this.#serial}${" .".repeat(length / 2)}`
  }
}

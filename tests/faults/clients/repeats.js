const GIVE_UP_PERCENT = 5
const AT_ONCE_PERCENT = 4
const AGAIN_PERCENT = 10
const LATEST_MS = 60_000
const MOST_LATE = 50

/** What one writer says again although there is no need to: at once, a moment later, or long after. */
export class Repeats {
  #isOn
  #chance
  #counts
  #waiting = []

  constructor({ isOn, chance, counts }) {
    this.#isOn = isOn
    this.#chance = chance
    this.#counts = counts
  }

  /** Whether to leave something in doubt that was not answered. */
  givesUp(answers) {
    return answers.every((answer) => answer === undefined) && this.#happens(GIVE_UP_PERCENT, "given up")
  }

  /** Whether to say it on all devices at the same time; rather when it was not answered before. */
  atOnce(attempt) {
    return this.#happens(attempt === 0 ? AT_ONCE_PERCENT : 5 * AT_ONCE_PERCENT, "duplicates")
  }

  /** Something was acknowledged; perhaps it is said once more. */
  consider(saying) {
    const wait = this.#chance.percent(50) ? 0 : this.#chance.below(LATEST_MS)
    if (this.#waiting.length >= MOST_LATE || !this.#happens(AGAIN_PERCENT, "duplicates")) return
    this.#waiting.push({ at: performance.now() + wait, saying })
  }

  /** What is to be said once more by now. */
  takeDue() {
    const now = performance.now()
    const due = this.#waiting.filter(({ at }) => at <= now)
    this.#waiting = this.#waiting.filter(({ at }) => at > now)
    return due.map(({ saying }) => saying)
  }

  // Internal

  #happens(percent, count) {
    if (!this.#isOn || !this.#chance.percent(percent)) return false
    this.#counts.add(count)
    return true
  }
}

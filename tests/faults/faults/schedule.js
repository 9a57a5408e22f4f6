import { setTimeout as pause } from "node:timers/promises"
import { ON_LINES } from "./on_lines.js"
import { ON_SERVER } from "./on_server.js"

/** How often each happens to the server, in proportion. */
const SERVER_WEIGHTS = { kill: 60, sigterm: 12, pause: 8, lock: 8, clock: 8, full: 4 }
const LINE_WEIGHTS = { cut: 70, freeze: 30 }
const SERVER_PAUSE_MS = 5_000
const LINE_PAUSE_MS = 1_500

/** Lets faults happen at random: one at a time to the server, and meanwhile as many as come to the lines. */
export class Schedule {
  #faults
  #scene
  #lines
  #chances
  /** Those that are to happen before chance decides, so that a short run has every one. */
  #first
  #atWork = []
  #resting

  /**
   * @param {string[]} faults that are switched on
   * @param {object} scene what they are done to
   * @param {() => Line[]} lines
   */
  constructor({ faults, scene, lines }) {
    this.#faults = new Set(faults)
    this.#scene = scene
    this.#lines = lines
    this.#chances = { server: scene.chance.fork(), lines: scene.chance.fork() }
    this.#first = Object.keys(this.#weights(SERVER_WEIGHTS))
  }

  /** Begins; a failure is told to `failed`. */
  begin(failed) {
    this.#resting = new AbortController()
    this.#atWork = [this.#keepHappening(SERVER_WEIGHTS, SERVER_PAUSE_MS, this.#chances.server, this.#onServer)]
    this.#atWork.push(this.#keepHappening(LINE_WEIGHTS, LINE_PAUSE_MS, this.#chances.lines, this.#onLine))
    for (const work of this.#atWork) work.catch(failed)
  }

  /** Ends what is under way, and leaves everything whole. */
  async rest() {
    this.#resting?.abort()
    await Promise.all(this.#atWork)
  }

  // Internal

  async #keepHappening(weights, pauseMs, chance, happen) {
    const likely = this.#weights(weights)
    if (Object.keys(likely).length === 0) return
    const { signal } = this.#resting
    while (!signal.aborted) {
      await pause(chance.below(pauseMs), undefined, { signal }).catch(() => {})
      if (!signal.aborted) await happen(likely, chance, signal)
    }
  }

  #onServer = async (likely, chance) => {
    const at = chance.below(Math.max(1, this.#first.length))
    const [fault] = this.#first.length > 0 ? this.#first.splice(at, 1) : [chance.weighted(likely)]
    await ON_SERVER[fault]({ ...this.#scene, chance })
  }

  #onLine = async (likely, chance, signal) => {
    const fault = chance.weighted(likely)
    const happening = ON_LINES[fault]({ ...this.#scene, chance: chance.fork(), line: chance.among(this.#lines()), signal })
    // Others go on meanwhile.
    this.#atWork.push(happening)
  }

  #weights(weights) {
    return Object.fromEntries(Object.entries(weights).filter(([fault]) => this.#faults.has(fault)))
  }
}

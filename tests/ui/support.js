/** A clock whose hands the test turns. */
export class FakeClock {
  #now = Date.UTC(2024, 0, 15, 12)
  #timers = new Map()
  #made = 0

  now = () => this.#now

  after = (callback, delay) => {
    this.#made += 1
    this.#timers.set(this.#made, { callback, due: this.#now + delay })
    return this.#made
  }

  cancel = (timer) => {
    this.#timers.delete(timer)
  }

  /** Lets time pass, and with it whatever was to happen meanwhile. */
  async pass(milliseconds) {
    this.#now += milliseconds
    for (const [timer, { callback, due }] of [...this.#timers]) {
      if (due > this.#now || !this.#timers.delete(timer)) continue
      callback()
    }
    await settled()
  }
}

/** Lets every promise that can be kept be kept. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve))
}

export const ada = { id: "user-ada", name: "ada" }
export const bob = { id: "user-bob", name: "bob" }
export const cleo = { id: "user-cleo", name: "cleo" }

const NOON = Date.UTC(2024, 0, 15, 12)

/** The message with this number, as the server would send it. */
export function message(seq, overrides = {}) {
  return { room: "lobby", seq, id: `id-${seq}`, user: ada, body: `message ${seq}`, sent_at: NOON + seq * 1_000, ...overrides }
}

/** The messages from one number to another, both included. */
export function messages(from, to) {
  return Array.from({ length: to - from + 1 }, (_, index) => message(from + index))
}

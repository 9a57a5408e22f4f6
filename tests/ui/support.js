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

/** The message as it is after an edit or a deletion, which took this number. */
export function edited(seq, changed, overrides = {}) {
  return message(seq, { body: `edited ${changed}`, changed, edited_at: NOON + changed * 1_000, ...overrides })
}

export function deleted(seq, changed) {
  return message(seq, { body: "", changed, deleted_at: NOON + changed * 1_000 })
}

/** Records as the database keeps them, in memory. */
export class FakeDatabase {
  stores = { letters: new Map(), rooms: new Map(), session: new Map() }
  #keys = { letters: "key", rooms: "name", session: "key" }
  /** Set to make every change fail. */
  isRefusing = false

  all = async (store) => [...this.stores[store].values()]

  change = async (store, { put = [], remove = [] }) => {
    if (this.isRefusing) throw new Error("refused")
    for (const record of put) this.stores[store].set(record[this.#keys[store]], structuredClone(record))
    for (const key of remove) this.stores[store].delete(key)
  }

  rewrite = async (store, changesFor) => this.change(store, changesFor([...this.stores[store].values()]))
}

export const FORGOTTEN_AFTER_MS = 6_000

/** Who is typing in a room. Whoever gives no sign for a while is forgotten. */
export class TypingTracker {
  /** @type {Map<string, {name: string, timer: unknown}>} by user id */
  #typists = new Map()
  #clock
  #onChange

  constructor({ clock, onChange = () => {} }) {
    this.#clock = clock
    this.#onChange = onChange
  }

  get names() {
    return Array.from(this.#typists.values(), ({ name }) => name)
  }

  // Actions

  start({ id, name }) {
    this.#clock.cancel(this.#typists.get(id)?.timer)
    const timer = this.#clock.after(() => this.stop({ id }), FORGOTTEN_AFTER_MS)
    this.#typists.set(id, { name, timer })
    this.#onChange()
  }

  stop({ id }) {
    const typist = this.#typists.get(id)
    if (!typist) return
    this.#clock.cancel(typist.timer)
    this.#typists.delete(id)
    this.#onChange()
  }

  clear() {
    for (const { timer } of this.#typists.values()) this.#clock.cancel(timer)
    this.#typists.clear()
    this.#onChange()
  }
}

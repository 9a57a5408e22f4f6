/** How often what happened. */
export class Counts {
  #counts = new Map()

  add(what, times = 1) {
    this.#counts.set(what, this.of(what) + times)
  }

  of(what) {
    return this.#counts.get(what) ?? 0
  }

  /** Those that are not zero, by name. */
  get all() {
    return [...this.#counts].sort(([one], [other]) => one.localeCompare(other))
  }
}

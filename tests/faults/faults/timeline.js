const SHOWN = 12

/** What was done to the server and the lines, newest last, for whoever has to find out why. */
export class Timeline {
  #start = performance.now()
  #newest = []
  #counts

  constructor(counts) {
    this.#counts = counts
  }

  /** @param {string} fault one of FAULTS */
  note(fault, detail = "") {
    this.#counts.add(fault)
    this.#newest.push(`${((performance.now() - this.#start) / 1000).toFixed(2)} s ${fault} ${detail}`.trimEnd())
    if (this.#newest.length > SHOWN) this.#newest.shift()
  }

  get newest() {
    return this.#newest
  }
}

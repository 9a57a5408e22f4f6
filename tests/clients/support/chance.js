/** Numbers without a pattern that are the same in each run with the same seed. */
export class Chance {
  #state

  constructor(seed) {
    this.#state = seed
  }

  /** A whole number from 0 up to, not including, `bound`. */
  below(bound) {
    // A linear congruential generator; its upper bits are the good ones.
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * bound)
  }
}

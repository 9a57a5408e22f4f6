import { Chance as Numbers } from "../clients/support/chance.js"

/** Everything that is left to chance, from one seed. Who takes turns with others has a chance of their own. */
export class Chance extends Numbers {
  /** One that does not depend on how often this one is asked from now on. */
  fork() {
    return new Chance(this.below(2 ** 31))
  }

  between(least, most) {
    return least + this.below(most - least + 1)
  }

  percent(likelihood) {
    return this.below(100) < likelihood
  }

  among(list) {
    return list[this.below(list.length)]
  }

  /** One of the keys, each as likely as its number is large. */
  weighted(weights) {
    const entries = Object.entries(weights)
    let left = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0))
    for (const [key, weight] of entries) {
      if (left < weight) return key
      left -= weight
    }
    throw new Error("there is nothing to choose from")
  }

  /** A UUID that is the same in each run with the same seed. */
  uuid() {
    const digits = Array.from({ length: 32 }, () => this.below(16).toString(16))
    digits[12] = "4"
    digits[16] = this.among(["8", "9", "a", "b"])
    const text = digits.join("")
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-")
  }
}

/** A rule that did not hold, and what was there instead. */
export class Violation extends Error {
  constructor(rule, sides = {}) {
    super(`${rule}: ${JSON.stringify(sides)}`)
    this.rule = rule
    this.sides = sides
  }
}

/** What holds at each checkpoint before anything else is looked at. */
export const CATCHES_UP = "everybody comes back and catches up"

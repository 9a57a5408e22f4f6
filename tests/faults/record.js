/** What people saw and were told since the last checkpoint. */
export class Record {
  /** For each room, the different messages that were seen with a number: one, if all is well. */
  sightings = new Map()
  /** What each connection heard of a room, from where it came in. */
  runs = []
  /** Readers who were told that the room has fewer changes than they have seen. */
  setbacks = []
  /** Answers to writers for which there was no reason. */
  refusals = []

  sighted(room, message, event) {
    if (!this.sightings.has(room)) this.sightings.set(room, new Map())
    const numbers = this.sightings.get(room)
    const sight = { ...message, event }
    const others = numbers.get(message.number)
    if (!others) numbers.set(message.number, [sight])
    else if (!others.some((other) => isSame(other, sight))) others.push(sight)
  }

  wentBack(reader, room, known, seq) {
    if (seq < known) this.setbacks.push({ reader, room, known, seq })
  }

  /** Forgets what is checked. */
  fold() {
    this.sightings = new Map()
    this.runs = []
    this.setbacks = []
    this.refusals = []
  }
}

/** Whether two messages are the same in everything that matters. */
export function isSame(one, other) {
  return FIELDS.every((field) => one[field] === other[field])
}

const FIELDS = ["seq", "number", "id", "author", "body", "deleted", "event"]

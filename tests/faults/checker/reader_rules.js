import { isSameMessage } from "./log_rules.js"

// What readers heard and see, against the log.

/**
 * Events of a connection follow the number at which it came into the room, without a gap. One that was recovered
 * first hears what it missed up to there, each message as it is now: numbers that were overtaken are left out.
 */
export function* runsWithoutGaps({ runs }) {
  for (const { reader, room, known, from, isRecovered, numbers } of runs) {
    const missed = isRecovered ? numbers.filter((number) => number <= from) : []
    const at = firstDisorder(missed, known, (number, last) => number > last)
    const live = numbers.slice(missed.length)
    const liveAt = firstDisorder(live, from ?? live[0] - 1, (number, last) => number === last + 1)
    for (const [heard, place] of [[missed, at], [live, liveAt]]) {
      if (place < 0) continue
      const around = heard.slice(Math.max(0, place - 3), place + 4)
      yield { room, number: heard[place], reader, came_in_at: from, knew_up_to: known, around }
    }
  }
}

function firstDisorder(numbers, start, follows) {
  return numbers.findIndex((number, at) => !follows(number, at === 0 ? start : numbers[at - 1]))
}

export function* oneOrder({ sightings, numbers }) {
  for (const [room, seen] of sightings) {
    const { things } = numbers.get(room)
    for (const [number, sights] of seen) {
      const thing = things.get(number)
      const isRight = (sight) => thing?.event === sight.event && isSameMessage({ ...thing, number }, sight)
      if (!sights.every(isRight)) yield { room, number, heard: sights, stored: thing ?? "nothing" }
    }
  }
}

export function* neverBack({ setbacks, runs }) {
  yield* setbacks
  for (const { reader, room, known, from } of runs) {
    if (from < known) yield { reader, room, known, seq: from }
  }
}

export function* viewsLikeTheLog({ views, log }) {
  for (const { reader, room, last, oldest, messages } of views) {
    const { seq, messages: all } = log.get(room)
    if (last !== seq) yield { reader, room, knows_up_to: last, stored_up_to: seq }
    const stored = all.filter((message) => message.seq >= oldest)
    for (const message of stored) {
      const seen = messages.get(message.id)
      if (!isSameMessage(message, seen)) yield { reader, room, id: message.id, stored: message, seen: seen ?? "nothing" }
    }
    const ids = new Set(stored.map(({ id }) => id))
    for (const [id, seen] of messages) {
      if (!ids.has(id)) yield { reader, room, id, stored: "nothing", seen }
    }
  }
}

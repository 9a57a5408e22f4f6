/**
 * What each number of a room stands for, by the log and by what the authors were told: the log alone does not
 * know the edits that came before the last one of a message.
 * @returns {Map<string, {things: Map<number, object>, doubles: object[]}>} by room
 */
export function numbersOf({ log, written }) {
  const rooms = new Map()
  for (const [room, { messages }] of log) {
    const numbers = { things: new Map(), doubles: [] }
    for (const message of messages) addHistory(numbers, message, written.get(message.id))
    rooms.set(room, numbers)
  }
  return rooms
}

export function* numbersWithoutGaps({ log, numbers }) {
  for (const [room, { seq }] of log) {
    const { things, doubles } = numbers.get(room)
    for (const double of doubles) yield { room, ...double }
    for (let number = 1; number <= seq; number++) {
      if (!things.has(number)) yield { room, number, stands_for: "nothing" }
    }
    for (const [number, thing] of things) {
      if (number < 1 || number > seq) yield { room, number, beyond_the_rooms_number: seq, stands_for: thing }
    }
  }
}

function addHistory(numbers, { id, seq, number, author, body, deleted }, sent) {
  const thing = { id, seq, author, deleted: false }
  // Nobody knows the first words of a message that was changed and that nobody sent.
  add(numbers, seq, { ...thing, body: sent?.body ?? body, event: "message" })
  for (const edit of sent?.edits ?? []) {
    for (const told of edit.numbers) add(numbers, told, { ...thing, body: edit.body, event: "edited" })
  }
  for (const told of sent?.deletion?.numbers ?? []) {
    add(numbers, told, { ...thing, body: "", deleted: true, event: "deleted" })
  }
  if (number !== seq) add(numbers, number, { ...thing, body, deleted, event: deleted ? "deleted" : "edited" })
}

function add({ things, doubles }, number, thing) {
  const other = things.get(number)
  if (!other) things.set(number, thing)
  else if (other.id !== thing.id || other.event !== thing.event) doubles.push({ number, stands_for: [other, thing] })
}

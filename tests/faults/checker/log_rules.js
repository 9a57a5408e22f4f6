// What the log has, against what the authors did and were told.

export function* sentIsStored({ written, log }) {
  for (const [room, { messages }] of log) {
    const stored = new Map(messages.map((message) => [message.id, message]))
    for (const { id, seqs } of writtenIn(room, written)) {
      const seq = stored.get(id)?.seq ?? "missing"
      if (seqs.some((told) => told !== seq)) yield { room, id, acknowledged: seqs, stored: seq }
    }
  }
}

export function* nothingUnsent({ written, log }) {
  const seen = new Set()
  for (const [room, { messages }] of log) {
    for (const { id, seq, author, body } of messages) {
      const sent = written.get(id)
      if (seen.has(id)) yield { room, seq, id, stored: "twice" }
      else if (!sent) yield { room, seq, id, stored: body, sent: "never" }
      else if (sent.room !== room) yield { room, seq, id, sent_to: sent.room }
      else if (sent.author !== author) yield { room, seq, id, stored_author: author, author: sent.author }
      seen.add(id)
    }
  }
}

export function* storedAsWritten({ written, log }) {
  for (const [room, { messages }] of log) {
    for (const message of messages) {
      const sent = written.get(message.id)
      if (!sent) continue
      const possible = possibleStates(sent)
      if (possible.some((state) => isIn(state, message))) continue
      yield { room, id: message.id, stored: message, possible }
    }
  }
}

export function* authorsOrder({ written, log }) {
  for (const [room, { messages }] of log) {
    for (const { id, seq } of messages) {
      const after = written.get(id)?.after ?? 0
      if (seq <= after) yield { room, id, stored: seq, sent_after_the_acknowledgement_of: after }
    }
  }
}

export function* toldAsStored({ log, told }) {
  for (const [room, messages] of told) {
    const stored = log.get(room).messages
    const longest = Math.max(stored.length, messages.length)
    for (let at = 0; at < longest; at++) {
      const [there, here] = [stored[at], messages[at]]
      if (isSameMessage(there, here)) continue
      yield { room, place: at, stored: there ?? "missing", told: here ?? "missing" }
      // What follows is only shifted.
      break
    }
  }
}

export function* integrity({ integrity }) {
  if (integrity.length !== 1 || integrity[0] !== "ok") yield { integrity_check: integrity }
}

/** Whether two messages are the same in all that matters; either may be missing. */
export function isSameMessage(one, other) {
  if (!one || !other) return one === other
  return ["seq", "number", "id", "author", "body", "deleted"].every((field) => one[field] === other[field])
}

/**
 * How a message may be stored. What is in doubt may have been done or not; what was acknowledged is done, so
 * what came before it is gone. A number is unknown if nobody was told it.
 */
function possibleStates({ body, seqs, edits, deletion }) {
  let states = [{ body, deleted: false, numbers: seqs }]
  for (const { body, numbers } of edits) states = after(states, { body, deleted: false, numbers })
  if (deletion) states = after(states, { body: "", deleted: true, numbers: deletion.numbers })
  return states
}

function after(states, next) {
  return next.numbers.length > 0 ? [next] : [...states, next]
}

function isIn({ body, deleted, numbers }, message) {
  const isKnown = numbers.length === 0 || (numbers.length === 1 && numbers[0] === message.number)
  return isKnown && body === message.body && deleted === message.deleted
}

function* writtenIn(room, written) {
  for (const sent of written.values()) if (sent.room === room) yield sent
}

/**
 * What a client knows of a room, by the rule in docs/protocol.md: everything up to the number `last` of the
 * messages from `oldest` on.
 */
export class View {
  last = 0
  /** The place of the oldest message that is loaded; what is older is read when one scrolls there. */
  oldest = 1
  isLoaded = false
  messages = new Map()

  /** Knows of the room that its newest number is this one, and nothing else yet. */
  begin(seq) {
    this.last = seq
    this.oldest = seq + 1
    this.isLoaded = false
    this.messages.clear()
  }

  /** An event. Answers whether something is missing before it. */
  hear(message) {
    this.#take(message)
    if (message.number === this.last + 1) this.last = message.number
    return message.number > this.last
  }

  /** One of the messages that a connection is recovered with, up to a number; there are holes between theirs. */
  recover(message, upTo) {
    this.#take(message)
    this.last = Math.max(this.last, Math.min(message.number, upTo))
  }

  /** A page of history up to the newest message. */
  load(messages, more) {
    this.oldest = more ? messages[0].seq : 1
    for (const message of messages) this.#take(message)
    this.isLoaded = true
  }

  /** What changed after `last`, which is all up to this number. */
  sync(seq, messages) {
    for (const message of messages) this.#take(message)
    this.last = Math.max(this.last, seq)
  }

  /** Goes away from what is older than the newest `count` messages. */
  forgetAllBut(count) {
    const seqs = [...this.messages.values()].map(({ seq }) => seq).sort((a, b) => a - b)
    if (seqs.length <= count) return
    this.oldest = seqs.at(-count)
    for (const [id, { seq }] of this.messages) {
      if (seq < this.oldest) this.messages.delete(id)
    }
  }

  #take(message) {
    if (message.seq < this.oldest) return
    const known = this.messages.get(message.id)
    if (!known || known.number < message.number) this.messages.set(message.id, message)
  }
}

/** A message of the wire, with the number that counts. */
export function messageOf({ seq, changed, id, user, body, deleted_at }) {
  return { seq, number: changed ?? seq, id, author: user.id, body, deleted: deleted_at !== undefined }
}

/** The event with which a message has become what it is. */
export function eventOf({ seq, number, deleted }) {
  if (deleted) return "deleted"
  return number === seq ? "message" : "edited"
}

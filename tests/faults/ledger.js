/**
 * What the authors did, and what they were told of it. What was sent and never answered is in doubt: it may be
 * stored or not.
 */
export class Ledger {
  /** @type {Map<string, Written>} by id */
  messages = new Map()
  /** By author and room, the number of the newest message that was acknowledged. */
  #newest = new Map()

  /** Somebody is about to send this for the first time. */
  sends({ id, room, author, body }) {
    const after = this.#newest.get(`${author} ${room}`) ?? 0
    const written = { id, room, author, body, after, seqs: [], edits: [], deletion: undefined }
    this.messages.set(id, written)
    return written
  }

  sent(written, seq) {
    note(written.seqs, seq)
    const key = `${written.author} ${written.room}`
    this.#newest.set(key, Math.max(seq, this.#newest.get(key) ?? 0))
  }

  edits(written, body) {
    const edit = { body, numbers: [] }
    written.edits.push(edit)
    return edit
  }

  deletes(written) {
    written.deletion = { numbers: [] }
    return written.deletion
  }

  /** An edit or a deletion is acknowledged. */
  changed(change, number) {
    note(change.numbers, number)
  }
}

/**
 * @typedef {object} Written a message, with the different numbers that its author was told of each thing done to it:
 *   one, if all is well, and none if it is in doubt
 * @property {number} after a message of the author in the room that was acknowledged before this one was sent
 * @property {number[]} seqs
 * @property {{body: string, numbers: number[]}[]} edits in their order
 * @property {{numbers: number[]} | undefined} deletion the last thing, if it was done
 */

function note(numbers, number) {
  if (!numbers.includes(number)) numbers.push(number)
}

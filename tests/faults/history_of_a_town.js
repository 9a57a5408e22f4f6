import { KEYS, effectsOf } from "./checker/standings.js"
import { Chronicle } from "./chronicle.js"
import { HistoryOfARoom } from "./history_of_a_room.js"

const ROOM = "lobby"
const DONE = { ok: true }

/**
 * A made-up closed room in which people came and went and nothing went wrong, with the evidence of it. Ada owns the
 * server, ben and dan have accounts, cat is a guest; ada and ben are in.
 */
export class HistoryOfATown {
  past = new HistoryOfARoom()
  chronicle = new Chronicle()
  /** How everybody stands. */
  found = new Map([
    [KEYS.kind(ROOM), "closed"],
    [KEYS.role("ada"), "owner"],
    [KEYS.role("ben"), "member"],
    [KEYS.role("dan"), "member"],
    [KEYS.role("cat"), "guest"],
    [KEYS.member(ROOM, "ada"), true],
    [KEYS.moderator(ROOM, "ada"), true],
    [KEYS.member(ROOM, "ben"), true],
  ])

  constructor() {
    this.chronicle.fold(new Map(this.found))
  }

  // Deeds

  /** Somebody does something, and is answered; what is done is stored. */
  does(by, action, about = {}, answer = DONE) {
    const act = this.chronicle.begins({ by, action, room: ROOM, ...about })
    this.chronicle.ends(act, answer)
    if (answer?.ok) this.isStored(act)
    return act
  }

  /** What was done, whatever was answered. */
  isStored(act) {
    for (const [key, value] of effectsOf(act)) {
      if (value === false) this.found.delete(key)
      else this.found.set(key, value)
    }
  }

  /** Somebody says something, which is stored, and is answered. */
  says(by, id, answer = DONE) {
    const act = this.does(by, "post", { message: id, author: by }, answer)
    this.past.send(id, undefined, by)
    if (!answer?.ok) this.past.written(id).seqs = []
    return act
  }

  hears(user, id, event = "message") {
    this.chronicle.hears({ user, device: `device of ${user}`, room: ROOM, id, event })
  }

  /** Somebody comes in, and is told what is so. */
  comesIn(user) {
    const begin = this.chronicle.moment()
    const rooms = this.#roomsOf(user)
    this.chronicle.welcomes.push({ user, device: `device of ${user}`, begin, at: this.chronicle.moment(), rooms })
  }

  get evidence() {
    const people = ["ada", "ben", "cat", "dan"]
    const device = (user) => ({
      device: `device of ${user}`,
      user,
      rooms: new Map(this.#roomsOf(user).map((room) => [room.name, room])),
      newest: new Map([[ROOM, this.past.log.seq]]),
    })
    const members = ["ada", "ben", "dan"].flatMap((id) =>
      this.#roomsOf(id).map(({ moderator = false }) => ({ user: { id }, moderator })),
    )
    const { acts, changes, heard, welcomes, signOuts, before } = this.chronicle
    const town = { acts, changes, heard, welcomes, signOuts, before, found: this.found }
    return structuredClone({
      ...this.past.evidence, ...town, devices: people.map(device), memberLists: new Map([[ROOM, members]]),
    })
  }

  // Internal

  #roomsOf(user) {
    if (!this.found.has(KEYS.member(ROOM, user))) return []
    const room = { name: ROOM, kind: this.found.get(KEYS.kind(ROOM)) }
    if (this.found.has(KEYS.archived(ROOM))) room.archived = true
    if (this.found.has(KEYS.moderator(ROOM, user))) room.moderator = true
    if (this.found.has(KEYS.muted(ROOM, user))) room.muted_until = Number.MAX_SAFE_INTEGER
    return [room]
  }
}

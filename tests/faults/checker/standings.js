/**
 * How people and rooms stand, as far as that is certain: of each thing that can change, the writes to it, each of
 * which was done at some moment of its time, or never if it was not answered.
 */
export class Standings {
  /** @type {Map<string, {value: *, act?: Act, begin: number, end: number, isCertain: boolean}[]>} */
  #writes = new Map()
  #since

  /** @param {{acts: Act[], before: {at: number, standing: Map<string, *>}}} chronicle */
  constructor({ acts, before }) {
    this.#since = before.at
    for (const [key, value] of before.standing) {
      this.#add(key, { value, begin: -Infinity, end: before.at, isCertain: true })
    }
    for (const act of acts) {
      if (act.outcome !== "ok" && act.outcome !== "unanswered") continue
      const { begin, settled: end } = act
      for (const [key, value] of effectsOf(act)) this.#add(key, { value, act, begin, end, isCertain: act.outcome === "ok" })
    }
  }

  /** Whether it is known what was at that moment. */
  reachesTo(moment) {
    return moment >= this.#since
  }

  /**
   * Everything that something may have been at some moment of a time. Nothing is, unless something makes it so.
   * @param {Act} [besides] an act that is left out: what may be done depends on how it was before
   */
  possible(key, from, to = from, besides) {
    const writes = (this.#writes.get(key) ?? []).filter(({ act }) => act === undefined || act !== besides)
    const isOver = (write) => writes.some((later) => later.isCertain && later.begin > write.end && later.end < from)
    const values = new Set(writes.filter((write) => write.begin <= to && !isOver(write)).map(({ value }) => value))
    // What was there before the first of them, unless that is over.
    const begun = writes.some(({ isCertain, end }) => isCertain && end < from)
    if (!begun) values.add(false)
    return values
  }

  get keys() {
    return this.#writes.keys()
  }

  #add(key, write) {
    if (!this.#writes.has(key)) this.#writes.set(key, [])
    this.#writes.get(key).push(write)
  }
}

/** The names of what can change. */
export const KEYS = {
  role: (user) => `role ${user}`,
  kind: (room) => `kind ${room}`,
  archived: (room) => `archived ${room}`,
  member: (room, user) => `member ${room} ${user}`,
  moderator: (room, user) => `moderator ${room} ${user}`,
  muted: (room, user) => `muted ${room} ${user}`,
  banned: (room, user) => `banned ${room} ${user}`,
}

/** What is from then on if something was done. */
export function effectsOf({ action, room, by, user, value }) {
  const out = (who) => [[KEYS.member(room, who), false], [KEYS.moderator(room, who), false]]
  switch (action) {
    case "join":
      return [[KEYS.member(room, by), true]]
    case "invite":
      return [[KEYS.member(room, user), true]]
    case "leave":
      return out(by)
    case "remove":
      return out(user)
    case "ban":
      return [[KEYS.banned(room, user), true], ...out(user)]
    case "unban":
      return [[KEYS.banned(room, user), false]]
    case "moderator":
      return [[KEYS.moderator(room, user), value]]
    case "mute":
      return [[KEYS.muted(room, user), value]]
    case "kind":
      return [[KEYS.kind(room), value]]
    case "archived":
      return [[KEYS.archived(room), value]]
    case "role":
      return [[KEYS.role(user), value]]
    default:
      return []
  }
}

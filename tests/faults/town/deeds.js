const LONG_MS = 30 * 24 * 60 * 60 * 1000
/** How often each is done, in proportion. */
const WEIGHTS = {
  post: 90, erase: 12, join: 24, leave: 10, invite: 26, remove: 10, mute: 8, unmute: 8, ban: 4, unban: 8,
  appoint: 7, dismiss: 5, promote: 4, demote: 4, kind: 2, archive: 1, unarchive: 6, read: 10, members: 4,
}
/** By what a room says that one may do it. */
const POWERS = {
  post: "post", leave: "leave", invite: "invite", remove: "remove", mute: "moderate", unmute: "moderate",
  ban: "moderate", unban: "moderate", appoint: "appoint", dismiss: "appoint", erase: "delete_any", read: "read",
  kind: "update", archive: "update", unarchive: "update",
}
const KINDS = ["open", "read_only", "closed"]
const AT_ONCE_PERCENT = 10
/** What is done at the same time now and then. */
const PAIRS = [
  ["leave", "join"], ["remove", "join"], ["remove", "invite"], ["ban", "join"], ["ban", "unban"], ["mute", "post"],
  ["remove", "post"], ["leave", "post"], ["promote", "demote"], ["appoint", "dismiss"], ["archive", "post"],
  ["mute", "unmute"],
]
const BY_ONESELF = new Set(["leave", "join", "post"])
/** Of the messages of the town that somebody may delete. */
const RECENT = 40

/** What people of the town do, as chance will have it: often what they may not do. */
export class Deeds {
  #people
  #rooms
  #chance
  #ledger
  #counts
  #recent = []
  #serial = 0

  /** @param {{name: string, kind: string}[]} rooms as they were made */
  constructor({ people, rooms, chance, ledger, counts }) {
    this.#people = people
    this.#rooms = rooms
    this.#chance = chance
    this.#ledger = ledger
    this.#counts = counts
  }

  async doSomething() {
    if (this.#chance.percent(AT_ONCE_PERCENT)) return this.#doAtOnce()
    const what = this.#chance.weighted(WEIGHTS)
    const { person, room } = this.#placeFor(what)
    // Who cannot reach the server only brings things into doubt.
    if (person.isHere) await this.#do(what, person, room, this.#otherFor(what, room))
    else this.#counts.add("away")
  }

  // Internal

  /** Things that get in each other's way, to somebody in one room. */
  async #doAtOnce() {
    const pair = this.#chance.among(PAIRS)
    const { person, room } = this.#placeFor("remove")
    const other = this.#otherFor("remove", room)
    if (!person.isHere || !other.isHere) return this.#counts.add("away")
    const does = (what) => this.#do(what, BY_ONESELF.has(what) ? other : person, room, other)
    await Promise.all(pair.map(does))
  }

  #do(what, person, room, other) {
    const chance = this.#chance
    switch (what) {
      case "post":
        return this.#post(person, room)
      case "erase":
        return this.#erase(person)
      case "join":
        return person.does({ action: "join", room }, to("join", { room }, "PUT", membersOf(room, "me")))
      case "leave":
        // Nobody could come back into a closed room that everybody has left.
        if (person.sort === "owner") return undefined
        return person.does({ action: "leave", room }, to("leave", { room }, "DELETE", membersOf(room, "me")))
      case "invite":
      case "remove": {
        const method = what === "invite" ? "PUT" : "DELETE"
        const command = to(what, { room, user: other.id }, method, membersOf(room, other.id))
        return person.does({ action: what, room, user: other.id }, command)
      }
      case "mute":
      case "unmute":
        return this.#mute(person, room, other, what === "mute")
      case "ban":
        return person.does(
          { action: "ban", room, user: other.id },
          to("ban", { room, user: other.id }, "POST", bansOf(room), { user: other.id }),
        )
      case "unban":
        return person.does(
          { action: "unban", room, user: other.id },
          to("unban", { room, user: other.id }, "DELETE", `${bansOf(room)}/${other.id}`),
        )
      case "appoint":
      case "dismiss":
        return this.#appoint(person, room, other, what === "appoint")
      case "promote":
      case "demote":
        return this.#promote(person, other, what === "promote" ? "admin" : "member")
      case "kind":
        return this.#update(person, this.#changeable(room), "kind", chance.among(KINDS))
      case "archive":
      case "unarchive":
        return this.#update(person, room, "archived", what === "archive")
      case "read":
        return person.does(
          { action: "read", room },
          to("history", { room, limit: 5 }, "GET", `/rooms/${room}/messages?limit=5`),
        )
      case "members":
        return person.does({ action: "read", room }, to("members", { room }, "GET", membersOf(room, "").slice(0, -1)))
    }
  }

  /** Somebody and a room: mostly such that they may do it there as far as they know. */
  #placeFor(what) {
    const power = POWERS[what]
    const able = this.#people.flatMap((person) =>
      [...person.devices[0].rooms.values()]
        .filter(({ may }) => power && may.includes(power))
        .map(({ name }) => ({ person, room: name })),
    )
    if (able.length > 0 && this.#chance.percent(70)) return this.#chance.among(able)
    return { person: this.#chance.among(this.#people), room: this.#chance.among(this.#rooms).name }
  }

  /** Mostly somebody to whom it can be done. */
  #otherFor(what, room) {
    const isIn = ({ devices }) => devices[0].rooms.has(room)
    const fitting = this.#people.filter((person) => isIn(person) !== (what === "invite"))
    const isAny = fitting.length === 0 || this.#chance.percent(25)
    return this.#chance.among(isAny ? this.#people : fitting)
  }

  #mute(person, room, { id: user }, value) {
    const lasting = value ? LONG_MS : 0
    const command = to("mute", { room, user, for_ms: lasting }, "PATCH", membersOf(room, user), { muted_for: lasting })
    return person.does({ action: "mute", room, user, value }, command)
  }

  #appoint(person, room, { id: user }, value) {
    const data = { room, user, moderator: value }
    const command = to("moderator", data, "PATCH", membersOf(room, user), { moderator: value })
    return person.does({ action: "moderator", room, user, value }, command)
  }

  #promote(person, other, role) {
    const { id } = other.sort === "account" ? other : this.#people.find(({ sort }) => sort === "account")
    // The owner mostly: nobody else may.
    const by = this.#chance.percent(80) ? this.#people.find(({ sort }) => sort === "owner") : person
    return by.does({ action: "role", user: id, value: role }, { http: ["PATCH", `/accounts/${id}`, { role }] })
  }

  /** The room, if its kind may change, or one of those. */
  #changeable(room) {
    const rooms = this.#rooms.filter(({ mayChange }) => mayChange)
    return (rooms.find(({ name }) => name === room) ?? this.#chance.among(rooms)).name
  }

  #update(person, room, action, value) {
    const command = to("update_room", { room, [action]: value }, "PATCH", `/rooms/${room}`, { [action]: value })
    return person.does({ action, room, value }, command)
  }

  async #post(person, room) {
    const [id, body] = [this.#chance.uuid(), `${person.name} ${++this.#serial}`]
    const written = this.#ledger.sends({ id, room, author: person.id, body })
    const act = { action: "post", room, message: id, author: person.id }
    const command = to("send", { room, id, body }, "POST", `/rooms/${room}/messages`, { id, body })
    // Once more with the same id, if it was not answered.
    for (let attempt = 0; attempt < 2; attempt++) {
      const { answer, outcome } = await person.does(act, command)
      if (outcome === "ok") {
        this.#ledger.sent(written, answer.seq)
        this.#recent.push(written)
        if (this.#recent.length > RECENT) this.#recent.shift()
      }
      if (outcome !== "unanswered") return
    }
  }

  async #erase(person) {
    if (this.#recent.length === 0) return
    const written = this.#chance.among(this.#recent)
    const { id, room, author } = written
    const by = this.#chance.percent(30) ? this.#people.find(({ id }) => id === author) : person
    const deletion = (written.deletion ??= { numbers: [] })
    written.deleting = (written.deleting ?? 0) + 1
    const command = to("delete", { room, id }, "DELETE", `/rooms/${room}/messages/${id}`)
    const { answer, outcome } = await by.does({ action: "erase", room, message: id, author }, command)
    written.deleting -= 1
    if (outcome === "ok" && answer.changed !== undefined) this.#ledger.changed(deletion, answer.changed)
    if (outcome === "ok" || outcome === "unanswered") written.mayBeDeleted = true
    if (!written.mayBeDeleted && written.deleting === 0) written.deletion = undefined
  }
}

function to(event, data, ...http) {
  return { wire: [event, data], http }
}

function membersOf(room, user) {
  return `/rooms/${room}/members/${user}`
}

function bansOf(room) {
  return `/rooms/${room}/bans`
}

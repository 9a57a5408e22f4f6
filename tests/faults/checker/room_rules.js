import { answerTo, standingOf } from "./access.js"
import { keyOfChange } from "../chronicle.js"
import { KEYS, Standings } from "./standings.js"

// What people did in the rooms of the town, against who may what; and what they heard there, against who was in.

/** Acts on which it depends how the one stands to whom they are done. */
const ABOUT_SOMEBODY = new Set(["invite", "remove", "mute", "ban", "unban", "moderator"])
/** Nobody knows whether it was done. */
const IN_DOUBT = "unanswered"

/**
 * What is in doubt may be so or so; an answer must be the right one for some way in which things can have stood
 * while it was made.
 */
export function* answeredAsAccessSays({ acts, before }) {
  const standings = new Standings({ acts, before })
  for (const act of acts) {
    if (act.outcome === IN_DOUBT) continue
    const right = rightAnswers(act, standings)
    if (!right.has(act.outcome)) yield { act, right_answers: [...right], ...stoodAs(act, standings) }
  }
}

/** A message is in the log only if one of the attempts to send it was allowed. */
export function* refusedIsNotStored({ acts, before, changes, log }) {
  const standings = new Standings({ acts, before })
  const isNew = (event, message) => standings.reachesTo(changes.get(keyOfChange(event, message)).begin)
  const stored = new Set([...log.values()].flatMap(({ messages }) => messages.map(({ id }) => id)))
  const deleted = new Set(
    [...log.values()].flatMap(({ messages }) => messages.filter(({ deleted }) => deleted).map(({ id }) => id)),
  )
  for (const [action, event, done] of [["post", "message", stored], ["erase", "deleted", deleted]]) {
    for (const [message, attempts] of attemptsAt(action, acts)) {
      // It may have been done before the last checkpoint.
      if (!done.has(message) || !isNew(event, message)) continue
      const may = (act) =>
        act.outcome === "ok" || (act.outcome === IN_DOUBT && rightAnswers(act, standings, act.settled).has("ok"))
      if (!attempts.some(may)) yield { message, done: action, attempts, ...stoodAs(attempts[0], standings) }
    }
  }
}

/**
 * What is heard as it happens, or made up for when a connection is recovered, happened while the person was in. What
 * is read in the history is another matter.
 */
export function* heardFromInside({ heard, changes, acts, before }) {
  const standings = new Standings({ acts, before })
  for (const { user, room, id, event, at, device } of heard) {
    const change = changes.get(keyOfChange(event, id))
    // Of what happened before the last checkpoint it is not known any more who was in.
    if (!change || !standings.reachesTo(change.begin)) continue
    const happened = [change.begin, Math.min(change.end ?? Infinity, at)]
    if (standings.possible(KEYS.member(room, user), ...happened).has(true)) continue
    yield { room, device, user, message: id, event, happened, heard: at, ...actsOn(room, user, acts) }
  }
}

/** The rooms of a welcome are those that the person is in, also after a restart. */
export function* welcomedAsStanding({ welcomes, acts, before }) {
  const standings = new Standings({ acts, before })
  for (const { user, device, begin, at, rooms } of welcomes) {
    if (!standings.reachesTo(begin)) continue
    const told = new Map(rooms.map((room) => [room.name, room]))
    for (const room of roomsIn(standings)) {
      const expected = (key) => standings.possible(key, begin, at)
      const isIn = told.has(room)
      if (!expected(KEYS.member(room, user)).has(isIn)) {
        yield { room, device, user, welcomed: isIn, begin, at, ...actsOn(room, user, acts) }
      } else if (isIn) {
        const { moderator = false } = told.get(room)
        if (expected(KEYS.moderator(room, user)).has(moderator)) continue
        yield { room, device, user, told_moderator: moderator, begin, at, ...actsOn(room, user, acts) }
      }
    }
  }
}

/** What is stored is a way in which things can stand by what was acknowledged. */
export function* standingLasts({ acts, before, found }) {
  const standings = new Standings({ acts, before })
  for (const key of new Set([...standings.keys, ...found.keys()])) {
    const [stored, possible] = [found.get(key) ?? false, standings.possible(key, Infinity)]
    if (!possible.has(stored)) yield { what: key, stored, possible: [...possible], ...actsOnKey(key, acts) }
  }
}

/** At rest, each device knows what is stored of its person. */
export function* devicesKnow({ devices, found, acts }) {
  for (const { device, user, rooms, trails } of devices) {
    const inside = [...found.keys()].filter((key) => key.startsWith("member ") && key.endsWith(` ${user}`))
    const stored = new Set(inside.map((key) => key.split(" ")[1]))
    for (const room of new Set([...stored, ...rooms.keys()])) {
      const known = rooms.get(room)
      if (stored.has(room) !== (known !== undefined)) {
        const sides = { is_in_it: stored.has(room), knows_of_it: known !== undefined }
        yield { device, room, user, ...sides, trail: trails?.get(room), ...actsOn(room, user, acts) }
        continue
      }
      const facts = {
        kind: found.get(KEYS.kind(room)),
        archived: found.get(KEYS.archived(room)) ?? false,
        moderator: found.get(KEYS.moderator(room, user)) ?? false,
        muted: found.get(KEYS.muted(room, user)) ?? false,
      }
      const { kind, archived = false, moderator = false, muted_until } = known
      const told = { kind, archived, moderator, muted: muted_until !== undefined }
      const wrong = Object.keys(facts).filter((what) => facts[what] !== told[what])
      if (wrong.length === 0) continue
      yield { device, room, user, wrong, stored: facts, told, trail: trails?.get(room), ...actsOn(room, user, acts) }
    }
  }
}

/** At rest, each device has heard the last of what happened in the rooms that it knows. */
export function* heardToTheEnd({ devices, log, acts }) {
  for (const { device, user, rooms, newest, trails } of devices) {
    for (const room of rooms.keys()) {
      const [heard, stored] = [newest.get(room) ?? 0, log.get(room).seq]
      if (heard === stored) continue
      yield { device, user, room, heard_up_to: heard, stored_up_to: stored, trail: trails?.get(room), ...actsOn(room, user, acts) }
    }
  }
}

/** The list of members that the server tells is what is stored. */
export function* membersAsStored({ memberLists, found }) {
  for (const [room, members] of memberLists) {
    const told = new Map(members.map(({ user, moderator }) => [user.id, moderator]))
    for (const [key, role] of found) {
      // Guests are not listed.
      if (!key.startsWith("role ") || role === "guest") continue
      const user = key.slice("role ".length)
      const stored = found.has(KEYS.member(room, user)) ? found.has(KEYS.moderator(room, user)) : undefined
      if (told.get(user) !== stored) yield { room, user, stored_moderator: stored, told_moderator: told.get(user) }
    }
  }
}

export function* signedOutIsOut({ signOuts }) {
  for (const signOut of signOuts) if (signOut.after.length > 0) yield signOut
}

// Internal

/** The answers that are right for some way in which things can have stood while something was done. */
function rightAnswers(act, standings, until = act.end) {
  const { action, room, by, user, author } = act
  const possible = (key) => [...standings.possible(key, act.begin, until, act)]
  if (action === "role") return new Set(possible(KEYS.role(by)).map((role) => (role === "owner" ? "ok" : "forbidden")))
  const facts = {
    role: possible(KEYS.role(by)),
    kind: possible(KEYS.kind(room)),
    archived: possible(KEYS.archived(room)),
    ...standingIn(possible, room, by, "own"),
  }
  if (ABOUT_SOMEBODY.has(action)) {
    Object.assign(facts, { theirRole: possible(KEYS.role(user)) }, standingIn(possible, room, user, "their"))
  }
  const right = new Set()
  for (const one of combinations(facts)) {
    const about = user && {
      role: one.theirRole,
      standing: standingOf(part(one, "their")),
      isModerator: one.theirMember && one.theirModerator && !one.theirBanned,
    }
    right.add(
      answerTo(isDismissal(act) ? "dismiss" : action, {
        actor: { role: one.role, standing: standingOf(part(one, "own")) },
        place: { kind: one.kind, archived: one.archived },
        subject: about || undefined,
        isAuthor: author === by,
      }),
    )
    // Of a guest who is not online nothing is known but an old ban.
    if (about?.role === "guest" && right.has("ok")) right.add("person_unknown")
  }
  // One part of the server may have known already what another did not know yet.
  if (right.size > 1) right.add("not_in_room")
  return right
}

function isDismissal({ action, value, user, by }) {
  return action === "moderator" && !value && user !== by
}

function standingIn(possible, room, user, whose) {
  return {
    [`${whose}Member`]: possible(KEYS.member(room, user)),
    [`${whose}Moderator`]: possible(KEYS.moderator(room, user)),
    [`${whose}Muted`]: possible(KEYS.muted(room, user)),
    [`${whose}Banned`]: possible(KEYS.banned(room, user)),
  }
}

function part(facts, whose) {
  return {
    member: facts[`${whose}Member`],
    moderator: facts[`${whose}Moderator`],
    muted: facts[`${whose}Muted`],
    banned: facts[`${whose}Banned`],
  }
}

function* combinations(facts, names = Object.keys(facts)) {
  if (names.length === 0) return yield {}
  const [name, ...others] = names
  for (const rest of combinations(facts, others)) for (const value of facts[name]) yield { ...rest, [name]: value }
}

function attemptsAt(action, acts) {
  const attempts = new Map()
  for (const act of acts) {
    if (act.action !== action) continue
    if (!attempts.has(act.message)) attempts.set(act.message, [])
    attempts.get(act.message).push(act)
  }
  return attempts
}

function roomsIn(standings) {
  const rooms = new Set()
  for (const key of standings.keys) if (key.startsWith("kind ")) rooms.add(key.slice("kind ".length))
  return rooms
}

function stoodAs(act, standings) {
  const { room, by, user, begin, end } = act
  const stood = {}
  for (const key of standings.keys) {
    const [, one, other] = key.split(" ")
    const isRoom = one === room && (other === undefined || other === by || other === user)
    if (isRoom || one === by || (user && one === user)) stood[key] = [...standings.possible(key, begin, end)]
  }
  return { could_stand_as: stood }
}

function actsOn(room, who, acts) {
  return { acts: acts.filter((act) => act.room === room && (act.user ?? act.by) === who && act.action !== "post") }
}

function actsOnKey(key, acts) {
  const [, one, other] = key.split(" ")
  const isOn = (act) => (other === undefined ? (act.room ?? act.user) === one : act.room === one && (act.user ?? act.by) === other)
  return { acts: acts.filter((act) => isOn(act) && !["post", "erase", "read"].includes(act.action)) }
}

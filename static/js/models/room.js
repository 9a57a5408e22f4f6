import { isDeleted, numberOf } from "./message.js"
import { Roster } from "./roster.js"
import { RoomLog } from "./room_log.js"
import { Timeline } from "./timeline.js"
import { TypingTracker } from "./typing_tracker.js"
import { SECOND_MS } from "../helpers/durations.js"
import { listPeople } from "../helpers/people.js"
import { t } from "../i18n/language.js"

/**
 * @typedef {"info"|"timeline"|"roster"|"typing"|"unread"} Aspect
 * @typedef {object} RoomInfo what the server tells of a room, and of oneself in it
 * @property {string} name its slug, which never changes
 * @property {string} [title]
 * @property {string} [topic]
 * @property {"open"|"read_only"|"closed"|"direct"} [kind]
 * @property {boolean} [archived]
 * @property {number} [slow_mode] seconds
 * @property {boolean} [joined]
 * @property {string[]} [may]
 * @property {boolean} [moderator]
 * @property {number} [muted_until]
 * @property {number} [read]
 * @property {number} [unread]
 * @property {number} [mentions]
 * @property {"all"|"mentions"|"nothing"} [level]
 * @property {{id: string, name: string, avatar?: string}[]} [people] of a direct room
 */

// What a server that does not tell lets everybody do.
const MAY_BY_DEFAULT = ["post"]

/**
 * What a room is called by those who are not in it: some have no title, but all have a name.
 * @param {{title?: string, name: string}} room
 */
export function titleOf({ title, name }) {
  return title || name
}

/** One room as this client knows it: what was said, who is here, who is typing, what is unread. */
export class Room {
  /** @type {RoomInfo} */
  #info
  #readUpTo = null
  /** What the server has counted, and what came since: for as long as the messages are not here. */
  #told = { unread: 0, mentions: 0 }
  #slowUntil = 0
  #onChange

  /**
   * @param {string} name
   * @param {{clock: import("../helpers/timing.js").Clock, onChange: (room: Room, aspect: Aspect) => void}} options
   */
  constructor(name, { clock, onChange }) {
    this.name = name
    this.#info = { name }
    this.#onChange = onChange
    this.log = new RoomLog()
    this.timeline = new Timeline({ onChange: () => onChange(this, "timeline") })
    this.roster = new Roster({ onChange: () => onChange(this, "roster") })
    this.typing = new TypingTracker({ clock, onChange: () => onChange(this, "typing") })
  }

  get info() {
    return this.#info
  }

  get isDirect() {
    return this.#info.kind === "direct"
  }

  /** Whether one is in it; a server that does not tell has everybody in the rooms that they know. */
  get isJoined() {
    return this.#info.joined !== false
  }

  /** Whether one may do something here, as the server has told. */
  can(action) {
    return (this.#info.may ?? MAY_BY_DEFAULT).includes(action)
  }

  /** When one may write again, by slow mode. */
  get slowUntil() {
    return this.#slowUntil
  }

  /** What the room is called; a direct one by the people it is with. */
  titleFor(me) {
    const others = (this.#info.people ?? []).filter(({ id }) => id !== me?.id)
    if (this.isDirect && others.length) return listPeople(others.map(({ name }) => name))
    return titleOf(this.#info)
  }

  /** How many messages of others came since the room was last read, and how many of them name oneself. */
  countsFor(me) {
    if (!this.#isCounted) return this.#told
    const { messages } = this.timeline
    const firstUnread = messages.findLastIndex(({ seq }) => seq <= this.#readUpTo) + 1
    const unread = messages.slice(firstUnread).filter((message) => message.user.id !== me?.id && !isDeleted(message))
    return { unread: unread.length, mentions: unread.filter((message) => message.mentions?.includes(me?.id)).length }
  }

  unreadBy(me) {
    return this.countsFor(me).unread
  }

  /** The number up to which the room was read; null before it was opened. */
  get readUpTo() {
    return this.#readUpTo
  }

  // Actions

  /**
   * The server has told of the room.
   * @param {RoomInfo} info
   */
  describe(info) {
    this.#info = { ...info }
    if (info.unread !== undefined) this.readElsewhere(info)
    this.#onChange(this, "info")
  }

  /** One is in it no longer, and can only see what is here of it. */
  leave() {
    this.describe({ ...this.#info, joined: false, may: [], unread: 0, mentions: 0 })
  }

  /**
   * It was read as far as the server says, on whichever device.
   * @param {{read?: number, unread?: number, mentions?: number}} told
   */
  readElsewhere({ read, unread, mentions }) {
    this.#told = { unread, mentions: mentions ?? 0 }
    this.#readUpTo = Math.max(this.#readUpTo ?? 0, read ?? 0)
    this.#onChange(this, "unread")
  }

  /**
   * Everything that is here now has been seen.
   * @returns {boolean} whether that is news
   */
  markRead() {
    if (!this.timeline.isLoaded || this.timeline.hasNewer) return false
    if (this.#readUpTo !== null && this.#readUpTo >= this.timeline.lastSeq) return false
    this.#readUpTo = this.timeline.lastSeq
    this.#told = { unread: 0, mentions: 0 }
    this.#onChange(this, "unread")
    return true
  }

  /** Begins with the newest page of the room, whatever was known before. */
  begin({ messages, more, room }) {
    if (this.timeline.isLoaded) this.timeline.reset()
    this.log.begin(room.seq)
    this.timeline.mergePage(messages, more)
    if (this.#readUpTo === null || this.#readUpTo > room.seq) {
      this.#readUpTo = null
      this.markRead()
    }
  }

  /** Begins with what was last seen of the room, as it was kept here. */
  restore({ last, messages, hasOlder, readUpTo }) {
    this.#readUpTo = readUpTo
    this.log.begin(last)
    this.timeline.mergePage(messages, hasOlder)
  }

  /** Shows another place of the room. */
  moveTo({ messages, more }, { hasNewer }) {
    this.timeline.moveTo(messages, { hasOlder: more, hasNewer })
  }

  /** Forgets what was said here, as if it had never been opened. */
  forget() {
    this.#readUpTo = null
    this.#told = { unread: 0, mentions: 0 }
    this.#info = { name: this.name }
    this.unload()
  }

  /** Lets go of the messages, which can be asked for again. */
  unload() {
    this.log.forget()
    this.timeline.reset()
  }

  /** One has just written oneself: slow mode counts from here, for everybody but moderators. */
  hasSent(now) {
    const { slow_mode: seconds } = this.#info
    if (seconds && !this.can("moderate")) this.waitUntil(now + seconds * SECOND_MS)
  }

  /** The next message is welcome from then on. */
  waitUntil(moment) {
    this.#slowUntil = moment
    this.#onChange(this, "info")
  }

  /** Somebody else has written; it counts also while the messages of the room are not here. */
  count({ seq, mentions }, me) {
    if (seq <= this.#readUpTo) return
    const told = this.#told
    this.#told = { unread: told.unread + 1, mentions: told.mentions + (mentions?.includes(me.id) ? 1 : 0) }
    this.#onChange(this, "unread")
  }

  /** Somebody has written, edited or deleted a message; this is how it is now. */
  receive(message) {
    this.log.take(numberOf(message))
    this.timeline.merge([message])
  }

  /** A part of what was missed: messages as they are now, which stand for everything up to `seq`. */
  catchUp({ messages, seq }) {
    this.log.reach(seq)
    this.timeline.merge(messages)
  }

  /** Somebody who has just written types no more, and goes by the name on the message. */
  hasWritten(user) {
    this.typing.stop(user)
    this.roster.rename(user)
  }

  peopleAre(members, total) {
    this.roster.replace(members, total)
  }

  /** @param {string | undefined} myId one's own coming and going is no news to oneself */
  peopleJoined(event, myId) {
    this.roster.join(event)
    this.#note(event, myId, "timeline.joined")
  }

  peopleLeft(event, myId) {
    this.roster.leave(event)
    for (const user of event.users) this.typing.stop(user)
    this.#note(event, myId, "timeline.left")
  }

  // Internal

  /** Whether all that is unread is here. */
  get #isCounted() {
    const { isLoaded, hasOlder, hasNewer, firstSeq } = this.timeline
    return isLoaded && !hasNewer && this.#readUpTo !== null && (!hasOlder || firstSeq <= this.#readUpTo + 1)
  }

  #note({ users, others }, myId, text) {
    const names = users.filter(({ id }) => id !== myId).map(({ name }) => name)
    const count = names.length + others
    if (count) this.timeline.addNotice(t(text, { people: listPeople(names, others), count }))
  }
}

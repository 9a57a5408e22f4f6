import { isDeleted, numberOf } from "./message.js"
import { Roster } from "./roster.js"
import { RoomLog } from "./room_log.js"
import { Timeline } from "./timeline.js"
import { TypingTracker } from "./typing_tracker.js"
import { listPeople } from "../helpers/people.js"

/** @typedef {"timeline"|"roster"|"typing"|"unread"} Aspect */

/** One room as this client knows it: what was said, who is here, who is typing, what is unread. */
export class Room {
  #readUpTo = null
  #onChange

  /**
   * @param {string} name
   * @param {{clock: import("../helpers/timing.js").Clock, onChange: (room: Room, aspect: Aspect) => void}} options
   */
  constructor(name, { clock, onChange }) {
    this.name = name
    this.#onChange = onChange
    this.log = new RoomLog()
    this.timeline = new Timeline({ onChange: () => onChange(this, "timeline") })
    this.roster = new Roster({ onChange: () => onChange(this, "roster") })
    this.typing = new TypingTracker({ clock, onChange: () => onChange(this, "typing") })
  }

  /** How many messages of others came since the room was last read. */
  unreadBy(me) {
    if (this.#readUpTo === null) return 0
    const { messages } = this.timeline
    const firstUnread = messages.findLastIndex(({ seq }) => seq <= this.#readUpTo) + 1
    return messages.slice(firstUnread).filter((message) => message.user.id !== me?.id && !isDeleted(message)).length
  }

  /** The number up to which the room was read; null before it was opened. */
  get readUpTo() {
    return this.#readUpTo
  }

  // Actions

  /** Everything that is here now has been seen. */
  markRead() {
    if (!this.timeline.isLoaded || this.#readUpTo === this.timeline.lastSeq) return
    this.#readUpTo = this.timeline.lastSeq
    this.#onChange(this, "unread")
  }

  /** Begins with the newest page of the room, whatever was known before. */
  begin({ messages, more, room }) {
    if (this.timeline.isLoaded) this.timeline.reset()
    this.log.begin(room.seq)
    this.timeline.mergePage(messages, more)
    if (this.#readUpTo === null || this.#readUpTo > this.timeline.lastSeq) this.markRead()
  }

  /** Begins with what was last seen of the room, as it was kept here. */
  restore({ last, messages, hasOlder, readUpTo }) {
    this.#readUpTo = readUpTo
    this.log.begin(last)
    this.timeline.mergePage(messages, hasOlder)
  }

  /** Forgets what was said here, as if it had never been opened. */
  forget() {
    this.#readUpTo = null
    this.log.forget()
    this.timeline.reset()
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
    this.#note(event, myId, "joined")
  }

  peopleLeft(event, myId) {
    this.roster.leave(event)
    for (const user of event.users) this.typing.stop(user)
    this.#note(event, myId, "left")
  }

  // Internal

  #note({ users, others }, myId, verb) {
    const names = users.filter(({ id }) => id !== myId).map(({ name }) => name)
    if (names.length || others) this.timeline.addNotice(`${listPeople(names, others)} ${verb}`)
  }
}

import { Roster } from "./roster.js"
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
    this.timeline = new Timeline({ onChange: () => onChange(this, "timeline") })
    this.roster = new Roster({ onChange: () => onChange(this, "roster") })
    this.typing = new TypingTracker({ clock, onChange: () => onChange(this, "typing") })
  }

  /** How many messages of others came since the room was last read. */
  unreadBy(me) {
    if (this.#readUpTo === null) return 0
    const { messages } = this.timeline
    const firstUnread = messages.findLastIndex(({ seq }) => seq <= this.#readUpTo) + 1
    return messages.slice(firstUnread).filter(({ user }) => user.id !== me?.id).length
  }

  // Actions

  /** Everything that is here now has been seen. */
  markRead() {
    if (!this.timeline.isLoaded || this.#readUpTo === this.timeline.lastSeq) return
    this.#readUpTo = this.timeline.lastSeq
    this.#onChange(this, "unread")
  }

  /** Takes the newest page of the room, with which reading begins the first time. */
  open({ messages, more, members, room }) {
    this.timeline.mergePage(messages, more)
    this.roster.replace(members, room.members)
    if (this.#readUpTo === null) this.markRead()
  }

  receive(message) {
    this.timeline.merge([message])
    this.typing.stop(message.user)
    this.roster.rename(message.user)
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

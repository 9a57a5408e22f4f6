import { showRoomMark } from "./room_mark.js"
import { arrangeChildren, cloneTemplate, find } from "../helpers/dom.js"
import { RovingFocus } from "../helpers/roving_focus.js"
import { formatNumber, t } from "../i18n/language.js"
import { groupRooms, noticeOf } from "../models/room_groups.js"
import { roomAddress } from "../models/route.js"

// The server counts no further, and nobody reads a larger number.
const COUNTED = 99

/** @typedef {import("../models/room.js").Room} Room */

/** The rooms one is in, and what is unread in each; direct ones apart. */
export class RoomList {
  #rooms
  #direct
  #focus
  #faces
  #drafts
  /** @type {WeakMap<Room, HTMLElement>} */
  #entries = new WeakMap()

  /**
   * @param {object} options
   * @param {import("../models/faces.js").Faces} options.faces
   * @param {import("../storage/drafts.js").Drafts} options.drafts
   */
  constructor(element, { faces, drafts }) {
    this.#rooms = find("[data-rooms]", element)
    this.#direct = find("[data-direct]", element)
    this.#focus = new RovingFocus(element, "a")
    this.#faces = faces
    this.#drafts = drafts
  }

  /** @param {Room[]} rooms */
  render(rooms, { current, me }) {
    const groups = groupRooms(rooms, me)
    this.#focus.keep(() => {
      this.#renderGroup(this.#rooms, groups.rooms, { current, me })
      this.#renderGroup(this.#direct, groups.direct, { current, me })
    })
    return groups
  }

  // Internal

  #renderGroup(list, rooms, { current, me }) {
    for (const room of rooms) this.#update(this.#entryOf(room), room, { isCurrent: room === current, me })
    arrangeChildren(list, rooms.map((room) => this.#entryOf(room)))
  }

  #entryOf(room) {
    const entry = this.#entries.get(room) ?? cloneTemplate("room-entry")
    this.#entries.set(room, entry)
    return entry
  }

  #update(entry, room, { isCurrent, me }) {
    const link = find("a", entry)
    link.href = roomAddress(room.name)
    if (isCurrent) link.setAttribute("aria-current", "page")
    else link.removeAttribute("aria-current")
    link.classList.toggle("rooms__entry--quiet", room.info.level === "nothing")
    find("[data-name]", entry).textContent = room.titleFor(me)
    showRoomMark(find("[data-kind]", entry), room, me, this.#faces)
    find("[data-draft]", entry).hidden = isCurrent || !this.#drafts.textOf(room.name)
    const notice = shownNoticeOf(room, { isCurrent, me })
    showNotice(entry, notice)
    link.classList.toggle("rooms__entry--unread", notice.unread > 0)
  }
}

/** What is unread in a room, unless one is looking at it. */
export function shownNoticeOf(room, { isCurrent, me }) {
  return isCurrent && !document.hidden ? { unread: 0, mentions: 0 } : noticeOf(room, me)
}

/** Shows it at the entry of a room. */
export function showNotice(entry, { unread, mentions }) {
  const count = unread > COUNTED ? `${formatNumber(COUNTED)}+` : formatNumber(unread)
  const told = mentions ? "rooms.unread_mentioned" : "rooms.unread"
  const badge = find("[data-unread]", entry)
  badge.hidden = unread === 0
  badge.textContent = count
  find("[data-mention]", entry).hidden = mentions === 0
  find("[data-told]", entry).textContent = unread ? t(told, { count }) : ""
}

import { arrangeChildren, cloneTemplate, find } from "../helpers/dom.js"

/** The rooms to choose from; not there while there is no choice. */
export class RoomList {
  #element
  #list
  #onChosen
  /** @type {WeakMap<import("../models/room.js").Room, HTMLElement>} */
  #entries = new WeakMap()

  constructor(element, { onChosen }) {
    this.#element = element
    this.#list = find("ul", element)
    this.#onChosen = onChosen
  }

  render(rooms, { current, me }) {
    this.#element.hidden = rooms.length < 2
    for (const room of rooms) this.#update(this.#entryOf(room), room, room === current, room.unreadBy(me))
    arrangeChildren(this.#list, rooms.map((room) => this.#entryOf(room)))
  }

  // Internal

  #entryOf(room) {
    const entry = this.#entries.get(room) ?? cloneTemplate("room-entry")
    if (!this.#entries.has(room)) {
      this.#entries.set(room, entry)
      find("[data-name]", entry).textContent = room.name
      find("button", entry).addEventListener("click", () => this.#onChosen(room))
    }
    return entry
  }

  #update(entry, room, isCurrent, unread) {
    const button = find("button", entry)
    if (isCurrent) button.setAttribute("aria-current", "page")
    else button.removeAttribute("aria-current")
    const badge = find("[data-unread]", entry)
    badge.hidden = unread === 0 || isCurrent
    badge.textContent = unread
  }
}

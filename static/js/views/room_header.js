import { showKind } from "./kind_icon.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

/** What the open room is called and about. */
export class RoomHeader {
  #name
  #kind
  #topic
  #details

  /**
   * @param {HTMLElement} element
   * @param {{onDetails: () => void}} options
   */
  constructor(element, { onDetails }) {
    this.#name = find("[data-room-name]", element)
    this.#kind = find("[data-kind]", element)
    this.#topic = find("[data-topic]", element)
    this.#details = find("#room-details", element)
    this.#details.addEventListener("click", onDetails)
  }

  /** One is in no room. */
  clear() {
    this.#name.textContent = t("rooms.in_none")
    this.#kind.replaceChildren()
    this.#topic.hidden = true
    this.#details.hidden = true
  }

  /** @param {import("../models/room.js").Room} room */
  render(room, me) {
    const { kind, topic, may } = room.info
    this.#name.textContent = room.titleFor(me)
    showKind(this.#kind, kind)
    this.#topic.hidden = !topic
    this.#topic.textContent = topic ?? ""
    // A server that tells nothing of rooms has nothing to show.
    this.#details.hidden = may === undefined
  }
}

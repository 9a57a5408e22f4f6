import { find } from "../helpers/dom.js"
import { LOBBY } from "../models/room_groups.js"

/** What an owner may do first, for as long as the place is empty. */
export class FirstSteps {
  #element

  /**
   * @param {HTMLElement} element
   * @param {{onCreate: () => void, onInvite: () => void}} options
   */
  constructor(element, { onCreate, onInvite }) {
    this.#element = element
    find("[data-create]", element).addEventListener("click", onCreate)
    find("[data-invite]", element).addEventListener("click", onInvite)
  }

  /** @param {import("../connection/chat.js").Chat} chat */
  render({ me, rooms, current }) {
    const isEmpty = current?.name === LOBBY && current.timeline.isLoaded && current.timeline.messages.length === 0
    this.#element.hidden = !(me?.role === "owner" && isEmpty && rooms.length === 1)
  }
}

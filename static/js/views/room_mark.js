import { showAvatar } from "./avatar.js"
import { showKind } from "./kind_icon.js"

/**
 * Shows what kind of room it is; a talk with one person by their picture.
 * @param {HTMLElement} element
 * @param {import("../models/room.js").Room} room
 * @param {import("../models/faces.js").Faces} faces
 */
export function showRoomMark(element, room, me, faces) {
  const person = partnerOf(room, me)
  element.classList.toggle("avatar", person !== undefined)
  if (!person) {
    showKind(element, room.info.kind)
    return
  }
  element.setAttribute("aria-hidden", "true")
  showAvatar(element, faces.of(person))
}

/** The only other person of a direct room. */
export function partnerOf(room, me) {
  const others = (room.info.people ?? []).filter(({ id }) => id !== me?.id)
  return room.isDirect && others.length === 1 ? others[0] : undefined
}

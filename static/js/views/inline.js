import { roomAddress, roomOn } from "../models/route.js"

// What is on this page opens in it.
const ELSEWHERE = { target: "_blank", rel: "noopener noreferrer nofollow" }

/**
 * What a text becomes on the page.
 * @param {import("../models/inline.js").Part} part
 * @param {string | undefined} myId
 */
export function createInline({ text, href, person, room }, myId) {
  if (href) return link(text, { href, ...(!roomOn(href, location.href) && ELSEWHERE) })
  if (room) return link(text, { href: roomAddress(room), className: "room-link" })
  return person === undefined ? document.createTextNode(text) : mention(text, person === myId)
}

function link(text, attributes) {
  return Object.assign(document.createElement("a"), { textContent: text, ...attributes })
}

function mention(text, isMe) {
  const element = document.createElement("span")
  element.className = isMe ? "mention mention--me" : "mention"
  element.textContent = text
  return element
}

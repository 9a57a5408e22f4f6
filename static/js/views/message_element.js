import { showAvatar } from "./avatar.js"
import { formatDayAndTime, formatTime } from "../helpers/dates.js"
import { cloneTemplate, find } from "../helpers/dom.js"
import { splitLinks } from "../helpers/text.js"

const STATUS = { pending: "Sending…", sent: "" }

/** @param {{onRetry: (id: string) => void, onDiscard: (id: string) => void}} handlers */
export function createMessage({ message }, { onRetry, onDiscard }) {
  const element = cloneTemplate("message-item")
  showAvatar(find(".avatar", element), message.user)
  element.setAttribute("aria-label", `Message from ${message.user.name}`)
  find(".message__author", element).textContent = message.user.name
  find(".message__body", element).append(...bodyOf(message.body))
  find("[data-retry]", element).addEventListener("click", () => onRetry(message.id))
  find("[data-discard]", element).addEventListener("click", () => onDiscard(message.id))
  return element
}

/** Shows what can change: where the message stands, and whether it continues a run. */
export function updateMessage(element, { message, continues }) {
  element.dataset.state = message.state
  if (message.seq) element.dataset.seq = message.seq
  element.classList.toggle("message--continued", continues)
  element.classList.toggle("message--pending", message.state === "pending")
  element.classList.toggle("message--failed", message.state === "failed")

  const time = find("time", element)
  time.dateTime = new Date(message.sent_at).toISOString()
  time.textContent = formatTime(message.sent_at)
  time.title = formatDayAndTime(message.sent_at)

  find("[data-status]", element).textContent = STATUS[message.state] ?? `Not sent: ${message.reason}`
  find(".message__actions", element).hidden = message.state !== "failed"
}

function bodyOf(body) {
  return splitLinks(body).map(({ text, href }) => (href ? linkTo(href, text) : document.createTextNode(text)))
}

function linkTo(href, text) {
  const link = document.createElement("a")
  link.href = href
  link.textContent = text
  link.target = "_blank"
  link.rel = "noopener noreferrer nofollow"
  return link
}

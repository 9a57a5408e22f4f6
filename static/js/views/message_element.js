import { showAvatar } from "./avatar.js"
import { formatDayAndTime, formatTime } from "../helpers/dates.js"
import { cloneTemplate, find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"
import { isDeleted, isOwnedBy, textOf } from "../models/message.js"

const NOT_YET = { send: "message.not_yet_sent", edit: "message.not_yet_saved", delete: "message.not_yet_deleted" }
const NOT_DONE = { send: "message.not_sent", edit: "message.not_saved", delete: "message.not_deleted" }

/**
 * @typedef {object} MessageHandlers
 * @property {(id: string) => void} onRetry
 * @property {(id: string) => void} onDiscard
 * @property {(id: string) => void} onEdit
 * @property {(id: string) => void} onDelete
 * @property {(id: string) => void} onReport
 * @property {(user: import("../models/message.js").User) => import("../models/faces.js").Face} faceOf
 * @property {Reader["inlineOf"]} inlineOf
 *
 * @typedef {object} Reader who reads it, and what they may do in the room
 * @property {import("../models/message.js").User | null} me
 * @property {boolean} canWrite
 * @property {boolean} canDeleteAny
 * @property {boolean} canReport
 * @property {(message: import("../models/message.js").Message, text: string) => Node[]} inlineOf a text of it as it shows
 */

/**
 * @param {{message: import("../models/message.js").Message}} item
 * @param {MessageHandlers} handlers
 */
export function createMessage({ message }, { onRetry, onDiscard, onEdit, onDelete, onReport, faceOf }) {
  const element = cloneTemplate("message-item")
  const { id, user } = message
  showFace(element, faceOf(user))
  element.setAttribute("aria-label", t("message.from", { name: user.name }))
  find(".message__author", element).textContent = user.name
  find("[data-retry]", element).addEventListener("click", () => onRetry(id))
  find("[data-discard]", element).addEventListener("click", () => onDiscard(id))
  find("[data-edit]", element).addEventListener("click", () => onEdit(id))
  find("[data-delete]", element).addEventListener("click", () => onDelete(id))
  find("[data-report]", element).addEventListener("click", () => onReport(id))
  return element
}

/** Shows the picture of its author, which may become known later. */
export function showFace(element, face) {
  showAvatar(find(".avatar", element), face)
}

/**
 * Shows what can change: what it says, where it stands, and whether it continues a run.
 * @param {Reader} reader
 */
export function updateMessage(element, { message, continues }, reader) {
  const { state, kind, isFailed } = standing(message)
  element.dataset.state = state
  if (message.seq) element.dataset.seq = message.seq
  element.classList.toggle("message--continued", continues)
  element.classList.toggle("message--pending", state === "pending")
  element.classList.toggle("message--failed", isFailed)
  element.classList.toggle("message--deleted", isDeleted(message))
  element.classList.toggle("message--mentions-me", Boolean(reader.me && message.mentions?.includes(reader.me.id)))

  const time = find(".message__time", element)
  showTime(time, message.sent_at)
  time.textContent = formatTime(message.sent_at)

  const text = isDeleted(message) ? t("message.deleted") : textOf(message)
  showBody(find(".message__body", element), text, () => reader.inlineOf(message, text))
  showEdited(find(".message__edited", element), message)
  showUnsaved(find(".message__unsaved", element), message.change)
  showTools(element, toolsFor(message, reader))
  const why = isFailed ? whyNot(message, kind) : ""
  find("[data-status]", element).textContent = state === "pending" ? t(NOT_YET[kind]) : why
  find(".message__actions", element).hidden = !isFailed
}

/** The message itself comes first; one that is sent stands where the last change to it stands. */
function standing({ state, change }) {
  if (state !== "sent" || !change) return { state, kind: "send", isFailed: state === "failed" }
  const isFailed = change.state === "failed"
  return { state: isFailed ? state : "pending", kind: change.kind, isFailed }
}

function whyNot({ reason, change }, kind) {
  if (change?.code === "outdated") return t("message.outdated")
  return t(NOT_DONE[kind], { reason: kind === "send" ? reason : change.reason })
}

/** Drawn anew only when it says something else, so that a selection in it stays. */
function showBody(element, text, draw) {
  if (element.textContent !== text || !element.hasChildNodes()) element.replaceChildren(...draw())
}

function showEdited(element, message) {
  element.hidden = !message.edited_at || isDeleted(message)
  if (!element.hidden) showTime(element, message.edited_at)
}

/** The text that the server refused, beneath the one that holds. */
function showUnsaved(element, change) {
  element.hidden = !(change?.kind === "edit" && change.state === "failed")
  element.textContent = element.hidden ? "" : change.body
}

function toolsFor(message, { me, canWrite, canDeleteAny, canReport }) {
  const isOwn = isOwnedBy(me, message)
  const isOthers = message.state === "sent" && message.user.id !== me?.id && !isDeleted(message)
  return { edit: isOwn && canWrite, delete: isOwn || (isOthers && canDeleteAny), report: isOthers && canReport }
}

/** Whoever was about to use the tools is left at the message. */
function showTools(element, tools) {
  const bar = find(".message__tools", element)
  const hasAny = Object.values(tools).some(Boolean)
  const hadFocus = bar.contains(document.activeElement)
  bar.hidden = !hasAny
  for (const [name, isThere] of Object.entries(tools)) find(`[data-${name}]`, bar).hidden = !isThere
  element.classList.toggle("message--has-tools", hasAny)
  if (hadFocus && document.activeElement?.closest("[hidden]")) element.focus()
}

function showTime(element, at) {
  element.dateTime = new Date(at).toISOString()
  element.title = formatDayAndTime(at)
}

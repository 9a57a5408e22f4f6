import { showAvatar } from "./avatar.js"
import { showBody } from "./message_body.js"
import { offerTools } from "./message_tools.js"
import { formatDayAndTime, formatTime } from "../helpers/dates.js"
import { cloneTemplate, find, showPart } from "../helpers/dom.js"
import { t } from "../i18n/language.js"
import { actionIn, isDeleted, isOwnedBy, textOf } from "../models/message.js"
import { messageAddress } from "../models/route.js"

const NOT_YET = { send: "message.not_yet_sent", edit: "message.not_yet_saved", delete: "message.not_yet_deleted" }
const NOT_DONE = { send: "message.not_sent", edit: "message.not_saved", delete: "message.not_deleted" }

/**
 * @typedef {"retry" | "discard" | "edit" | "delete" | "report" | "copy-link"} Action what its buttons do
 *
 * @typedef {object} MessageHandlers
 * @property {Record<Action, (id: string) => void> & {fold?: (id: string) => void}} actions by `fold` it is seen
 *   whole, or only in part again
 * @property {(user: import("../models/message.js").User) => import("../models/faces.js").Face} faceOf
 * @property {Reader["inlineOf"]} inlineOf
 *
 * @typedef {object} Reader who reads it, and what they may do in the room
 * @property {import("../models/message.js").User | null} me
 * @property {string} room its name
 * @property {boolean} canWrite
 * @property {boolean} canDeleteAny
 * @property {boolean} canReport
 * @property {(message: import("../models/message.js").Message, text: string) => Node[]} inlineOf a text of it as it shows
 */

/**
 * @param {{message: import("../models/message.js").Message}} item
 * @param {MessageHandlers} handlers
 */
export function createMessage({ message }, handlers) {
  const element = cloneTemplate("message-item")
  const { id, user } = message
  showFace(element, handlers.faceOf(user))
  element.setAttribute("aria-label", t("message.from", { name: user.name }))
  find(".message__author", element).textContent = user.name
  element.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-do]")
    if (button) handlers.actions[button.dataset.do](id)
  })
  return element
}

/** Shows the picture of its author, which may become known later. */
export function showFace(element, face) {
  showAvatar(find(".avatar", element), face)
}

/**
 * Shows what can change: what it says, where it stands, and whether it continues a run.
 * @param {HTMLElement} element
 * @param {any} item
 * @param {{reader: Reader, isUnfolded: boolean}} context
 */
export function updateMessage(element, { message, continues }, { reader, isUnfolded }) {
  const { state, kind, isFailed } = standing(message)
  element.dataset.state = state
  if (message.seq) element.dataset.seq = message.seq
  element.classList.toggle("message--continued", continues)
  element.classList.toggle("message--pending", state === "pending")
  element.classList.toggle("message--failed", isFailed)
  element.classList.toggle("message--deleted", isDeleted(message))
  element.classList.toggle("message--mentions-me", Boolean(reader.me && message.mentions?.includes(reader.me.id)))

  const text = isDeleted(message) ? t("message.deleted") : textOf(message)
  element.classList.toggle("message--action", actionIn(text) !== null)
  showMoment(find(".message__time", element), message, reader)
  showBody(element, {
    text,
    author: message.user.name,
    isUnfolded,
    draw: (part) => reader.inlineOf(message, part),
  })
  showEdited(element, message)
  offerTools(element, toolsFor(message, reader))
  showFooter(element, { message, state, kind, isFailed })
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

function showEdited(element, message) {
  const isEdited = Boolean(message.edited_at) && !isDeleted(message)
  const edited = showPart(element, "message-edited", isEdited, (part) => find(".message__text", element).append(part))
  if (edited) showTime(edited, message.edited_at)
}

/** What has become of it, until all is well. */
function showFooter(element, { message, state, kind, isFailed }) {
  const isThere = isFailed || state === "pending"
  const footer = showPart(element, "message-footer", isThere, (part) => find("[data-more]", element).before(part))
  if (!footer) return
  showUnsaved(find(".message__unsaved", footer), message.change)
  find(".message__status", footer).textContent = isFailed ? whyNot(message, kind) : t(NOT_YET[kind])
  find(".message__actions", footer).hidden = !isFailed
}

/** The text that the server refused, beneath the one that holds. */
function showUnsaved(element, change) {
  element.hidden = !(change?.kind === "edit" && change.state === "failed")
  element.textContent = element.hidden ? "" : change.body
}

/** @returns {Action[]} */
function toolsFor(message, { me, canWrite, canDeleteAny, canReport }) {
  const isOwn = isOwnedBy(me, message)
  const isThere = message.state === "sent" && !isDeleted(message)
  const isOthers = isThere && message.user.id !== me?.id
  const tools = {
    "copy-link": isThere,
    edit: isOwn && canWrite,
    report: isOthers && canReport,
    delete: isOwn || (isOthers && canDeleteAny),
  }
  return /** @type {Action[]} */ (Object.keys(tools).filter((name) => tools[name]))
}

/** The time leads to the message, once it has a place. */
function showMoment(element, { seq, sent_at: at }, { room }) {
  const time = find("time", element)
  time.dateTime = new Date(at).toISOString()
  time.textContent = formatTime(at)
  element.title = formatDayAndTime(at)
  if (seq) element.href = messageAddress(room, seq)
}

function showTime(element, at) {
  element.dateTime = new Date(at).toISOString()
  element.title = formatDayAndTime(at)
}

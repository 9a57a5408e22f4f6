import { CommandRunner } from "./command_runner.js"
import { Completion } from "./completion.js"
import { Composer } from "./composer.js"
import { confirm } from "./confirm.js"
import { openReport } from "./dialogs.js"
import { EmojiPicker } from "./emoji_picker.js"
import { createInline } from "./inline.js"
import { PostingNotice } from "./posting_notice.js"
import { RoomHeader } from "./room_header.js"
import { Suggestions } from "./suggestions.js"
import { TimelineView } from "./timeline_view.js"
import { TypingLine } from "./typing_line.js"
import { copy } from "../helpers/clipboard.js"
import { find } from "../helpers/dom.js"
import { oncePerFrame } from "../helpers/timing.js"
import { t } from "../i18n/language.js"
import { splitInline } from "../models/inline.js"
import { knownFor } from "../models/known_names.js"
import { isOwnedBy, textOf } from "../models/message.js"
import { messageAddress, roomOn } from "../models/route.js"
import { isForOthers } from "../models/slash_commands.js"
import { TypingSignal } from "../models/typing_signal.js"

/** The open room: its name, what is said in it, who is typing, and where one writes. */
export class RoomView {
  #page
  #chat
  #clock
  #header
  #posting
  #timeline
  #typingLine
  #composer
  #completion
  #commands
  /** @type {import("../models/message.js").Message | null} the message being edited, as it was at the beginning */
  #edited = null
  /** @type {TypingSignal} */
  #typingSignal
  /** @type {import("../models/room.js").Room | null} */
  #room = null
  #drafts
  #showTypingSoon = oncePerFrame(() => this.#showTyping())

  /**
   * @param {HTMLElement} element
   * @param {import("./page.js").Page} page
   * @param {object} options
   * @param {(room: import("../models/room.js").Room) => void} options.onDetails
   * @param {(route: import("../models/route.js").RoomRoute) => void} options.onAddress a link to a room or a message was followed
   */
  constructor(element, page, { onDetails, onAddress }) {
    const { chat, clock, drafts } = page
    this.#page = page
    this.#chat = chat
    this.#clock = clock
    this.#drafts = drafts
    this.#header = new RoomHeader(find(".room__header", element), { onDetails: () => onDetails(this.#room) })
    this.#posting = new PostingNotice(
      {
        form: find("#composer", element),
        notice: find("#cannot-write", element),
        wait: find("#composer-wait", element),
        told: find("#composer-wait-told", element),
      },
      { clock, onMuteEnded: (room) => page.commands.join(room.name).catch(() => {}) },
    )
    this.#typingLine = new TypingLine(find("#typing", element))
    this.#timeline = new TimelineView(element, {
      clock,
      places: page.places,
      load: {
        older: () => chat.loadOlder(this.#room),
        newer: () => chat.loadNewer(this.#room),
        goTo: (place) => chat.goTo(this.#room, place),
      },
      onRead: () => chat.markRead(this.#room),
      onLeave: () => this.#composer.focus(),
      tell: (text) => page.toast.say(text),
      messageHandlers: {
        actions: {
          retry: (id) => this.#andStayAt(id, () => chat.writer.retry(this.#room, id)),
          discard: (id) => this.#andStayAt(id, () => chat.writer.discard(this.#room, id)),
          edit: (id) => this.#beginEditing(id),
          delete: (id) => this.#delete(id),
          report: (id) => openReport(this.#room, this.#room.timeline.find(id), page),
          "copy-link": (id) => this.#copyLink(id),
        },
        faceOf: (user) => chat.faces.of(user),
        inlineOf: (message, text) => this.#inlineOf(message, text),
      },
    })
    this.#commands = new CommandRunner(page)
    this.#completion = this.#createCompletion(element)
    find("[role=log]", element).addEventListener("click", (event) => followed(event, onAddress))
    const picker = new EmojiPicker({
      field: find("#message", element),
      anchor: find("#composer", element),
      data: page.emoji,
      used: page.usedEmoji,
    })
    this.#composer = new Composer(find("#composer", element), {
      onEdited: (text) => {
        if (!this.#edited) this.#beganWriting(text)
      },
      onSend: (text) => {
        this.#completion.close()
        return this.#edited ? this.#saveEdit(text) : this.#take(text)
      },
      onCancelled: () => this.#endEditing(),
      onLast: () => this.#editLast(),
      isTaken: (event) => this.#completion.takes(event) || picker.takes(event),
    })
    chat.writer.watch((rest) => this.#posting.waitsFor(rest))
    page.settings.watch(({ enterSends }) => this.#composer.letEnterSend(enterSends))
    drafts.watch((room) => {
      if (room === this.#room?.name) this.#composer.follow(drafts.textOf(room))
    })
  }

  // Actions

  /** @param {number} [seq] the message that it is opened at */
  show(room, seq) {
    this.#endEditing()
    this.#completion.close()
    this.#typingSignal?.stopped()
    this.#room = room
    this.#typingSignal = new TypingSignal({
      clock: this.#clock,
      send: (isTyping) => this.#chat.showTyping(room, isTyping),
    })
    this.#describe()
    this.#timeline.show(room, this.#chat.me, seq)
    this.#showTyping()
    this.#composer.limit(this.#chat.messageBytes)
    this.#drafts.begin(this.#chat.me.id)
    this.#composer.open(this.#drafts.open(room.name))
  }

  /** Goes to a message of the room that is open. */
  goTo(seq) {
    this.#timeline.goTo(seq)
  }

  /** One is in no room any more. */
  close() {
    this.#endEditing()
    this.#completion.close()
    this.#composer.open("")
    this.#typingSignal = undefined
    this.#timeline.clear()
    this.#posting.clear()
    this.#header.clear()
    this.#room = null
    this.#showTyping()
  }

  /** Nobody is here any more: nothing of what was written stays. */
  clear() {
    this.close()
    this.#drafts.clear()
  }

  /** More is known of what people look like. */
  facesChanged() {
    if (this.#room) this.#timeline.facesChanged()
  }

  focus() {
    this.#composer.focus()
  }

  /** @param {import("../models/room.js").Aspect} aspect of the room shown */
  changed(aspect) {
    switch (aspect) {
      case "typing":
        this.#showTypingSoon()
        break
      case "unread":
        this.#timeline.unreadChanged(this.#chat.me)
        break
      case "info":
        this.#describe()
        this.#timeline.changed(this.#chat.me)
        break
      case "timeline":
        this.#timeline.changed(this.#chat.me)
        break
    }
  }

  /** @param {import("../connection/connection.js").State} state */
  connectionChanged(state) {
    this.#timeline.connectionChanged(state)
  }

  /** The server says how long a message may be. */
  limit(maxBytes) {
    this.#composer.limit(maxBytes)
  }

  // Internal

  #createCompletion(element) {
    const suggestions = new Suggestions(this.#page)
    const elements = {
      field: find("#message", element),
      list: find("#suggestions", element),
      told: find("#suggestions-told", element),
    }
    return new Completion(elements, {
      // A message that is edited is no command.
      suggest: (query, show) => {
        if (this.#edited && isOfCommand(query)) show([])
        else suggestions.for(query, this.#room, show)
      },
      faceOf: (user) => this.#chat.faces.of(user),
      onChosen: ({ sign }) => sign && this.#page.usedEmoji.used(sign),
    })
  }

  #inlineOf(message, text) {
    const { me, faces } = this.#chat
    const isRoom = (name) => this.#chat.roomNamed(name) !== undefined
    const known = knownFor(message, { room: this.#room, me, faces, isRoom })
    return splitInline(text, known).map((part) => createInline(part, me?.id))
  }

  #describe() {
    this.#header.render(this.#room, this.#chat.me)
    this.#posting.render(this.#room)
  }

  #showTyping() {
    this.#typingLine.render(this.#room?.typing.names ?? [])
  }

  #beganWriting(text) {
    // A command is nothing that others wait for.
    this.#typingSignal.edited(isForOthers(text) ? text : "")
    this.#drafts.keep(this.#room.name, text)
  }

  /** Takes what was written, which may be a command. */
  #take(text) {
    const room = this.#room
    const answer = this.#commands.take(text, room, (body) => this.#send(body))
    if (typeof answer === "string") return answer
    return answer.then((refusal) => {
      if (!refusal) this.#drafts.keep(room.name, "")
      return refusal
    })
  }

  #send(text) {
    if (this.#room.slowUntil > this.#clock.now()) return t("composer.slow_mode_stays")
    this.#typingSignal.stopped()
    const isTaken = this.#chat.writer.send(this.#room, text)
    if (isTaken) this.#drafts.keep(this.#room.name, "")
    this.#timeline.hasWritten()
    return isTaken ? "" : t("composer.full")
  }

  async #copyLink(id) {
    const address = new URL(messageAddress(this.#room.name, this.#room.timeline.find(id).seq), location.href).href
    this.#page.toast.say((await copy(address)) ? t("reading.link_copied") : address)
  }

  #beginEditing(id) {
    this.#typingSignal.stopped()
    this.#edited = this.#room.timeline.find(id)
    this.#timeline.markEdited(id)
    this.#composer.beginEditing(textOf(this.#edited))
  }

  #editLast() {
    const { messages, unsent } = this.#room.timeline
    const last = [...messages, ...unsent].findLast((message) => isOwnedBy(this.#chat.me, message))
    if (last && !this.#room.info.archived) this.#beginEditing(last.id)
  }

  #saveEdit(text) {
    const isTaken = this.#chat.writer.edit(this.#room, this.#edited, text)
    if (isTaken) this.#endEditing()
    return isTaken ? "" : t("composer.full")
  }

  #endEditing() {
    this.#edited = null
    this.#timeline.markEdited(null)
    this.#composer.endEditing()
  }

  #delete(id) {
    const room = this.#room
    const quote = textOf(room.timeline.find(id))
    confirm({
      title: t("message.delete_title"),
      note: t("message.delete_note"),
      quote,
      action: t("common.delete"),
      afterwards: () => {
        if (this.#edited?.id === id) this.#endEditing()
        this.#andStayAt(id, () => this.#chat.writer.delete(room, { id }))
      },
    })
  }

  /** The button that was pressed goes away: the keyboard stays at its message, or goes on where one writes. */
  #andStayAt(id, act) {
    act()
    if (this.#room.timeline.find(id)) this.#timeline.focus(id)
    else this.#composer.focus()
  }
}

function isOfCommand({ kind }) {
  return kind === "command" || kind === "invitee"
}

/** A link to what is on this page is followed in place, unless another window is asked for. */
function followed(event, onAddress) {
  const link = event.target.closest("a[href]")
  const route = link && roomOn(link.href, location.href)
  if (!route || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  onAddress(route)
}

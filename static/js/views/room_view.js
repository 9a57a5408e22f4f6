import { Composer } from "./composer.js"
import { DeleteDialog } from "./delete_dialog.js"
import { TimelineView } from "./timeline_view.js"
import { TypingLine } from "./typing_line.js"
import { find } from "../helpers/dom.js"
import { textOf } from "../models/message.js"
import { TypingSignal } from "../models/typing_signal.js"

/** The open room: its name, what is said in it, who is typing, and where one writes. */
export class RoomView {
  #chat
  #clock
  #name
  #timeline
  #typingLine
  #composer
  #deleteDialog
  /** @type {import("../models/message.js").Message | null} the message being edited, as it was at the beginning */
  #edited = null
  /** @type {TypingSignal} */
  #typingSignal
  /** @type {import("../models/room.js").Room | null} */
  #room = null
  /** @type {WeakMap<import("../models/room.js").Room, string>} */
  #drafts = new WeakMap()

  constructor(element, { chat, clock }) {
    this.#chat = chat
    this.#clock = clock
    this.#name = find("[data-room-name]", element)
    this.#typingLine = new TypingLine(find("#typing", element))
    this.#timeline = new TimelineView(element, {
      clock,
      onNearTop: () => chat.loadOlder(this.#room),
      messageHandlers: {
        onRetry: (id) => this.#andStayAt(id, () => chat.retry(this.#room, id)),
        onDiscard: (id) => this.#andStayAt(id, () => chat.discard(this.#room, id)),
        onEdit: (id) => this.#beginEditing(id),
        onDelete: (id) => this.#delete(id),
      },
    })
    this.#composer = new Composer(find("#composer", element), {
      onEdited: (text) => {
        if (!this.#edited) this.#typingSignal.edited(text)
      },
      onSend: (text) => (this.#edited ? this.#saveEdit(text) : this.#send(text)),
      onCancelled: () => this.#endEditing(),
    })
    this.#deleteDialog = new DeleteDialog(find("#delete-dialog"))
  }

  // Actions

  show(room) {
    this.#endEditing()
    if (this.#room) this.#drafts.set(this.#room, this.#composer.text)
    this.#typingSignal?.stopped()
    this.#room = room
    this.#typingSignal = new TypingSignal({
      clock: this.#clock,
      send: (isTyping) => this.#chat.showTyping(room, isTyping),
    })
    this.#name.textContent = room.name
    this.#timeline.show(room, this.#chat.me)
    this.#typingLine.render(room.typing.names)
    this.#composer.limit(this.#chat.messageBytes)
    this.#composer.open(this.#drafts.get(room) ?? "")
  }

  focus() {
    this.#composer.focus()
  }

  /** @param {import("../models/room.js").Aspect} aspect of the room shown */
  changed(aspect) {
    if (aspect === "typing") this.#typingLine.render(this.#room.typing.names)
    else this.#timeline.changed(this.#chat.me)
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

  #send(text) {
    this.#typingSignal.stopped()
    const isTaken = this.#chat.send(this.#room, text)
    this.#timeline.goToNewest()
    return isTaken
  }

  #beginEditing(id) {
    this.#typingSignal.stopped()
    this.#edited = this.#room.timeline.find(id)
    this.#timeline.markEdited(id)
    this.#composer.beginEditing(textOf(this.#edited))
  }

  #saveEdit(text) {
    const isTaken = this.#chat.edit(this.#room, this.#edited, text)
    if (isTaken) this.#endEditing()
    return isTaken
  }

  #endEditing() {
    this.#edited = null
    this.#timeline.markEdited(null)
    this.#composer.endEditing()
  }

  #delete(id) {
    const room = this.#room
    this.#deleteDialog.ask(textOf(room.timeline.find(id)), () => {
      if (this.#edited?.id === id) this.#endEditing()
      this.#andStayAt(id, () => this.#chat.delete(room, { id }))
    })
  }

  /** The button that was pressed goes away: the keyboard stays at its message, or goes on where one writes. */
  #andStayAt(id, act) {
    act()
    if (this.#room.timeline.find(id)) this.#timeline.focus(id)
    else this.#composer.focus()
  }
}

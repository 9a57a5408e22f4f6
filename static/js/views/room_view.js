import { Composer } from "./composer.js"
import { TimelineView } from "./timeline_view.js"
import { TypingLine } from "./typing_line.js"
import { find } from "../helpers/dom.js"
import { TypingSignal } from "../models/typing_signal.js"

/** The open room: its name, what is said in it, who is typing, and where one writes. */
export class RoomView {
  #chat
  #clock
  #name
  #timeline
  #typingLine
  #composer
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
      onRetry: (id) => chat.retry(this.#room, id),
      onDiscard: (id) => chat.discard(this.#room, id),
    })
    this.#composer = new Composer(find("#composer", element), {
      onEdited: (text) => this.#typingSignal.edited(text),
      onSend: (text) => this.#send(text),
    })
  }

  // Actions

  show(room) {
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
    this.#composer.open({ text: this.#drafts.get(room) ?? "", maxBytes: this.#chat.messageBytes })
  }

  focus() {
    this.#composer.focus()
  }

  /** @param {import("../models/room.js").Aspect} aspect of the room shown */
  changed(aspect) {
    if (aspect === "typing") this.#typingLine.render(this.#room.typing.names)
    else this.#timeline.changed(this.#chat.me)
  }

  // Internal

  #send(text) {
    this.#typingSignal.stopped()
    this.#chat.send(this.#room, text)
    this.#timeline.goToNewest()
  }
}

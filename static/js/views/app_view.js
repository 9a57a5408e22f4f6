import { ConnectionBanner } from "./connection_banner.js"
import { Entrance } from "./entrance.js"
import { Leaving } from "./leaving.js"
import { PageTitle } from "./page_title.js"
import { RoomList } from "./room_list.js"
import { RoomView } from "./room_view.js"
import { RosterView } from "./roster_view.js"
import { SidePanel } from "./side_panel.js"
import { find } from "../helpers/dom.js"
import { oncePerFrame } from "../helpers/timing.js"

/** The page: the entrance or the chat, and in the chat the room that is open. */
export class AppView {
  #chat
  #element = find("#chat")
  #myName = find("#my-name")
  #banner
  #title = new PageTitle()
  #entrance
  #panel
  #roomList
  #roomView
  #rosterView
  /** @type {import("../models/room.js").Room | null} */
  #room = null
  #showUnread = oncePerFrame(() => this.#renderUnread())

  constructor({ chat, clock }) {
    this.#chat = chat
    this.#banner = new ConnectionBanner(find("#connection"), { clock })
    this.#entrance = new Entrance(find("#entrance"), {
      onChosen: (name) => this.#enterAs(name),
      onCancelled: () => this.#showChat(),
    })
    this.#panel = new SidePanel(find("#side"), {
      opener: find("#open-side"),
      backdrop: find("#side-backdrop"),
      behind: find("#room"),
    })
    this.#roomList = new RoomList(find("#rooms"), { onChosen: (room) => this.#open(room) })
    this.#roomView = new RoomView(find("#room"), { chat, clock })
    this.#rosterView = new RosterView(find("#people"), { counts: document.querySelectorAll("[data-people-count]") })
    find("#change-name").addEventListener("click", () => this.#changeName())
    document.addEventListener("visibilitychange", this.#showUnread)
    chat.watch({
      stateChanged: (state, bye) => this.#stateChanged(state, bye),
      refused: (refusal) => this.#showEntrance(refusal.message),
      welcomed: (wantedName) => this.#welcomed(wantedName),
      roomChanged: (room, aspect) => this.#roomChanged(room, aspect),
    })
    new Leaving({ isAtRisk: () => chat.isAtRisk, onLeaving: () => chat.save() })
  }

  // Lifecycle

  /** @param {string | null} name under which this browser was here before */
  async start(name) {
    this.#entrance.name = name ?? ""
    await this.#chat.restore()
    if (name) {
      this.#showChat()
      this.#showLastSeen()
      this.#chat.enterAs(name)
    } else {
      this.#showEntrance()
    }
  }

  // Internal

  #enterAs(name) {
    if (name === this.#chat.me?.name) this.#showChat()
    else this.#chat.enterAs(name)
  }

  #stateChanged(state, bye) {
    this.#banner.show(state, bye)
    this.#roomView.connectionChanged(state)
  }

  /** There is something to read before the connection is there. */
  #showLastSeen() {
    const { me, rooms } = this.#chat
    if (!me) return
    this.#showMe()
    this.#open(rooms[0])
  }

  #showMe() {
    this.#myName.textContent = this.#chat.me.name
  }

  #welcomed(wantedName) {
    const { me, rooms } = this.#chat
    this.#showMe()
    this.#entrance.name = me.name
    this.#showChat()
    // Somebody else may not be in the room that was open.
    if (!rooms.includes(this.#room)) this.#open(rooms[0])
    this.#roomView.limit(this.#chat.messageBytes)
    if (me.name !== wantedName) {
      this.#room?.timeline.addNotice(`You are “${me.name}” here: “${wantedName}” was not available`)
    }
    this.#rosterView.render(this.#room, me)
    this.#renderUnread()
  }

  #open(room) {
    if (!room) return
    this.#room = room
    this.#panel.close()
    this.#roomView.show(room)
    this.#rosterView.render(room, this.#chat.me)
    this.#renderUnread()
  }

  #roomChanged(room, aspect) {
    if (aspect === "timeline" || aspect === "unread") this.#showUnread()
    if (room !== this.#room) return
    if (aspect === "roster") this.#rosterView.render(room, this.#chat.me)
    else this.#roomView.changed(aspect)
  }

  #renderUnread() {
    const { me, rooms } = this.#chat
    this.#roomList.render(rooms, { current: this.#room, me })
    this.#title.render(rooms.reduce((sum, room) => sum + room.unreadBy(me), 0))
  }

  #changeName() {
    this.#panel.close()
    this.#showEntrance()
  }

  #showEntrance(message) {
    this.#element.hidden = true
    const canGoBack = this.#room !== null && !message
    this.#entrance.open({ message, canGoBack })
  }

  #showChat() {
    if (!this.#element.hidden) return
    this.#entrance.close()
    this.#element.hidden = false
    this.#roomView.focus()
  }
}

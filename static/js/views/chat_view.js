import { GettingAround } from "./around/getting_around.js"
import { confirm } from "./confirm.js"
import {
  openAdministration, openBecomeAccount, openBrowse, openCreateRoom, openDirect, openInvite, openPerson, openPhoneLink,
  openRoomDetails, openSettings, openShortcuts, openYou,
} from "./dialogs.js"
import { FirstSteps } from "./first_steps.js"
import { NoRoom } from "./no_room.js"
import { PageTitle } from "./page_title.js"
import { RoomList, shownNoticeOf } from "./room_list.js"
import { RoomView } from "./room_view.js"
import { RosterView } from "./roster_view.js"
import { reopenSettings } from "./settings/language.js"
import { SidePanel } from "./side_panel.js"
import { goOnWriting } from "./writing_place.js"
import { YourMenu } from "./your_menu.js"
import { find, findAll } from "../helpers/dom.js"
import { oncePerFrame } from "../helpers/timing.js"
import { hasText, t } from "../i18n/language.js"
import { menuItems } from "../models/menu_items.js"
import { titleOf } from "../models/room.js"
import { messageAddress, roomAddress } from "../models/route.js"

const NARROW = "(max-width: 47.99rem)"
const NOT_WIDE = "(max-width: 71.99rem)"

/** The chat: the rooms, the room that is open, and who is in it. */
export class ChatView {
  #page
  #chat
  #element = find("#chat")
  #title = new PageTitle()
  #roomsPanel
  #peoplePanel
  #roomList
  #roomView
  #noRoom
  #rosterView
  #firstSteps
  #menu
  /** @type {import("../models/room.js").Room | null} */
  #shown = null
  #showRoomsSoon = oncePerFrame(() => this.#showRooms())
  #showRosterSoon = oncePerFrame(() => this.#showRoster())

  /**
   * @param {import("./page.js").Page} page
   * @param {object} options
   * @param {(way?: import("../models/ways_in.js").Way) => void} options.onEnter somebody wants to come in otherwise
   * @param {() => void} options.onSignOut
   */
  constructor(page, { onEnter, onSignOut }) {
    const { chat } = page
    page.open = (room) => this.#go(room)
    this.#page = page
    this.#chat = chat
    this.#roomsPanel = new SidePanel(find("#side"), {
      opener: find("#open-side"),
      backdrop: find("#side-backdrop"),
      behind: find("#room"),
      narrow: NARROW,
      side: "start",
    })
    this.#peoplePanel = new SidePanel(find("#people-panel"), {
      opener: find("#open-people"),
      backdrop: find("#people-backdrop"),
      behind: find("#room"),
      narrow: NOT_WIDE,
      side: "end",
    })
    this.#roomList = new RoomList(find("#rooms"), { faces: chat.faces, drafts: page.drafts })
    page.drafts.watch(this.#showRoomsSoon)
    this.#roomView = new RoomView(find("#room"), page, {
      onDetails: (room) => openRoomDetails(room, page),
      onAddress: (route) => this.#follow(route),
    })
    this.#noRoom = new NoRoom(find("#no-room"), {
      parts: [find("#room .room__messages"), find("#room .room__foot"), find("#open-people")],
      onBrowse: () => openBrowse(page),
    })
    this.#rosterView = new RosterView(find("#people"), {
      counts: document.querySelectorAll("[data-people-count]"),
      faces: chat.faces,
      onChosen: (person) => openPerson(person, page, { room: chat.current }),
    })
    this.#firstSteps = new FirstSteps(find("#first-steps"), {
      onCreate: () => openCreateRoom(page),
      onInvite: () => openInvite(page),
    })
    this.#menu = new YourMenu({ onChosen: this.#menuActions({ onEnter, onSignOut }) })
    find("#browse-rooms").addEventListener("click", () => openBrowse(page))
    find("#create-room").addEventListener("click", () => openCreateRoom(page))
    find("#start-direct").addEventListener("click", () => openDirect(page))
    find("#all-people").addEventListener("click", () => openRoomDetails(chat.current, page, "people"))
    find("#rooms").addEventListener("click", ({ target }) => {
      if (target.closest("a")) this.#roomsPanel.close()
    })
    document.addEventListener("visibilitychange", this.#showRoomsSoon)
    new GettingAround(page)
  }

  // Lifecycle

  /** Somebody is here. @param {import("../models/route.js").Route | null} wanted what the address asks for */
  start(wanted) {
    this.meChanged()
    this.openNamed(wanted?.room, wanted?.seq)
    this.#roomView.limit(this.#chat.messageBytes)
    reopenSettings(this.#page)
  }

  /** Nobody is here any more. */
  clear() {
    this.#shown = null
    for (const dialog of findAll("dialog[open]")) dialog.close()
    this.#menu.close()
    this.#roomView.clear()
    this.#showRooms()
  }

  focus() {
    this.#roomView.focus()
  }

  // What has happened

  connectionChanged(state) {
    this.#roomView.connectionChanged(state)
  }

  /** @param {import("../models/room.js").Aspect} aspect */
  roomChanged(room, aspect) {
    if (this.#isToldInList(room, aspect)) this.#showRoomsSoon()
    if (!this.#isShown(room)) return
    if (aspect === "roster") this.#showRosterSoon()
    else this.#roomView.changed(aspect)
    if (aspect === "timeline") this.#firstSteps.render(this.#chat)
    if (aspect === "info") this.#showPeopleFooter()
  }

  roomsChanged() {
    // Who was in none is in the first one that they are added to.
    if (!this.#shown) this.#show(this.#chat.current)
    this.#showRoomsSoon()
  }

  removed(room, code) {
    const text = hasText(`rooms.out_${code}`) ? `rooms.out_${code}` : "rooms.out_removed"
    this.#page.toast.say(t(text, { room: room.titleFor(this.#chat.me) }))
    this.#showRooms()
    if (this.#shown !== room) return
    if (this.#chat.current) this.#go(this.#chat.current)
    else this.#showNone()
  }

  meChanged() {
    const { me, may, isGuest, server, faces } = this.#chat
    this.#menu.render({ ...faces.of(me), ...me }, menuItems({ isGuest, may, server }))
    const isTold = server?.guests !== undefined
    find("#browse-rooms").hidden = !isTold
    find("#create-room").hidden = !may.includes("create_room") && !may.includes("create_closed_room")
    find("#start-direct").hidden = !may.includes("direct")
    this.#showPlace()
    this.#showRoomsSoon()
  }

  facesChanged() {
    this.#roomView.facesChanged()
    this.#showRosterSoon()
    this.#showRoomsSoon()
  }

  // Actions

  /**
   * Shows the room that the address names, at a message if it names one; without one, the room that was open.
   * @returns {Promise<boolean>} false if it has to be asked for again, once there is a connection
   */
  async openNamed(name, seq) {
    const { chat } = this.#page
    const room = name === undefined ? chat.current : chat.roomNamed(name)
    if (room) {
      this.#show(room, seq)
      return true
    }
    if (chat.current) this.#show(chat.current)
    else this.#showNone()
    return name === undefined || this.#offerToJoin(name, seq)
  }

  // Internal

  /** The address names a room that one is not in. */
  async #offerToJoin(name, seq) {
    const { commands, toast } = this.#page
    const found = await commands.look(name).catch((problem) => problem)
    if (found?.isDisconnected) return false
    if (!found?.may) {
      toast.say(t("rooms.not_found"))
      return true
    }
    confirm({
      title: t("rooms.join_title", { room: titleOf(found) }),
      note: found.topic || t("rooms.join_note"),
      action: t("rooms.join"),
      isDanger: false,
      onConfirmed: async () => this.#go(await commands.join(name), seq),
    })
    return true
  }

  /** Of the room in sight, the list tells nothing that is said in it. */
  #isToldInList(room, aspect) {
    if (aspect === "unread" || aspect === "timeline") return room !== this.#chat.current || document.hidden
    return aspect === "info"
  }

  #isShown(room) {
    return room === this.#shown && room === this.#chat.current
  }

  /** By way of the address, so that one can go back. */
  #go(room, seq) {
    if (!room) return
    const address = seq ? messageAddress(room.name, seq) : roomAddress(room.name)
    if (location.hash === address) this.#show(room, seq)
    else location.hash = address
  }

  /**
   * A message of the room that is open is gone to without a step in the history.
   * @param {import("../models/route.js").RoomRoute} route
   */
  #follow({ room, seq }) {
    if (room === this.#shown?.name && seq) this.#roomView.goTo(seq)
    else location.hash = seq ? messageAddress(room, seq) : roomAddress(room)
  }

  /** @param {number} [seq] the message to be gone to */
  #show(room, seq) {
    if (!room) return
    const isNew = room !== this.#shown
    this.#shown = room
    // Each place in the history is one of a room; a message is gone to once, and where one reads then is kept.
    if (location.hash !== roomAddress(room.name)) history.replaceState(null, "", roomAddress(room.name))
    this.#chat.open(room)
    if (isNew) this.#beginShowing(room, seq)
    else if (seq) this.#roomView.goTo(seq)
    this.#showRoster()
    this.#showPeopleFooter()
    this.#showRooms()
  }

  /** One is in no room. */
  #showNone() {
    this.#shown = null
    history.replaceState(null, "", location.pathname + location.search)
    this.#peoplePanel.close()
    this.#roomView.close()
    this.#rosterView.clear()
    this.#showPeopleFooter()
    this.#noRoom.show()
    goOnWriting()
  }

  #beginShowing(room, seq) {
    this.#noRoom.hide()
    this.#roomsPanel.close()
    this.#peoplePanel.close()
    this.#roomView.show(room, seq)
    this.#page.commands.learnFaces(room).catch(() => {})
  }

  #showRooms() {
    const { me, may, rooms, current } = this.#chat
    const { direct } = this.#roomList.render(rooms, { current, me })
    const canBeDirect = may.includes("direct")
    find("#direct-heading").hidden = direct.length === 0 && !canBeDirect
    find("#no-direct").hidden = direct.length > 0 || !canBeDirect
    const notices = rooms.map((room) => ({ room, ...shownNoticeOf(room, { isCurrent: room === current, me }) }))
    find("[data-elsewhere]").hidden = !notices.some(({ room, unread }) => room !== current && unread > 0)
    this.#title.render({ unread: notices.reduce((sum, { unread }) => sum + unread, 0), place: this.#place })
    this.#firstSteps.render(this.#chat)
  }

  #showRoster() {
    const { me } = this.#chat
    if (me && this.#shown) this.#rosterView.render(this.#shown, me)
  }

  /** Without a name of its own, the place has the name of the program. */
  get #place() {
    const { server } = this.#chat
    return (server?.guests !== undefined && server.name) || "Stonechat"
  }

  #showPlace() {
    find("[data-place]", this.#element).textContent = this.#place
  }

  #showPeopleFooter() {
    find("#people-panel [data-all]").hidden = this.#shown?.info.may === undefined
  }

  #menuActions({ onEnter, onSignOut }) {
    const page = this.#page
    const leave = (act) => () => {
      this.#roomsPanel.close()
      act()
    }
    const actions = {
      "change-name": () => onEnter("guest"),
      "create-account": () => openBecomeAccount(page),
      "sign-in": () => onEnter("sign-in"),
      profile: () => openYou(page, "profile"),
      devices: () => openYou(page, "devices"),
      phone: () => openPhoneLink(page),
      invite: () => openInvite(page),
      administration: () => openAdministration(page),
      settings: () => openSettings(page),
      shortcuts: () => openShortcuts(page),
      "sign-out": onSignOut,
    }
    const leaving = Object.entries(actions).map(([item, act]) => [item, leave(act)])
    return /** @type {typeof actions} */ (Object.fromEntries(leaving))
  }
}

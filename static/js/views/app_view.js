import { ChatView } from "./chat_view.js"
import { Leaving } from "./leaving.js"
import { Notices } from "./notices/notices.js"
import { UpgradeOffer } from "./upgrade_offer.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"
import { explain } from "../i18n/refusals.js"

// What is told of a farewell. Where it is an end, nothing of what was seen stays here; a guest keeps
// the token of what they wrote, with which they may become an account.
const FAREWELLS = {
  signed_out: { text: "entrance.signed_out", isEnd: true, way: "sign-in" },
  not_signed_in: { text: "entrance.not_signed_in", isEnd: true, way: "sign-in" },
  banned: { text: "entrance.banned", isEnd: false },
  name_taken: { isEnd: false },
  guests_off: { text: "entrance.guests_off", isEnd: false, way: "sign-in" },
  name_invalid: { isEnd: false },
}

/** The page: the way in or the chat, by what the address asks for and what the server says. */
export class AppView {
  #chat
  #places
  #element = find("#chat")
  #banner
  #entry
  #chatView
  #notices
  #upgradeOffer = new UpgradeOffer()
  /** @type {import("../models/route.js").Route | null} what the address asks for, until it can be shown */
  #wanted = null

  /**
   * @param {import("./page.js").Page} page
   * @param {{banner: import("./connection_banner.js").ConnectionBanner, entry: import("./entry.js").Entry}} options
   */
  constructor(page, { banner, entry }) {
    const { chat } = page
    this.#chat = chat
    this.#places = page.places
    this.#banner = banner
    this.#entry = entry
    this.#chatView = new ChatView(page, {
      onEnter: (way) => this.#showEntry({ way, canGoBack: true }),
      onSignOut: () => this.#signOut(page),
    })
    this.#notices = new Notices(page, { isShown: (room) => room === chat.current && !this.#entry.isOpen })
    chat.watch({
      stateChanged: (state, bye) => {
        this.#banner.show(state, bye)
        this.#chatView.connectionChanged(state)
      },
      refused: (refusal) => this.#refused(refusal),
      welcomed: (wantedName) => this.#welcomed(wantedName),
      said: (room, message) => this.#notices.said(room, message),
      missed: (missed) => this.#notices.missed(missed),
      roomChanged: (room, aspect) => {
        this.#chatView.roomChanged(room, aspect)
        if (aspect === "unread") this.#notices.unreadChanged(room)
      },
      roomsChanged: () => this.#chatView.roomsChanged(),
      removed: (room, code) => this.#chatView.removed(room, code),
      meChanged: () => this.#chatView.meChanged(),
      facesChanged: () => this.#chatView.facesChanged(),
    })
    new Leaving({ isAtRisk: () => chat.writer.isAtRisk, onLeaving: () => chat.save() })
  }

  // Lifecycle

  /** @param {import("../models/route.js").Route} route what the address asks for */
  async start(route) {
    await this.#chat.restore()
    this.#wanted = route.room ? route : null
  }

  // Actions

  /** Somebody is here who was here before: there is something to read before the connection is there. */
  comeBack() {
    this.#showChat()
    if (this.#chat.me) this.#startWithWhatIsKept()
    this.#chat.start()
  }

  /** Somebody comes in as a guest. */
  enterAs(name) {
    if (this.#chat.isStarted && name === this.#chat.me?.name && this.#chat.isGuest) this.#showChat()
    else this.#chat.enterAs(name)
  }

  /** Somebody does not want to wait for the next try. */
  retry() {
    this.#chat.retry()
  }

  /** Somebody has become an account. */
  connect() {
    this.#chat.start()
  }

  /** Somebody who looked at the entrance stays as they were. */
  goBack() {
    this.#showChat()
  }

  /** @param {import("../models/route.js").Route} route what the address asks for now */
  goTo(route) {
    if (route.token) this.#follow(route)
    else this.#openOrWant(route)
  }

  // Internal

  /** What cannot be found without a connection is looked for once it is there. */
  async #openOrWant(route) {
    this.#wanted = route.room ? route : null
    if (!this.#chat.me || this.#entry.isOpen) return
    const isSettled = await this.#chatView.openNamed(route.room, route.seq)
    if (isSettled && this.#wanted === route) this.#wanted = null
  }

  #follow(route) {
    this.#element.hidden = true
    this.#entry.follow(route, { canGoBack: this.#chat.me !== null })
  }

  /** What is not kept is asked for once the connection is there. */
  #startWithWhatIsKept() {
    this.#chatView.start(this.#wanted)
    if (this.#chat.roomNamed(this.#wanted?.room)) this.#wanted = null
  }

  #welcomed(wantedName) {
    const { me, server } = this.#chat
    this.#upgradeOffer.welcomed(server)
    // Who fills in a form does not lose it because the connection was away.
    if (!this.#entry.isInUse) {
      this.#entry.name = me.name
      this.#showChat()
    }
    this.#chatView.start(this.#wanted)
    this.#wanted = null
    if (me.name !== wantedName && this.#chat.isGuest) {
      this.#chat.current?.timeline.addNotice(t("room.name_not_available", { name: me.name, wanted: wantedName }))
    }
  }

  #refused(refusal) {
    const { text, isEnd, way } = FAREWELLS[refusal.code] ?? {}
    if (isEnd) this.#end()
    this.#showEntry({ message: text ? t(text) : explain(refusal), way })
  }

  async #signOut({ signIn, toast }) {
    try {
      await signIn.signOut()
      this.#end()
      this.#showEntry({})
    } catch (problem) {
      toast.say(problem.message)
    }
  }

  #end() {
    this.#chat.end()
    this.#places.clear()
    this.#chatView.clear()
    this.#notices.end()
    this.#entry.name = ""
    history.replaceState(null, "", location.pathname + location.search)
  }

  #showEntry(options) {
    this.#element.hidden = true
    this.#entry.open(options)
  }

  #showChat() {
    if (!this.#element.hidden && !this.#entry.isOpen) return
    this.#entry.close()
    this.#element.hidden = false
    this.#chatView.focus()
  }
}

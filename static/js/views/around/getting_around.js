import { Regions } from "./regions.js"
import { openSwitcher } from "./switcher.js"
import { openShortcuts } from "../dialogs.js"
import { find } from "../../helpers/dom.js"
import { isMac } from "../../helpers/platform.js"
import { t } from "../../i18n/language.js"
import { neighbourOf } from "../../models/room_groups.js"
import { keyCaps, shortcutFor, spokenKeys } from "../../models/shortcuts.js"

const SWITCH = "Mod+K"
// What lies above the chat has its own keys; a toast does not.
const ABOVE = "dialog[open], .menu:popover-open"
const WRITTEN_IN = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button])"

/** Going from place to place in the chat by keyboard, and by the switcher. */
export class GettingAround {
  #page
  #element = find("#chat")
  #regions = new Regions()
  /** @type {Record<string, () => void>} by the ids of the shortcuts */
  #actions

  /** @param {import("../page.js").Page} page */
  constructor(page) {
    this.#page = page
    this.#actions = {
      switch: () => openSwitcher(page),
      sheet: () => openShortcuts(page),
      previousRoom: () => this.#move(-1),
      nextRoom: () => this.#move(1),
      previousUnread: () => this.#move(-1, { isUnread: true }),
      nextUnread: () => this.#move(1, { isUnread: true }),
      nextRegion: () => this.#regions.move(1),
      previousRegion: () => this.#regions.move(-1),
      close: () => this.#regions.write(),
    }
    const button = find("#open-switcher")
    button.title = `${t("around.switch")} (${keyCaps(SWITCH, isMac()).join("+")})`
    button.setAttribute("aria-keyshortcuts", spokenKeys(SWITCH, isMac()))
    button.addEventListener("click", () => openSwitcher(page))
    find("#skip").addEventListener("click", () => this.#regions.write())
    document.addEventListener("keydown", (event) => this.#keyPressed(event))
  }

  // Internal

  #keyPressed(event) {
    if (event.defaultPrevented || event.isComposing || this.#element.hidden || document.querySelector(ABOVE)) return
    const isTyping = event.target.matches(WRITTEN_IN)
    const act = this.#actions[shortcutFor(event, { isMac: isMac(), isTyping })]
    if (!act) return
    event.preventDefault()
    act()
  }

  #move(step, { isUnread = false } = {}) {
    const { chat, open, toast } = this.#page
    const room = neighbourOf(chat.current, chat.rooms, chat.me, { step, isUnread })
    if (room) open(room)
    else if (isUnread) toast.say(t("around.nothing_unread"))
  }
}

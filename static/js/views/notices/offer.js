import { askForNotifications, canAskToNotify } from "./permission.js"
import { goOnWriting } from "../writing_place.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"
import { isGoodMoment } from "../../models/notice_policy.js"

/** Asks once, at a good moment, whether one wants to be told; only a yes has the browser ask too. */
export class NoticeOffer {
  #element = find("#notice-offer")
  #settings
  #toast
  #past = { written: 0, hasMissed: false }
  /** @type {boolean | undefined} */
  #isAskable

  /** @param {Pick<import("../page.js").Page, "settings"|"toast">} page */
  constructor({ settings, toast }) {
    this.#settings = settings
    this.#toast = toast
    find("[data-accept]", this.#element).addEventListener("click", () => this.#accept())
    find("[data-dismiss]", this.#element).addEventListener("click", () => settings.change({ offered: true }))
    // It was answered, here or in another window.
    settings.watch(({ offered, notify }) => {
      if (offered || notify) this.#hide()
    })
  }

  /** @param {{isOwn: boolean, isMissed: boolean}} message */
  said({ isOwn, isMissed }) {
    if (!isOwn && !isMissed) return
    if (isOwn) this.#past.written += 1
    if (isMissed) this.#past.hasMissed = true
    const { notify, offered } = this.#settings.wishes
    if (!notify && !offered && isGoodMoment(this.#past) && this.#canAsk) this.#element.hidden = false
  }

  // Internal

  /** Asked once: a browser takes longer to say so than a message to be drawn. */
  get #canAsk() {
    return (this.#isAskable ??= canAskToNotify())
  }

  async #accept() {
    const isAllowed = await askForNotifications()
    this.#settings.change({ notify: isAllowed, offered: true })
    if (!isAllowed) this.#toast.say(t("settings.notify_refused"))
  }

  #hide() {
    const hadFocus = this.#element.contains(document.activeElement)
    this.#element.hidden = true
    if (hadFocus) goOnWriting()
  }
}

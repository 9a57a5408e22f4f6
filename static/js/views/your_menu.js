import { showAvatar } from "./avatar.js"
import { find } from "../helpers/dom.js"
import { RovingFocus } from "../helpers/roving_focus.js"
import { t } from "../i18n/language.js"

const ITEM = "[data-item]:not([hidden])"

/** @typedef {"change-name"|"create-account"|"sign-in"|"profile"|"devices"|"phone"|"invite"|"administration"|"settings"|"shortcuts"|"sign-out"} Item */

/** Who one is, and the menu of what concerns oneself. */
export class YourMenu {
  #button = find("#your-menu-button")
  #menu = find("#your-menu")
  #name = find("#my-name")
  #focus = new RovingFocus(this.#menu, ITEM)

  /** @param {{onChosen: Record<Item, () => void>}} options */
  constructor({ onChosen }) {
    for (const button of this.#menu.querySelectorAll("[data-item]")) {
      button.addEventListener("click", () => {
        this.#menu.hidePopover()
        onChosen[button.dataset.item]()
      })
    }
    // At the first one, wherever one was last: that may have been to sign out.
    this.#menu.addEventListener("toggle", ({ newState }) => newState === "open" && find(ITEM, this.#menu).focus())
    this.#menu.addEventListener("focusout", ({ relatedTarget }) => this.#left(relatedTarget))
  }

  /**
   * @param {import("../models/faces.js").Face} face
   * @param {string[]} items what there is to choose
   */
  render(face, items) {
    this.#button.hidden = false
    this.#name.textContent = face.name
    this.#button.setAttribute("aria-label", t("menu.of", { name: face.name }))
    showAvatar(find(".avatar", this.#button), face)
    this.#focus.keep(() => {
      for (const button of this.#menu.querySelectorAll("[data-item]")) {
        button.hidden = !items.includes(button.dataset.item)
      }
    })
  }

  close() {
    if (this.#menu.matches(":popover-open")) this.#menu.hidePopover()
  }

  // Internal

  /** The button itself closes the menu when it is pressed. */
  #left(to) {
    if (to && to !== this.#button && !this.#menu.contains(to)) this.close()
  }
}

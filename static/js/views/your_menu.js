import { showAvatar } from "./avatar.js"
import { find } from "../helpers/dom.js"
import { t } from "../i18n/language.js"

/** @typedef {"change-name"|"create-account"|"sign-in"|"profile"|"devices"|"phone"|"invite"|"administration"|"settings"|"shortcuts"|"sign-out"} Item */

/** Who one is, and the menu of what concerns oneself. */
export class YourMenu {
  #button = find("#your-menu-button")
  #menu = find("#your-menu")
  #name = find("#my-name")

  /** @param {{onChosen: Record<Item, () => void>}} options */
  constructor({ onChosen }) {
    for (const button of this.#menu.querySelectorAll("[data-item]")) {
      button.addEventListener("click", () => {
        this.#menu.hidePopover()
        onChosen[button.dataset.item]()
      })
    }
  }

  /**
   * @param {import("../models/faces.js").Face} face
   * @param {string[]} items what there is to choose
   */
  render(face, items) {
    this.#name.textContent = face.name
    this.#button.setAttribute("aria-label", t("menu.of", { name: face.name }))
    showAvatar(find(".avatar", this.#button), face)
    for (const button of this.#menu.querySelectorAll("[data-item]")) {
      button.hidden = !items.includes(button.dataset.item)
    }
  }

  close() {
    if (this.#menu.matches(":popover-open")) this.#menu.hidePopover()
  }
}

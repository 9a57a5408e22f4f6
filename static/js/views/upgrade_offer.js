import { goOnWriting } from "./writing_place.js"
import { find } from "../helpers/dom.js"

/**
 * Offers to load the page anew when the server has become another version than the one that the page is of: what
 * is loaded from now on may not fit to what is here. When, is up to whoever is in the middle of something.
 */
export class UpgradeOffer {
  #element = find("#upgrade-offer")
  /** @type {string | undefined} the version that the page is of */
  #loaded
  /** @type {string | undefined} the one that is not to be loaded now */
  #declined
  #offered

  constructor() {
    find("[data-accept]", this.#element).addEventListener("click", () => location.reload())
    find("[data-dismiss]", this.#element).addEventListener("click", () => this.#decline())
  }

  /** @param {{version: string}} server as it has told of itself */
  welcomed({ version }) {
    this.#loaded ??= version
    this.#offered = version
    this.#element.hidden = [this.#loaded, this.#declined].includes(version)
  }

  // Internal

  #decline() {
    this.#declined = this.#offered
    this.#element.hidden = true
    goOnWriting()
  }
}

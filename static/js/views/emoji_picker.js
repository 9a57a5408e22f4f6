import { EmojiGrid } from "./emoji_grid.js"
import { cloneTemplate, find, isRightToLeft } from "../helpers/dom.js"
import { insertText } from "../helpers/fields.js"
import { t } from "../i18n/language.js"
import { GROUP_NAMES, TONES } from "../models/emoji.js"

const RECENT = "recent"
// What stands for each group.
const SIGNS = {
  recent: "🕘", smileys: "😀", people: "👋", animals: "🐻", food: "🍎", travel: "🚗", activities: "⚽", objects: "💡", symbols: "💯", flags: "🏁",
}
const HAND = "✋"
const GAP_PX = 8

/** All emoji, to put one where one writes: by what it is called, by its kind, or one used of late. */
export class EmojiPicker {
  #element = find("#emoji-picker")
  #search = find("[type=search]", this.#element)
  #tabs = find("[role=tablist]", this.#element)
  #tone = find("select", this.#element)
  #told = find("[role=status]", this.#element)
  #panel = find("[role=tabpanel]", this.#element)
  #grid
  #field
  #anchor
  #data
  #used
  #group = "smileys"

  /**
   * @param {object} options
   * @param {HTMLTextAreaElement} options.field where emoji go
   * @param {HTMLElement} options.anchor above which it shows
   * @param {import("../connection/emoji_data.js").EmojiData} options.data
   * @param {import("../storage/used_emoji.js").UsedEmoji} options.used
   */
  constructor({ field, anchor, data, used }) {
    this.#field = field
    this.#anchor = anchor
    this.#data = data
    this.#used = used
    this.#grid = new EmojiGrid(find("[role=grid]", this.#element), {
      onChosen: (unicode, options) => this.#choose(unicode, options),
      onLeft: () => this.#search.focus(),
    })
    this.#tone.append(...TONES.map((tone) => new Option(HAND + tone, tone)))
    this.#element.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#open())
    this.#element.addEventListener("toggle", ({ newState }) => newState === "open" && this.#focus())
    this.#element.addEventListener("keydown", (event) => this.#keyPressed(event))
    this.#element.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.#element.contains(relatedTarget)) this.close()
    })
    this.#search.addEventListener("input", () => this.#render())
    this.#search.addEventListener("keydown", (event) => this.#searchKeyPressed(event))
    this.#tabs.addEventListener("click", ({ target }) => this.#show(target.closest("[role=tab]")?.dataset.group))
    this.#tabs.addEventListener("keydown", (event) => this.#tabKeyPressed(event))
    this.#tone.addEventListener("change", () => {
      this.#used.prefer(this.#tone.value)
      this.#render()
    })
    addEventListener("resize", () => this.#isOpen && this.#place())
  }

  // Actions

  /** @returns {boolean} whether a key that was pressed where one writes opens it */
  takes(event) {
    if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.code !== "KeyE") return false
    event.preventDefault()
    this.#element.showPopover()
    // What is typed next is meant for it already.
    this.#focus()
    return true
  }

  close() {
    if (this.#isOpen) this.#element.hidePopover()
  }

  // Internal

  get #catalogue() {
    return this.#data.known
  }

  get #isOpen() {
    return this.#element.matches(":popover-open")
  }

  /** Where emoji are known, they are there at once; others come a moment later. */
  #open() {
    this.#search.value = ""
    this.#tone.value = this.#used.tone
    this.#place()
    if (this.#catalogue) this.#showFirst()
    else this.#load()
  }

  async #load() {
    this.#told.textContent = t("emoji.loading")
    try {
      await this.#data.load()
    } catch {
      this.#told.textContent = t("emoji.not_loaded")
      return
    }
    this.#showFirst()
  }

  /** On a touch screen the keyboard would cover what one came to see. */
  #focus() {
    if (this.#element.contains(document.activeElement)) return
    if (isTouch()) this.#panel.focus()
    else this.#search.focus()
  }

  /** What was looked for meanwhile counts. */
  #showFirst() {
    this.#group = this.#used.recent.length ? RECENT : GROUP_NAMES[0]
    this.#render()
  }

  /** The keyboard of a phone and a growing text move where one writes. */
  #place() {
    const { top, left, right } = this.#anchor.getBoundingClientRect()
    this.#element.style.insetBlockEnd = `${innerHeight - top + GAP_PX}px`
    this.#element.style.insetInlineEnd = `${isRightToLeft(this.#anchor) ? left : innerWidth - right}px`
    this.#element.style.maxBlockSize = `${top - 2 * GAP_PX}px`
  }

  #show(group) {
    if (!group || !this.#catalogue) return
    this.#group = group
    this.#search.value = ""
    this.#render()
  }

  #render() {
    if (!this.#catalogue) return
    const { recent, tone } = this.#used
    const words = this.#search.value.trim()
    const emoji = words ? this.#catalogue.find(words, { recent }) : this.#emojiOfGroup(recent)
    this.#renderTabs(Boolean(words))
    this.#panel.setAttribute("aria-label", words ? t("emoji.found") : t(`emoji.group.${this.#group}`))
    this.#grid.show(emoji, words || this.#group !== RECENT ? tone : "")
    const count = emoji.length
    this.#told.textContent = words ? (count ? t("emoji.count", { count }) : t("common.nothing_found")) : ""
  }

  /** Those used of late are shown as they were used. */
  #emojiOfGroup(recent) {
    if (this.#group !== RECENT) return this.#catalogue.inGroup(this.#group)
    const known = recent.filter((unicode) => this.#catalogue.named(unicode))
    return known.map((unicode) => ({ ...this.#catalogue.named(unicode), unicode, skins: [] }))
  }

  #renderTabs(isSearching) {
    const groups = [...(this.#used.recent.length ? [RECENT] : []), ...GROUP_NAMES]
    const hadFocus = this.#tabs.contains(document.activeElement)
    const tabs = groups.map((group) => createTab(group, !isSearching && group === this.#group))
    if (!tabs.some(({ tabIndex }) => tabIndex === 0)) tabs[0].tabIndex = 0
    this.#tabs.replaceChildren(...tabs)
    if (hadFocus) tabs.find(({ tabIndex }) => tabIndex === 0).focus()
  }

  #keyPressed(event) {
    const isText = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey
    if (isText && event.target !== this.#tone) this.#search.focus()
  }

  #searchKeyPressed(event) {
    if (event.isComposing) return
    if (event.key === "ArrowDown") this.#grid.focus()
    else if (event.key === "Enter") this.#grid.chooseFirst()
    // It would only empty the field.
    else if (event.key === "Escape") this.close()
    else return
    event.preventDefault()
  }

  #tabKeyPressed(event) {
    const tabs = [...this.#tabs.children]
    const forward = isRightToLeft(this.#tabs) ? -1 : 1
    const steps = { ArrowRight: forward, ArrowLeft: -forward }
    if (event.key === "ArrowDown") this.#grid.focus()
    else if (event.key in steps) this.#show(tabs.at((tabs.indexOf(document.activeElement) + steps[event.key]) % tabs.length).dataset.group)
    else return
    event.preventDefault()
  }

  #choose(unicode, { staysOpen }) {
    this.#used.used(unicode)
    if (!staysOpen) this.close()
    insertText(this.#field, unicode, { takesFocus: !staysOpen && !isTouch() })
  }
}

function isTouch() {
  return matchMedia("(pointer: coarse)").matches
}

function createTab(group, isSelected) {
  const tab = cloneTemplate("emoji-tab")
  tab.dataset.group = group
  tab.textContent = SIGNS[group]
  tab.setAttribute("aria-label", t(`emoji.group.${group}`))
  tab.title = t(`emoji.group.${group}`)
  tab.setAttribute("aria-selected", String(isSelected))
  tab.tabIndex = isSelected ? 0 : -1
  return tab
}

import { cloneTemplate, isRightToLeft } from "../helpers/dom.js"
import { inTone } from "../models/emoji.js"

const COLUMNS = 8

/** Emoji in rows, among which the arrow keys go. */
export class EmojiGrid {
  #element
  #onLeft
  /** @type {HTMLButtonElement[]} */
  #cells = []

  /**
   * @param {HTMLElement} element
   * @param {object} options
   * @param {(unicode: string, options: {staysOpen: boolean}) => void} options.onChosen
   * @param {() => void} options.onLeft the keyboard goes up, out of it
   */
  constructor(element, { onChosen, onLeft }) {
    this.#element = element
    this.#onLeft = onLeft
    element.addEventListener("keydown", (event) => this.#keyPressed(event))
    element.addEventListener("click", ({ target, shiftKey }) => {
      const cell = /** @type {Element} */ (target).closest("button")
      if (cell) onChosen(cell.textContent, { staysOpen: shiftKey })
    })
  }

  /** @param {import("../models/emoji.js").Emoji[]} emoji */
  show(emoji, tone) {
    this.#cells = emoji.map((one) => createCell(one, tone))
    const rows = []
    for (let first = 0; first < this.#cells.length; first += COLUMNS) rows.push(createRow(this.#cells.slice(first, first + COLUMNS)))
    this.#element.replaceChildren(...rows)
    this.#element.scrollTop = 0
    if (this.#cells.length) this.#cells[0].tabIndex = 0
  }

  focus() {
    this.#cells.find(({ tabIndex }) => tabIndex === 0)?.focus()
  }

  chooseFirst() {
    this.#cells[0]?.click()
  }

  // Internal

  #keyPressed(event) {
    const index = this.#cells.indexOf(/** @type {any} */ (document.activeElement))
    const forward = isRightToLeft(this.#element) ? -1 : 1
    const inRow = index % COLUMNS
    const steps = {
      ArrowRight: forward,
      ArrowLeft: -forward,
      ArrowDown: COLUMNS,
      ArrowUp: -COLUMNS,
      Home: -inRow,
      End: Math.min(COLUMNS - 1 - inRow, this.#cells.length - 1 - index),
    }
    if (index < 0 || !(event.key in steps)) return
    event.preventDefault()
    if (event.key === "ArrowUp" && index < COLUMNS) this.#onLeft()
    else this.#goTo(index + steps[event.key], index)
  }

  /** The last row may be short. */
  #goTo(wanted, from) {
    const last = this.#cells.length - 1
    const isInLastRow = Math.floor(from / COLUMNS) === Math.floor(last / COLUMNS)
    if (wanted < 0 || (wanted > last && isInLastRow)) return
    const cell = this.#cells[Math.min(wanted, last)]
    for (const other of this.#cells) other.tabIndex = -1
    cell.tabIndex = 0
    cell.focus()
  }
}

function createRow(cells) {
  const row = document.createElement("div")
  row.className = "emoji-picker__row"
  row.setAttribute("role", "row")
  row.append(...cells.map(inGridCell))
  return row
}

function inGridCell(button) {
  const cell = document.createElement("div")
  cell.setAttribute("role", "gridcell")
  cell.append(button)
  return cell
}

function createCell(emoji, tone) {
  const button = cloneTemplate("emoji")
  button.textContent = inTone(emoji, tone)
  button.setAttribute("aria-label", emoji.label)
  button.title = emoji.label
  return button
}

import { openDialog } from "./dialog.js"
import { dayOf, startOfDay } from "../helpers/dates.js"
import { find } from "../helpers/dom.js"

/**
 * Asks to which day of the room one wants to go.
 * @param {object} options
 * @param {number} options.at a time of the day from where one goes
 * @param {number} options.now
 * @param {(at: number) => void} options.onDay
 * @param {() => void} options.onFirst
 * @param {() => void} options.onNewest
 */
export function openJump({ at, now, onDay, onFirst, onNewest }) {
  const element = openDialog("jump-dialog")
  const date = find("[name=date]", element)
  date.value = dayOf(at)
  date.max = dayOf(now)
  const leave = (go) => {
    element.close()
    go()
  }
  find("[data-first]", element).addEventListener("click", () => leave(onFirst))
  find("[data-newest]", element).addEventListener("click", () => leave(onNewest))
  find("form", element).addEventListener("submit", (event) => {
    event.preventDefault()
    // No day at all, or one that is not in the calendar.
    if (date.value) leave(() => onDay(startOfDay(date.value)))
    else date.focus()
  })
}

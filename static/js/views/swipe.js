import { isRightToLeft } from "../helpers/dom.js"

const FAR_PX = 60
const QUICK_MS = 600
// A finger does something else there.
const OWN_WAYS = "input, textarea, select, [contenteditable]"

/** @typedef {"start"|"end"} Way towards where the lines begin or where they end */

/**
 * Tells when one finger has swiped over an element, along the lines.
 * @param {HTMLElement} element
 * @param {(way: Way) => void} onSwipe
 */
export function watchSwipes(element, onSwipe) {
  /** @type {{x: number, y: number, at: number} | null} */
  let start = null
  const forget = () => (start = null)

  element.addEventListener("touchstart", (event) => {
    const [touch] = event.touches
    const isOne = event.touches.length === 1 && !isBusy(/** @type {Element} */ (event.target), element)
    start = isOne ? { x: touch.clientX, y: touch.clientY, at: event.timeStamp } : null
  }, { passive: true })
  element.addEventListener("touchcancel", forget)
  element.addEventListener("touchend", (event) => {
    if (!start) return
    const [touch] = event.changedTouches
    const across = touch.clientX - start.x
    const down = Math.abs(touch.clientY - start.y)
    const isSwipe = Math.abs(across) >= FAR_PX && down < Math.abs(across) / 2 && event.timeStamp - start.at <= QUICK_MS
    forget()
    if (isSwipe && getSelection()?.isCollapsed !== false) onSwipe(wayOf(across, element))
  })
}

/** Something that scrolls sideways goes first, and what takes fingers for something of its own. */
function isBusy(target, element) {
  if (target.closest(OWN_WAYS)) return true
  for (let it = target; it && it !== element; it = it.parentElement) {
    if (it.scrollWidth > it.clientWidth && ["auto", "scroll"].includes(getComputedStyle(it).overflowX)) return true
  }
  return false
}

function wayOf(across, element) {
  return across > 0 !== isRightToLeft(element) ? "end" : "start"
}

import { writingPlace } from "../writing_place.js"
import { find } from "../../helpers/dom.js"

/**
 * A part of the chat that one goes to as a whole, and where in it one begins.
 * @type {{part: string, start: string}[]}
 */
const REGIONS = [
  { part: "#side", start: "#rooms [tabindex='0']" },
  { part: ".room__messages", start: "[role=log]" },
  { part: "#no-room", start: "[data-browse]" },
  { part: ".room__foot", start: "#message" },
  { part: "#people-panel", start: ".person[tabindex='0']" },
]

/** The parts of the chat, among which the keyboard goes around. */
export class Regions {
  /** @param {1 | -1} step */
  move(step) {
    const reachable = REGIONS.filter(isReachable)
    const at = reachable.findIndex(({ part }) => find(part).contains(document.activeElement))
    const next = at < 0 ? (step > 0 ? 0 : reachable.length - 1) : (at + step + reachable.length) % reachable.length
    startOf(reachable[next]).focus()
  }

  write() {
    writingPlace().focus()
  }
}

function startOf({ part, start }) {
  return find(part).querySelector(start)
}

function isReachable(region) {
  const start = startOf(region)
  return Boolean(start && !start.disabled && start.checkVisibility({ visibilityProperty: true }))
}

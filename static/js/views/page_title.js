import { find } from "../helpers/dom.js"

const ICON = "favicon.svg"
const UNREAD_ICON = "favicon_unread.svg"

/** What shows of the page where one does not look at it: the title of its tab, its icon, and the badge of the app. */
export class PageTitle {
  #icon = find("link[rel=icon][type='image/svg+xml']")
  #told = 0

  /** @param {{unread: number, place?: string}} told what is unread where nobody looks */
  render({ unread, place = "Stonechat" }) {
    document.title = unread > 0 ? `(${unread}) ${place}` : place
    if (unread === this.#told) return
    this.#told = unread
    this.#icon.href = unread > 0 ? UNREAD_ICON : ICON
    // Only an installed page has a badge.
    const badging = unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.()
    badging?.catch(() => {})
  }
}

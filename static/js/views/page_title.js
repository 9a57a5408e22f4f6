/** The title of the tab, which counts what came while nobody was looking. */
export class PageTitle {
  /** @param {{unread: number, place?: string}} told */
  render({ unread, place = "Stonechat" }) {
    document.title = document.hidden && unread > 0 ? `(${unread}) ${place}` : place
  }
}

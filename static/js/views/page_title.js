const NAME = "Stonechat"

/** The title of the tab, which counts what came while nobody was looking. */
export class PageTitle {
  render(unread) {
    document.title = document.hidden && unread > 0 ? `(${unread}) ${NAME}` : NAME
  }
}

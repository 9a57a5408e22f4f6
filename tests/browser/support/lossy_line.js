const SOCKETS = /\/socket\.io\//

/** The way between a page and the server, which can lose what the server says and break off. */
export class LossyLine {
  #socket
  #isLosing = false

  /** Loads the page anew, since a line can only be laid before it is used. */
  static async to(page) {
    const line = new LossyLine()
    await page.routeWebSocket(SOCKETS, (socket) => line.#lay(socket))
    await page.reload()
    return line
  }

  loseAnswers() {
    this.#isLosing = true
  }

  /** The next connection is a good one. */
  async hangUp() {
    this.#isLosing = false
    await this.#socket.close()
  }

  // Internal

  #lay(socket) {
    this.#socket = socket
    const server = socket.connectToServer()
    server.onMessage((frame) => {
      if (!this.#isLosing) socket.send(frame)
    })
  }
}

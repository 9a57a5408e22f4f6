const SOCKETS = /\/socket\.io\//

// A command as Socket.IO packs it: the number that its answer will have, and its name.
const COMMAND = /^42(\d+)\["(\w+)"/

/** The way between a page and the server, which can lose what the server says, refuse commands and break off. */
export class LossyLine {
  #socket
  #isLosing = false
  #refused = null

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

  /** Refuses all commands of this name; null refuses none. */
  refuse(name) {
    this.#refused = name
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
    socket.onMessage((frame) => {
      const [, ack, name] = COMMAND.exec(frame) ?? []
      if (name && name === this.#refused) socket.send(`43${ack}[{"ok":false,"error":{"code":"internal","message":"refused"}}]`)
      else server.send(frame)
    })
    server.onMessage((frame) => {
      if (!this.#isLosing) socket.send(frame)
    })
  }
}

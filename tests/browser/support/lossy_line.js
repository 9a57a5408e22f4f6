const SOCKETS = /\/socket\.io\//

// A command as Socket.IO packs it: the number that its answer will have, and its name.
const COMMAND = /^42(\d+)\["(\w+)"/
const WELCOME = /^42\["welcome"/
const VERSION = /"version":"[^"]*"/

/**
 * The way between a page and the server, which can lose what the server says, refuse commands, break off, and tell
 * of another version than there is.
 */
export class LossyLine {
  #socket
  #isLosing = false
  #refused = null
  #version = null

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

  /** From the next connection on the server seems to be another version. */
  upgradeTo(version) {
    this.#version = version
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
      if (!this.#isLosing) socket.send(WELCOME.test(frame) ? this.#upgraded(frame) : frame)
    })
  }

  #upgraded(welcome) {
    return this.#version ? welcome.replace(VERSION, `"version":"${this.#version}"`) : welcome
  }
}

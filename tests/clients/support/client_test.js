import { test } from "node:test"
import { io } from "socket.io-client"
import { Stonechat } from "./stonechat.js"
import { within } from "./waiting.js"

const OPTIONS = {
  transports: ["websocket"],
  forceNew: true,
  reconnectionDelay: 50,
  reconnectionDelayMax: 500,
}

/**
 * A test with a server of its own.
 * @param {(chat: ClientChat) => Promise<void>} body
 */
export function clientTest(name, body, { settings } = {}) {
  test(name, async (t) => {
    const chat = new ClientChat(await Stonechat.start(settings))
    try {
      await body(chat)
    } catch (error) {
      t.diagnostic(`the server said:\n${chat.server.log}`)
      throw error
    } finally {
      await chat.close()
    }
  })
}

/** A server and the official clients that talk to it. */
class ClientChat {
  #sockets = []

  constructor(server) {
    this.server = server
  }

  /** A client that is about to connect. */
  socket(auth, options = {}) {
    const socket = io(this.server.url, { ...OPTIONS, ...options, auth })
    this.#sockets.push(socket)
    return socket
  }

  /** A client whom the server has welcomed. */
  async join(name, options) {
    const socket = this.socket({ name }, options)
    return { socket, welcome: await next(socket, "welcome") }
  }

  async close() {
    for (const socket of this.#sockets) socket.disconnect()
    await this.server.remove()
  }
}

/** What comes with the next event of this name; of several, only those that satisfy `isMeant`. */
export function next(socket, event, isMeant = () => true) {
  const received = new Promise((resolve) => {
    const take = (data) => {
      if (!isMeant(data)) return
      socket.off(event, take)
      resolve(data)
    }
    socket.on(event, take)
  })
  return within(received, `the event ${event}`)
}

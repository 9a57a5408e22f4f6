import { test } from "node:test"
import { Line } from "./line.js"
import { Stonechat } from "./stonechat.js"
import { within } from "./waiting.js"
import { ways } from "./ways.js"

export const NO_RATES = { "limits.messages_per_second": 0, "limits.commands_per_second": 0 }

const OPTIONS = {
  forceNew: true,
  reconnectionDelay: 50,
  reconnectionDelayMax: 500,
}

/**
 * A test with a server of its own, for each of the clients over each of the transports.
 * @param {(chat: ClientChat) => Promise<void>} body
 */
export function clientTest(name, body, { settings, clients, transports } = {}) {
  for (const way of ways(clients, transports)) {
    test(`${name} (${way.name})`, async (t) => {
      const chat = new ClientChat(await Stonechat.start(settings), way)
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
}

/** A server and the official clients that talk to it. */
class ClientChat {
  #sockets = []
  #lines = []

  constructor(server, way) {
    this.server = server
    this.way = way
  }

  /** A client that is about to connect. */
  socket(auth, { url = this.server.url, ...options } = {}) {
    const socket = this.way.io(url, { ...OPTIONS, transports: this.way.transports, ...options, auth })
    this.#sockets.push(socket)
    return socket
  }

  /** A client whom the server has welcomed, on the transport where it stays. */
  async join(name, options) {
    const socket = this.socket({ name }, options)
    const welcome = await next(socket, "welcome")
    await this.way.isSettled(socket)
    return { socket, welcome }
  }

  /** A line to the server that can be cut. */
  async line(lateness) {
    const line = await Line.to(this.server.url, lateness)
    this.#lines.push(line)
    return line
  }

  async close() {
    await Promise.all(this.#sockets.map(hangUp))
    for (const line of this.#lines) line.close()
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

/** Sends a command and waits for its answer; the oldest client has callbacks only. */
export function ask(socket, event, data) {
  const answered = new Promise((resolve) => socket.emit(event, data, resolve))
  return within(answered, `the answer to ${event}`)
}

/** Closes the connection with all its namespaces for good. */
export async function hangUp(socket) {
  const { engine } = socket.io
  const closed = new Promise((resolve) => engine?.once("close", resolve))
  // What is public closes one namespace only, and the oldest client keeps those that were refused.
  socket.io._close()
  // It finishes an upgrade first, for which the server has to be there.
  if (engine && engine.readyState !== "closed") await within(closed, "the connection to close")
}

import assert from "node:assert/strict"
import { io } from "socket.io-client"
import { io as oldIo } from "socket.io-client-3"
import { eventually } from "./waiting.js"

/** The official client: the newest, and the oldest one that speaks the same protocol. */
export const NEWEST = { name: "4.8", io }
export const OLDEST = { name: "3.1", io: oldIo }

export const TRANSPORTS = [["websocket"], ["polling"], ["polling", "websocket"]]

/** A client and the transports that it may use. */
class Way {
  constructor(client, transports) {
    this.io = client.io
    this.client = client.name
    this.transports = transports
    this.name = `${client.name} over ${transports.join(", then ")}`
  }

  /** Waits until the client is where it stays: on the last of its transports. */
  async isSettled(socket) {
    const last = this.transports.at(-1)
    await eventually(() => assert.equal(socket.io.engine.transport.name, last))
  }
}

/** Every client over every combination of transports. */
export function ways(clients = [NEWEST, OLDEST], transports = TRANSPORTS) {
  return clients.flatMap((client) => transports.map((each) => new Way(client, each)))
}
